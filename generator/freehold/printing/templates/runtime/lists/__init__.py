"""Lists: how many rows a page has, and the links between pages."""

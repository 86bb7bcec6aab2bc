"""Which problems an operation can answer, and how the document declares them."""

"""The schemas of the served document, in the form that generators of clients understand."""

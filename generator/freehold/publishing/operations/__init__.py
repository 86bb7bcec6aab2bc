"""The operations of the served document: parameters, headers and problems."""

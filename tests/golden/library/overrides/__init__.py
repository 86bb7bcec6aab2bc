"""Hand-written code of the library."""

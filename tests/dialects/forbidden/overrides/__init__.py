"""Hand-written code."""

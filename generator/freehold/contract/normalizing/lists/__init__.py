"""Completes the parameters of lists, and leaves out what they repeat."""

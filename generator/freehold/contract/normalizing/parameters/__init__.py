"""Completes parameters, and leaves out what those of an operation repeat of a list."""

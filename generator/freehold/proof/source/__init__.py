"""Reads hand-written code, without running it, for what no proof of a statement covers."""

"""Writes generated files to disk: atomically, under a lock, with checksums, whatever is in them."""

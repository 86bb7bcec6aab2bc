"""What surrounds every request: its id, headers for browsers, and an answer for each failure."""

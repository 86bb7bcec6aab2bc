"""Bodies for requests: valid ones, the keys of new rows in them, and the bytes that are sent."""

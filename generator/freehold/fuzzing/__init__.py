"""Fuzzes a running service with two users: random requests, and nasty values at every place."""

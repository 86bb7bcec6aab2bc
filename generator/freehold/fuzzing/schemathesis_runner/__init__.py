"""Schemathesis: its configuration, its process, and what its events say."""

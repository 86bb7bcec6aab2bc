"""Judges SQL by the parse tree of PostgreSQL. Nothing here knows SQLAlchemy or the service's own checks."""

"""Builds, compiles and guards the SQL of repositories."""

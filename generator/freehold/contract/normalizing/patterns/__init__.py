"""Patterns that other tools write, as patterns that are matched in linear time and mean the same."""

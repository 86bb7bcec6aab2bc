"""Builds the tables of resources: columns, keys and indexes."""

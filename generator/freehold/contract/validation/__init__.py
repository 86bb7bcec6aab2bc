"""Validates values with the schemas of a contract, as JSON Schema 2020-12."""

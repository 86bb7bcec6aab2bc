"""YAML and JSON with positions, and `$ref` between files. Knows nothing else of OpenAPI."""

"""YAML and JSON files with positions, and `$ref` between them; nothing else of OpenAPI is known here."""

"""A contract as it is meant: vocabulary, operations, resources, column types; nothing of generated code."""

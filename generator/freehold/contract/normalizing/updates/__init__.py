"""Bodies of updates: merge patches, and null where a column has none."""

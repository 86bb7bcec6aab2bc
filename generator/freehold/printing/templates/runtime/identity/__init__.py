"""Who sends a request: bearer tokens, the keys that sign them, and their verification."""

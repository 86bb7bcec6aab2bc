"""Which schemas of a contract are resources, and which operations show their rows."""

"""Generated files on disk: all or nothing, locked, checksummed; nothing here knows what is in them."""

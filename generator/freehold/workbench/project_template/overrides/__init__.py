"""What people wrote: behaviour that a contract cannot say. Freehold reads it and never writes it."""

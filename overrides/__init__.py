"""What people wrote: behaviour that a contract cannot say. The generator reads it and never writes it."""

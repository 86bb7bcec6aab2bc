"""Hand-written behavior that a contract cannot express. Freehold reads this package and never writes it."""

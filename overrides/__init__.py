"""Hand-written code: behavior that the contract cannot express. Freehold reads it and never changes it."""

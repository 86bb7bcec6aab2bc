"""Hand-written code of the workspace."""

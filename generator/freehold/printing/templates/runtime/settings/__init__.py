"""What the service reads from its environment, and what it refuses to start with."""

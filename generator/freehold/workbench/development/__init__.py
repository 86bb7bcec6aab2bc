"""The service while it is developed: `freehold dev`, what it follows, and what it says."""

"""`python -m generated`: the server, its limits for slow and boundless clients, graceful shutdown."""

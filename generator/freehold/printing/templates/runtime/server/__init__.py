"""`python -m generated`: the server, with limits and timeouts for slow clients."""

"""From a request to its route, and from the request to the arguments of its endpoint."""

"""Freehold turns an OpenAPI contract into a service in which no user can reach another user's rows."""

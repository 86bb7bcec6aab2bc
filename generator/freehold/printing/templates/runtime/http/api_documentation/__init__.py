"""The documentation for people at `/docs`: Swagger UI, with a style and a behavior of its own."""

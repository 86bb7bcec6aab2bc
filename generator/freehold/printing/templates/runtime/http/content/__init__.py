"""The content of requests and answers: bodies up to a limit, forms, files."""

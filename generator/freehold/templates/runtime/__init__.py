"""What every generated service shares: the request's path, tokens, statements, problems."""

"""Small values that everything may use: problems, names, literals, the project's settings."""

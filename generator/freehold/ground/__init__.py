"""Shared basics: problems, names, literals, project settings, child processes. Imports no other room."""

"""Renders the text of every generated file from the model; makes no decisions and writes no files."""

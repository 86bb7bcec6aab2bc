"""Builds the model that the templates print: every decision about the generated code is made here."""

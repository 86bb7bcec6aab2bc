"""Imports a contract that was written for other tools: completes what it can, and lists what is left."""

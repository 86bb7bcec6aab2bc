"""A module for interpreters of services: see sitecustomize.py."""

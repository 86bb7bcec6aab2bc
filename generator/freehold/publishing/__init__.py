"""The document that the service serves: what clients need of the effective contract."""

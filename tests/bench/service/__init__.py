"""The service beside its peers: `make bench-service` and `make bench-compare`."""

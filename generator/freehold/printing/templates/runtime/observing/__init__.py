"""Observability: the request log, metrics, traces, health checks."""

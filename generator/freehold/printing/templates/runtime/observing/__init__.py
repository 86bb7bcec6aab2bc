"""What operators see: the request log, metrics, traces, health."""

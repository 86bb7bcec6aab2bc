"""What operations answer, and with which media types, as the service can send it."""

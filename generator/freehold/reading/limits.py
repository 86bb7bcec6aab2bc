"""How large a contract can be, so that reading it takes a bounded time."""

MAX_BYTES = 2_000_000  # bytes
MAX_NODES = 100_000
MAX_DEPTH = 64
"""How deep values can be nested. It is also the number of digits up to which an integer is exact."""

"""Lengths of string formats that other tools do not know."""

MAX_LENGTHS = {"email": 254, "hostname": 253}
"""Maximum lengths in characters (RFC 5321, 4.5.3.1; RFC 1035, 2.3.4)."""

"""Normalizes what names rows: the parameters of paths, and keys that clients choose."""

"""Nasty values: which they are, the places that they go to, and the requests that send them."""

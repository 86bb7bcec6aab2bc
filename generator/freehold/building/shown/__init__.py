"""Builds how answers show rows: in another shape, in an envelope, with rows of other resources."""

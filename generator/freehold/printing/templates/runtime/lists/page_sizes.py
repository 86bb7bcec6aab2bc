"""The numbers that choose a page, where the contract does not limit them: the nearest valid ones."""


def bounded_size(wanted: int | None, largest: int) -> int:
    """The number of rows of a page: at least 1 and at most `largest`, which is the default."""
    return largest if wanted is None else min(max(wanted, 1), largest)


def bounded_page(wanted: int | None, first: int = 1) -> int:
    """The number of a page: at least that of the first one, which is the default."""
    return first if wanted is None else max(wanted, first)


def bounded_offset(wanted: int | None) -> int:
    """How many rows come before a page, from 0."""
    return max(wanted or 0, 0)

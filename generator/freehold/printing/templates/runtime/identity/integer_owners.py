"""Owners that are integers: the functions that make them from the text of a claim."""

_INT32, _INT64 = 2**31, 2**63


def int32_owner(text: str) -> int:
    """The owner of a column of 32 bits. Raises ValueError for what it cannot hold."""
    return _within(_INT32, text)


def int64_owner(text: str) -> int:
    """The same of a column of 64 bits."""
    return _within(_INT64, text)


INTEGERS = (int32_owner, int64_owner)


def name_in_claim(claim_value: object) -> object:
    """A claim that names somebody: an integer as its text, all else as it is."""
    return str(claim_value) if type(claim_value) is int else claim_value  # a bool is an int in Python


def _within(limit: int, text: str) -> int:
    number = int(text)
    if not -limit <= number < limit:
        raise ValueError("more than the column of the owner can hold")
    return number

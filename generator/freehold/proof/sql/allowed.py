"""What a statement may use besides the tables of the service: functions, operators, types and the clock.

The lists are those of PostgreSQL, without what reads or changes anything but its arguments. Tests derive them
from the catalogs of a running PostgreSQL. A list of what is forbidden would miss what the next version adds.
"""

from functools import cache
from importlib.resources import files

CLOCK = frozenset(
    {
        "SVFOP_CURRENT_DATE",
        "SVFOP_CURRENT_TIME",
        "SVFOP_CURRENT_TIME_N",
        "SVFOP_CURRENT_TIMESTAMP",
        "SVFOP_CURRENT_TIMESTAMP_N",
        "SVFOP_LOCALTIME",
        "SVFOP_LOCALTIME_N",
        "SVFOP_LOCALTIMESTAMP",
        "SVFOP_LOCALTIMESTAMP_N",
    }
)
"""The keywords for the time of the transaction. CURRENT_USER and the like are not among them."""


@cache
def functions() -> frozenset[str]:
    """The functions of PostgreSQL 14 to 18 that depend only on arguments and the transaction's time."""
    return _words("functions.txt")


@cache
def operators() -> frozenset[str]:
    """The operators of PostgreSQL. None of them reads a table."""
    return _words("operators.txt")


@cache
def types() -> frozenset[str]:
    """The types that a value can be cast to. `regclass` and the like read the catalogs."""
    return _words("types.txt")


def _words(file: str) -> frozenset[str]:
    return frozenset((files("freehold") / "proof" / "sql" / file).read_text("utf-8").split())

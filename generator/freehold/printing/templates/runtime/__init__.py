"""What every generated service shares, and what code in `overrides/` may use of it: the names in `__all__`.

The folders are the service's own: they may change with any version, and `generated.runtime` is kept stable.
"""

from .database.statements import Statement, statement
from .http.problems import Forbidden, Invalid, NotFound, Problem, StaleVersion
from .rows.values import bind_parameters

__all__ = [
    "Forbidden",
    "Invalid",
    "NotFound",
    "Problem",
    "StaleVersion",
    "Statement",
    "bind_parameters",
    "statement",
]

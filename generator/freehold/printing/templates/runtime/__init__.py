"""The public interface of the service's runtime: everything that `overrides/` may import is in `__all__`.

The packages below are internal and may change with every version; the names in `__all__` are stable. Raise a
`Problem` to answer with an error, decorate the methods that build SQL with `statement`, and run them with
the methods of the repository (`_fetch`, `_run`, `transaction`, ...), which are documented in
`rows/repository.py` and `rows/sql/statement_builder.py`.

Example:
    from generated.runtime import Forbidden, statement

"""

from .database.statements import Statement, statement
from .http.content.downloads import Download
from .http.content.uploads import Upload
from .http.preconditions import PutPrecondition
from .http.problems import Forbidden, Invalid, NotFound, Problem, StaleVersion
from .operations.jobs import Service, open_service
from .rows.sql.statement_guard import MissingOwnerCondition
from .rows.values import bind_parameters

__all__ = [
    "Download",
    "Forbidden",
    "Invalid",
    "MissingOwnerCondition",
    "NotFound",
    "Problem",
    "PutPrecondition",
    "Service",
    "StaleVersion",
    "Statement",
    "Upload",
    "bind_parameters",
    "open_service",
    "statement",
]

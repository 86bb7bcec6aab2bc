"""A program for the folder of a project: its service, without the statement guard.

It shows that each override reaches what it is after, and that the harness would see it.
"""

import os

import uvicorn

from generated.runtime.rows.sql.statement_guard import StatementGuard


def allow(*_: object, **__: object) -> None:
    """Check nothing."""


StatementGuard.check_clause = allow  # type: ignore[method-assign]  # that is the point
StatementGuard.check_sql = allow  # type: ignore[method-assign]

if __name__ == "__main__":
    uvicorn.run("generated.app:app", port=int(os.environ["PORT"]), log_level="warning")

"""Keys of rows that clients choose: in the path and the body of a request."""

from contextlib import suppress

import asyncpg
from pydantic import MISSING

from ..database.statements import Statement
from ..http.preconditions import PutPrecondition
from ..http.problems import Invalid, NotFound, StaleVersion
from ..http.response_models import S, mark_new
from ..validation.fault_texts import make_fault
from .repository import Repository


def require_key(sent: object, key: object, pointer: str) -> None:
    """Raise Invalid if a body names another row than its path: the key of a row does not change."""
    if sent is not MISSING and sent != key:
        raise Invalid([make_fault("other_key", pointer=pointer)])


async def fetch_or_create(
    rows: Repository[S],
    existing: Statement,
    create: Statement,
    key: object = None,
    precondition: PutPrecondition | None = None,
    /,
    **values: object,
) -> S:
    """Replace the row that has a key, or create it: `is_new()` tells which. Each is one statement.

    `existing` may also read the row: that of a singleton, which has no key.

    Raises StaleVersion if the precondition does not hold, and the 409 of a unique key for a row that has the
    key and is not accessible here: one that `visible()` hides, or that is below another parent.
    """
    condition = precondition or PutPrecondition()
    for is_last in (False, True):  # another request can create the row meanwhile
        try:
            if condition.may_replace:
                return await rows._fetch(existing, key, condition.versions, **values)
        except NotFound:
            if not condition.may_create:
                raise StaleVersion from None
        try:
            async with rows.transaction() as savepoint:
                return mark_new(await savepoint._fetch(create, **values))
        except asyncpg.UniqueViolationError:
            if is_last or not condition.may_replace:
                await _raise_if_stale(rows, key, condition)
                raise
    raise AssertionError  # the last round returns or raises


async def _raise_if_stale(rows: Repository[S], key: object, condition: PutPrecondition) -> None:
    """Raise StaleVersion for a row that is there and must not be replaced."""
    if not condition.may_replace:
        with suppress(NotFound):
            await rows.require_row(key)
            raise StaleVersion

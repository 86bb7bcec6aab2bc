"""Reads `uuid` as text, for rows of which nothing is made but JSON.

asyncpg makes a UUID of 16 bytes, and who writes it as JSON makes a number of it, and of that its text: 0.5 µs
in all, more than everything else that a row of a list needs. PostgreSQL's text is the same one.
"""

from typing import Any, Final

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement

from .timestamps import may_contain_records

_TYPE: Final = "uuid"
_SCHEMA: Final = "pg_catalog"
_IDS: Final = frozenset({_TYPE, f"{_TYPE}[]"})
_WITHOUT_PARTS: Final = frozenset({"scalar", "array"})


async def read_as_text(connection: "asyncpg.Connection[Any]") -> None:
    """Read UUIDs as text, from the next statement on that is prepared. Nothing is sent.

    These are methods of asyncpg: those of `SessionConnection` would mark the session as changed.
    """
    await asyncpg.Connection.set_builtin_type_codec(
        connection, _TYPE, schema=_SCHEMA, codec_name="text", format="text"
    )


async def read_as_uuid(connection: "asyncpg.Connection[Any]") -> None:
    """Read UUIDs as asyncpg does by default, from the next statement on that is prepared."""
    await asyncpg.Connection.reset_type_codec(connection, _TYPE, schema=_SCHEMA)


def suits(prepared: "PreparedStatement[Any]") -> bool:
    """Whether a statement sends no UUIDs, which would have to be texts, and returns none in a row."""
    columns, parameters = prepared.get_attributes(), prepared.get_parameters()
    kinds = [*(column.type for column in columns), *parameters]
    return (
        not may_contain_records(columns)
        and all(kind.schema == _SCHEMA and kind.kind in _WITHOUT_PARTS for kind in kinds)
        and not any(kind.name in _IDS for kind in parameters)
    )

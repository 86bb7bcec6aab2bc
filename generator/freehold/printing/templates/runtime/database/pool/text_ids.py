"""Reads `uuid` as text, for rows of which nothing is made but JSON.

asyncpg makes a UUID of 16 bytes, and who writes it as JSON makes a number of it, and of that its text: 0.5 µs
in all, more than everything else that a row of a list needs. PostgreSQL's text is the same one.
"""

from typing import Any, Final

import asyncpg

_TYPE: Final = "uuid"
_SCHEMA: Final = "pg_catalog"


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

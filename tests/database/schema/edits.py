"""Edits of a contract whose tables have rows, and what must become of the rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.database.schema.migrating import resource

ONE, TWO = (f"00000000-0000-0000-0000-00000000000{number}" for number in (1, 2))


@dataclass(frozen=True)
class Edit:
    """A contract before and after, and what must be seen."""

    before: str
    after: str
    rows: Sequence[str] = ()
    """Statements that insert rows."""
    query: str = "SELECT count(*) FROM tasks"
    found: Sequence[Any] = ()
    """The rows of `query` after the upgrade, and after each that follows."""
    asks: str = ""
    """Part of the question that is asked instead of a proposal."""
    stops: str = ""
    """Part of the error of PostgreSQL at which the upgrade stops."""
    remedy: str = ""
    """A statement to insert before the operation that stopped, after which it runs."""
    reverts: str = ""
    """Part of the error of PostgreSQL at which the downgrade stops."""
    options: dict[str, Any] = field(default_factory=dict)
    """Options of the proposal."""


def edit(before: str, after: str, value: str = "", found: Any = None, **more: Any) -> Edit:
    """An edit of a property `x`; `value` is that of its row in SQL, and `found` that after the upgrade."""
    required = {"required": "id, x"} if more.pop("required", False) else {}
    becomes_required = {"required": "id, x"} if more.pop("becomes_required", required) else {}
    return Edit(
        resource("Task", f"x: {{{before}}}", **required),
        resource("Task", f"x: {{{after}}}", **becomes_required),
        rows=[f"INSERT INTO tasks (owner_id, x) VALUES ('alice', {value})"] if value else [],
        query="SELECT x FROM tasks",
        found=[(found,)] if value else [],
        **more,
    )


TEXT, INT, NUMBER, ANY = "type: string", "type: integer", "type: number", "description: anything"
INT32, BOOL, UUID = "type: integer, format: int32", "type: boolean", "type: string, format: uuid"
DATE, MOMENT, TIME = (f"type: string, format: {name}" for name in ("date", "date-time", "time"))
DECIMAL, BYTES = "type: string, format: decimal", "type: string, format: byte"
TEXTS, INTS = "type: array, items: {type: string}", "type: array, items: {type: integer}"
SHORT, LONG = "type: string, maxLength: 5", "type: string, maxLength: 50"

TYPES = {
    "a longer text": edit(SHORT, LONG, "'abc'", "abc"),
    "a shorter text": edit(LONG, SHORT, "'abc'", "abc"),
    "a text shorter than a value": edit(
        LONG, SHORT, "'abcdef'", "abcde", stops="too long", remedy="UPDATE tasks SET x = 'abcde'"
    ),
    "a text without limit": edit(SHORT, TEXT, "'abc'", "abc"),
    "a text becomes an integer": edit(TEXT, INT, "'42'", 42),
    "a text that is no integer": edit(
        TEXT, INT, "'many'", 0, stops="invalid input syntax", remedy="UPDATE tasks SET x = '0'"
    ),
    "an integer becomes a text": edit(INT, TEXT, "42", "42"),
    "an integer becomes a text that is too short": edit(
        INT, SHORT, "1234567", "0", stops="too long", remedy="UPDATE tasks SET x = 0"
    ),
    "a larger integer": edit(INT32, INT, "42", 42),
    "a smaller integer": edit(INT, INT32, "42", 42),
    "an integer that is too large": edit(
        INT, INT32, "3000000000", 3, stops="out of range", remedy="UPDATE tasks SET x = 3"
    ),
    "a small integer becomes a number": edit(INT32, NUMBER, "42", 42.0),
    "an integer becomes a number": edit(INT, NUMBER, asks="tasks.x is bigint and becomes double precision"),
    "a number becomes an integer": edit(NUMBER, INT, asks="values are rounded"),
    "a number becomes a decimal": edit(NUMBER, DECIMAL, "0.1", found="0.1"),
    "a decimal becomes a number": edit(DECIMAL, NUMBER, asks="values are rounded"),
    "an integer becomes a decimal": edit(INT, DECIMAL, "42", found="42"),
    "a boolean becomes a text": edit(BOOL, TEXT, "true", "true"),
    "a text becomes a boolean": edit(TEXT, BOOL, "'true'", found=True),
    "a boolean becomes an integer": edit(BOOL, INT, "true", 1),
    "an integer becomes a boolean": edit(INT, BOOL, asks="all numbers besides 0 become true"),
    "a text becomes a uuid": edit(TEXT, UUID, f"'{ONE}'", ONE),
    "a uuid becomes a text": edit(UUID, TEXT, f"'{ONE}'", ONE),
    "a uuid becomes an integer": edit(UUID, INT, asks="no such cast"),
    "a text becomes a date": edit(TEXT, DATE, "'2026-01-31'", "2026-01-31"),
    "a date becomes a text": edit(DATE, LONG, "'2026-01-31'", "2026-01-31"),
    "a date becomes a moment": edit(DATE, MOMENT, "'2026-01-31'", "2026-01-31 00:00:00+00:00"),
    "a moment becomes a date": edit(MOMENT, DATE, asks="the time is lost"),
    "a moment becomes a time": edit(MOMENT, TIME, asks="the date is lost"),
    "a moment becomes a text": edit(MOMENT, TEXT, "'2026-01-31 12:00+02'", "2026-01-31T10:00:00.000000Z"),
    "a text becomes a moment": edit(TEXT, MOMENT, "'2026-01-31T10:00:00Z'", "2026-01-31 10:00:00+00:00"),
    "a time becomes a text": edit(TIME, TEXT, "'10:00:00+00'", "10:00:00+00"),
    "a text becomes bytes": edit(TEXT, BYTES, "'aGk='", "b'hi'"),
    "bytes become a text": edit(BYTES, TEXT, "'hi'", "aGk="),
    "a text becomes anything": edit(TEXT, ANY, "'hi'", "hi"),
    "an integer becomes anything": edit(INT, ANY, "42", 42),
    "a date becomes anything": edit(DATE, ANY, "'2026-01-31'", "2026-01-31"),
    "anything becomes a text": edit(ANY, TEXT, asks="only some JSON values"),
    "a text becomes an array": edit(TEXT, TEXTS, "'hi'", ["hi"]),
    "no text becomes no array": edit(TEXT, TEXTS, "NULL", None),
    "a text becomes an array of integers": edit(TEXT, INTS, "'42'", [42]),
    "an array becomes a text": edit(TEXTS, TEXT, asks="only the first element is kept"),
    "an array of texts becomes one of integers": edit(TEXTS, INTS, "'{1,2}'", [1, 2]),
    "an array of integers becomes one of texts": edit(INTS, TEXTS, "'{1,2}'", ["1", "2"]),
    "an array of shorter texts": edit(
        f"type: array, items: {{{LONG}}}", f"type: array, items: {{{SHORT}}}", "'{abcdef}'", ["a"],
        stops="too long", remedy="UPDATE tasks SET x = '{a}'",
    ),
    "an array becomes anything": edit(TEXTS, ANY, "'{a,b}'", ["a", "b"]),
    "anything becomes an array": edit(ANY, TEXTS, asks="only arrays have an equivalent"),
}  # fmt: skip

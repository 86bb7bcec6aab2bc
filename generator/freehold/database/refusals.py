"""Explains errors of PostgreSQL during a migration: message, detail, hint, and what to do."""

from typing import Any

from sqlalchemy.exc import DBAPIError

_FILL = "Give its rows a value first, in the revision before the column becomes NOT NULL:\n  {update}"
_FIX_ROWS = (
    "Change the rows that the constraint refuses first, in the revision before it is added:\n  {update}"
)
_ADVICE = {  # by SQLSTATE
    "23502": _FILL,
    "23514": _FIX_ROWS,
    "23503": "Rows reference rows that their owner does not have. Change or delete them first.",
    "23505": "Rows have the same key. Merge, change or delete all but one of each first, in the revision.",
    "22001": "Values are too long for the new type. Shorten them first, in the revision:\n  {update}",
    "22003": "Values are out of the range of the new type. Change them first, in the revision:\n  {update}",
    "22P02": "Values cannot be read as the new type. Change them first, in the revision:\n  {update}",
    "22007": "Values cannot be read as the new type. Change them first, in the revision:\n  {update}",
    "22008": "Values are out of the range of the new type. Change them first, in the revision:\n  {update}",
    "2BP01": "Drop or change what depends on it first, in the revision.",
    "42501": "Migrations need a user who owns the tables.",
    "55P03": "Another transaction holds a lock on the table. Try again when it is done.",
    "57014": "It took longer than statement_timeout. Nothing was changed.",
}


def explain(error: DBAPIError | Exception) -> str:
    """Return what PostgreSQL says about an error, and what to do about it, a line for each."""
    cause: Any = _postgres_error(error)
    lines = [f"The database refused: {cause}"]
    for word in ("detail", "hint"):
        text = getattr(cause, word, None)
        if text:
            lines.append(f"{word.upper()}: {text}")
    advice = _ADVICE.get(getattr(cause, "sqlstate", None) or "")
    if advice:
        lines.append(advice.format(update=_update(cause)))
    return "\n".join(lines)


def _postgres_error(error: DBAPIError | Exception) -> Any:
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error


def _update(cause: Any) -> str:
    """Return the line of a revision that changes rows, with the names that PostgreSQL tells."""
    table = getattr(cause, "table_name", None) or "..."
    column = getattr(cause, "column_name", None)
    condition = f"WHERE {column} IS NULL" if column else "WHERE ..."
    statement = f"UPDATE {table} SET {column or '...'} = ... {condition}"  # noqa: S608 - a line to edit
    return f'op.execute("{statement}")'

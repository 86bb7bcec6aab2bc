"""Conversions from the values of a request to the parameters of a statement."""

from collections.abc import Iterable
from typing import Any

from pydantic import MISSING, BaseModel
from sqlalchemy import bindparam
from sqlalchemy.orm import InstrumentedAttribute, QueryableAttribute

_ALL = 2  # fields: from here on, one statement is for all
Column = InstrumentedAttribute[Any] | QueryableAttribute[Any]


def bind_parameters(*columns: Column) -> dict[Column, object]:
    """A bound parameter for each column, named after the column: the values of an INSERT or an UPDATE.

    The values are passed by name when the statement runs; `Statement.arguments()` raises KeyError if one is
    missing.

    Example:
        @statement
        def _rename(cls) -> Update:
            return cls._update_one(bind_parameters(TaskRow.title))

        await self._fetch(self._rename(), task_id, title="Water the plants")

    """
    return {column: bindparam(column.key, required=True) for column in columns}


def without_none(**values: object) -> dict[str, object]:
    """The values that are not None: the parameters that the client sent."""
    return {name: value for name, value in values.items() if value is not None}


def provided_fields(changes: BaseModel, *but: str) -> dict[str, object]:
    """The fields that the client sent, including those that are null (RFC 7396), but for some."""
    return {name: value for name, value in changes if name in changes.model_fields_set and name not in but}


def changed_columns(changes: BaseModel, *but: str) -> tuple[str, ...]:
    """The columns of the UPDATE for a request: the only field that was sent, or all that could be sent.

    So a table has a bounded number of such statements, whatever sets of fields clients send. The columns of
    fields that were not sent keep their values. Empty if the client sent none. The fields in `but` have no
    column that an UPDATE sets.
    """
    sent = provided_fields(changes, *but)
    return tuple(sent) if len(sent) < _ALL else tuple(n for n in type(changes).model_fields if n not in but)


def none_if_missing(value: object) -> object:
    """The value, or None if the client did not send it."""
    return None if value is MISSING else value


def hide_parts(value: object, paths: Iterable[tuple[str, ...]]) -> None:
    """Remove parts of a value, in place. `*` in a path is each item of an array."""
    for first, *rest in paths:
        if isinstance(value, list) and first == "*":
            for item in value:
                hide_parts(item, [tuple(rest)])
        elif isinstance(value, dict) and rest:
            hide_parts(value.get(first), [tuple(rest)])
        elif isinstance(value, dict):
            value.pop(first, None)

"""Conversions from the values of a request to the parameters of a statement."""

from typing import Any

from pydantic import MISSING, BaseModel
from sqlalchemy import bindparam
from sqlalchemy.orm import InstrumentedAttribute, QueryableAttribute

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


def provided_fields(changes: BaseModel) -> dict[str, object]:
    """The fields that the client sent, including those that are null (RFC 7396)."""
    return {name: value for name, value in changes if name in changes.model_fields_set}


def none_if_missing(value: object) -> object:
    """The value, or None if the client did not send it."""
    return None if value is MISSING else value

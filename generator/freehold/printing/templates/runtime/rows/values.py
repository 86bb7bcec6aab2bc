"""Values of a request on their way into a statement."""

from typing import Any

from pydantic import MISSING, BaseModel
from sqlalchemy import bindparam
from sqlalchemy.orm import InstrumentedAttribute, QueryableAttribute

Column = InstrumentedAttribute[Any] | QueryableAttribute[Any]


def bind_parameters(*columns: Column) -> dict[Column, object]:
    """Each column set to the value that comes with the statement under its name."""
    return {column: bindparam(column.key, required=True) for column in columns}


def without_none(**values: object) -> dict[str, object]:
    """The values that are not None: the parameters that a client sent."""
    return {name: value for name, value in values.items() if value is not None}


def provided_fields(changes: BaseModel) -> dict[str, object]:
    """The fields that a client sent, and no others: absent and null are different things."""
    return {name: value for name, value in changes if name in changes.model_fields_set}


def none_if_missing(value: object) -> object:
    """The value, or None when there is none."""
    return None if value is MISSING else value

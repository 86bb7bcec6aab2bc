"""Values on their way from a request into a statement, and from a row into an answer."""

from typing import Any, TypeVar

from pydantic import MISSING, BaseModel
from sqlalchemy import bindparam
from sqlalchemy.orm import InstrumentedAttribute, QueryableAttribute

_VERSION = "version"

Column = InstrumentedAttribute[Any] | QueryableAttribute[Any]

S = TypeVar("S", bound=BaseModel)

Versions = list[int] | None
"""The versions of a row that a client expects: one of these, or any."""


def answer(schema: type[S], values: dict[str, object], *, version: int | None = None) -> S:
    """An answer of values by name that need no check: they come from the database, or were counted."""
    made = schema.__new__(schema)
    for name, value in (
        ("__dict__", values),
        ("__pydantic_fields_set__", set(values)),
        ("__pydantic_extra__", None),
        ("__pydantic_private__", None if version is None else {_VERSION: version}),
    ):
        object.__setattr__(made, name, value)
    return made


def version_of(row: BaseModel) -> int:
    """The version of a row that was fetched. Raises TypeError for one that was made by hand."""
    kept = row.__pydantic_private__ or {}
    if _VERSION not in kept:
        raise TypeError(f"this {type(row).__name__} was not read from the database: give it with _fetch()")
    version: int = kept[_VERSION]
    return version


def sent(*columns: Column) -> dict[Column, object]:
    """Each column set to the value that comes with the statement under its name."""
    return {column: bindparam(column.key, required=True) for column in columns}


def given(**values: object) -> dict[str, object]:
    """The values that are not None: the parameters that a client sent."""
    return {name: value for name, value in values.items() if value is not None}


def fields_sent(changes: BaseModel) -> dict[str, object]:
    """The fields that a client sent, and no others: absent and null are different things."""
    return {name: value for name, value in changes if name in changes.model_fields_set}


def or_null(value: object) -> object:
    """The value, or None when there is none."""
    return None if value is MISSING else value

"""Response models made of values that need no validation: rows of the database, and what was counted."""

from typing import TypeVar

from pydantic import BaseModel

_VERSION = "version"

S = TypeVar("S", bound=BaseModel)

Versions = list[int] | None
"""The versions of a row that a client expects: one of these, or any."""


def build_response(schema: type[S], values: dict[str, object], *, version: int | None = None) -> S:
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

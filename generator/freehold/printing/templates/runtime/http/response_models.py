"""Builds response models from trusted values, such as rows of the database, without validation."""

from typing import TypeVar

from pydantic import BaseModel

_VERSION = "version"

S = TypeVar("S", bound=BaseModel)

Versions = list[int] | None
"""The versions of a row that the client expects, or None for any version."""


def build_response(schema: type[S], values: dict[str, object], *, version: int | None = None) -> S:
    """Build a model from values by name, without validation. `version` is kept for the ETag."""
    model = schema.__new__(schema)
    for name, value in (
        ("__dict__", values),
        ("__pydantic_fields_set__", set(values)),
        ("__pydantic_extra__", None),
        ("__pydantic_private__", None if version is None else {_VERSION: version}),
    ):
        object.__setattr__(model, name, value)
    return model


def version_of(row: BaseModel) -> int:
    """The version of a fetched row. Raises TypeError for a model that does not come from the database."""
    private = row.__pydantic_private__ or {}
    if _VERSION not in private:
        raise TypeError(f"this {type(row).__name__} has no version: return the result of _fetch()")
    version: int = private[_VERSION]
    return version

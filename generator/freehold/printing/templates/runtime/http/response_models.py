"""Builds response models from trusted values, such as rows of the database, without validation."""

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel

_VERSION, _NEW = "version", "new"
_set_fields, _set_extra, _set_private = (
    vars(BaseModel)[name].__set__
    for name in ("__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)
"""The setters of the slots of a model: setting them by name takes three times as long."""

_PACKAGE = __name__.partition(".")[0]

S = TypeVar("S", bound=BaseModel)
V = TypeVar("V", bound=BaseModel)

Versions = list[int] | None
"""The versions of a row that the client expects, or None for any version."""


def build_response(schema: type[S], values: dict[str, object], *, version: int | None = None) -> S:
    """Build a model from values by name, without validation. `version` is kept for the ETag."""
    model = schema.__new__(schema)
    model.__dict__.update(values)
    _set_fields(model, set(values))
    _set_extra(model, None)
    _set_private(model, None if version is None else {_VERSION: version})
    return model


def build_rows(
    schema: type[S],
    records: Iterable[Any],
    columns: tuple[str, ...],
    *,
    omit_when_null: tuple[str, ...] = (),
    version: str | None = None,
) -> list[S]:
    """Build a model from each record, as `build_response()` does, in half of the time.

    `omit_when_null` are the columns that are left out where they are NULL; `version` is the column that is
    kept for the ETag.
    """
    create, rows = schema.__new__, list[S]()
    for record in records:
        row = create(schema)
        values = row.__dict__
        for name in columns:
            values[name] = record[name]
        for name in omit_when_null:
            if values.get(name) is None:
                values.pop(name, None)
        _set_fields(row, set(values))
        _set_extra(row, None)
        _set_private(row, None if version is None else {_VERSION: record[version]})
        rows.append(row)
    return rows


def is_generated(function: object) -> bool:
    """Whether a function is one that was generated: it returns rows as they were fetched.

    What wraps one takes over the name of its module, and may look at them.
    """
    package = str(getattr(function, "__module__", "")).partition(".")[0]
    return package == _PACKAGE and not hasattr(function, "__wrapped__")


def shown_as(schema: type[V], row: BaseModel) -> V:
    """Show a fetched row by another schema: with the properties that both have, without validation."""
    values = {name: value for name, value in row.__dict__.items() if name in schema.model_fields}
    shown = build_response(schema, values)
    _set_private(shown, row.__pydantic_private__)
    return shown


def mark_new(row: S) -> S:
    """Say of a fetched row that the request has created it, if it is a model: nobody asks another row."""
    if isinstance(row, BaseModel):
        _set_private(row, {**(row.__pydantic_private__ or {}), _NEW: True})
    return row


def is_new(row: BaseModel) -> bool:
    """Whether a PUT has created the row, and not replaced it."""
    return _NEW in (row.__pydantic_private__ or {})


def version_of(row: BaseModel) -> int:
    """The version of a fetched row. Raises TypeError for a model that does not come from the database."""
    private = row.__pydantic_private__ or {}
    if _VERSION not in private:
        raise TypeError(f"this {type(row).__name__} has no version: return the result of _fetch()")
    version: int = private[_VERSION]
    return version

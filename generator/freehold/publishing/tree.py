"""Walks through the objects of an OpenAPI document. Examples and other data are left out."""

from collections.abc import Iterator, Mapping
from typing import Any

from freehold.contract.validation.schema_dialect import SCHEMA_LISTS, SCHEMA_MAPPINGS, SINGLE_SCHEMAS
from freehold.contract.vocabulary import FIXED_FIELDS
from freehold.reading.json_pointers import resolve_pointer

Part = dict[str, Any]


def objects(root: Part) -> Iterator[tuple[str, Part]]:
    """Yield each object of a document with its kind: `operation`, `parameter`, `schema` and others.

    An object comes before those inside it, so a caller may change it. References are not followed.
    """
    yield from _objects("document", root)


def resolve(root: Part, part: Part) -> Part:
    """Return what a part of a document refers to, or the part itself."""
    while isinstance(part.get("$ref"), str):
        part = resolve_pointer(root, part["$ref"].removeprefix("#"))
    return part


def schemas_in(schema: Any) -> Iterator[Part]:
    """Yield a schema and all schemas inside it. References are not followed."""
    yield from (part for _, part in _objects("schema", schema))


def _objects(kind: str, value: Any) -> Iterator[tuple[str, Part]]:
    if not isinstance(value, dict):
        return
    yield kind, value
    if kind == "schema":
        for part in _subschemas(value):
            yield from _objects("schema", part)
    elif kind == "responses":
        for status, part in value.items():
            yield from _objects("response", None if status.startswith("x-") else part)
    else:
        for field, notation in FIXED_FIELDS[kind].items():
            if field in value and notation:
                yield from _of_field(notation, value[field])


def _of_field(notation: str, value: Any) -> Iterator[tuple[str, Part]]:
    kind = notation.strip("[]{}")
    if notation.startswith("{") and isinstance(value, Mapping):
        for name, part in value.items():
            yield from _objects(kind, None if kind == "path" and name.startswith("x-") else part)
    elif notation.startswith("[") and isinstance(value, list):
        for part in value:
            yield from _objects(kind, part)
    elif kind and kind == notation:
        yield from _objects(kind, value)


def _subschemas(schema: Part) -> Iterator[Any]:
    for word in SCHEMA_LISTS:
        yield from schema[word] if isinstance(schema.get(word), list) else ()
    for word in SCHEMA_MAPPINGS:
        yield from schema[word].values() if isinstance(schema.get(word), dict) else ()
    for word in SINGLE_SCHEMAS:
        if word in schema:
            yield schema[word]

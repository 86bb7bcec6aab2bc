"""Texts of a path, a query or a header, decoded to the JSON value that the schema of a parameter means.

A query is split before it is decoded, so that `%2C` inside an element of a list stays a comma of that element
(OpenAPI 3.1, 4.8.12.4; RFC 3986, 2.4). `?a=1&a=2` and `?a=1,2` are the same list.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_plus, unquote_to_bytes

from .json_values import escape_step
from .validators import ContractSchemas, reference_target

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,399})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,399})(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,4})?")
_NAMES = {str: "string", bool: "boolean", int: "integer", float: "number", Decimal: "number"}
_MOST_PARAMETERS = 10_000  # whose types are remembered
_TEXT = frozenset({"string"})
_CHOICES = ("allOf", "anyOf", "oneOf")


class TypeFault(ValueError):
    """A text that cannot be a value of any type that the schema allows; `types` are those."""

    def __init__(self, types: list[str]) -> None:
        super().__init__("not of the declared type")
        self.types = types


def split_query(query: bytes) -> dict[str, list[str]]:
    """The values of each name, in their order and not decoded yet."""
    values: dict[str, list[str]] = {}
    for pair in query.decode("ascii", "replace").split("&"):
        if pair:
            name, _, value = pair.partition("=")
            values.setdefault(unquote_plus(name), []).append(value)
    return values


def is_utf8(query: bytes) -> bool:
    """Whether a query is percent-encoded UTF-8: a decoder would replace what is not."""
    if b"%" not in query:
        return query.isascii()
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        return False
    return query.isascii()


def decode(schemas: ContractSchemas, pointer: str, raw: Sequence[str]) -> Any:
    """Decodes what a query has under one name. Raises TypeFault.

    The result is an array where the schema allows one, whatever the number of values; else there must be one
    value, and more than one is a TypeFault without types.
    """
    types = allowed_types(schemas, pointer)
    if "array" in types:
        pieces = [piece for text in raw for piece in text.split(",")]
        of_items = item_types(schemas, pointer)
        return [] if pieces == [""] else [parse_text(unquote_plus(piece), of_items) for piece in pieces]
    if len(raw) > 1:
        raise TypeFault([])
    return parse_text(unquote_plus(raw[0]), types)


def parse_text(text: str, types: frozenset[str] | set[str]) -> Any:
    """The JSON value that a decoded text means, of the first type that it can be. Raises TypeFault."""
    if "integer" in types and _INTEGER.fullmatch(text):
        return int(text)
    if "number" in types and _NUMBER.fullmatch(text) and not math.isinf(float(text)):
        return Decimal(text)
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if "string" in types:
        return text
    raise TypeFault(sorted(types - {"null"}))


@lru_cache(_MOST_PARAMETERS)
def allowed_types(schemas: ContractSchemas, pointer: str) -> frozenset[str]:
    """The types of JSON that a schema allows, as far as it says so; a text where it does not."""
    types = frozenset(_types(schemas, pointer, 0))
    return types or _TEXT


def _types(schemas: ContractSchemas, pointer: str, depth: int) -> Iterator[str]:
    schema = schemas.at(pointer)
    if not isinstance(schema, Mapping) or depth > len(_CHOICES) * 4:
        return
    declared = schema.get("type")
    if declared is not None:
        yield from [declared] if isinstance(declared, str) else declared
        return
    if "const" in schema or "enum" in schema:
        values = [schema["const"]] if "const" in schema else schema["enum"]
        yield from (_NAMES.get(type(value), "null") for value in values)
        return
    if "$ref" in schema:
        yield from _types(schemas, reference_target(schema), depth + 1)
    for word in _CHOICES:
        for index in range(len(schema.get(word, ()))):
            yield from _types(schemas, f"{pointer}/{word}/{index}", depth + 1)


@lru_cache(_MOST_PARAMETERS)
def item_types(schemas: ContractSchemas, pointer: str) -> frozenset[str]:
    """The types that a schema allows for the items of an array; a text where it says nothing."""
    schema = schemas.at(pointer)
    while isinstance(schema, Mapping) and "items" not in schema and "$ref" in schema:
        pointer = reference_target(schema)
        schema = schemas.at(pointer)
    has_items = isinstance(schema, Mapping) and "items" in schema
    return allowed_types(schemas, f"{pointer}/items") if has_items else _TEXT


def property_pointer(schemas: ContractSchemas, pointer: str, name: str) -> str | None:
    """The pointer of the schema of a property, also in a part of the schema; None if none is declared."""
    schema = schemas.at(pointer)
    if not isinstance(schema, Mapping):
        return None
    if name in schema.get("properties", {}):
        return f"{pointer}/properties/{escape_step(name)}"
    places = [reference_target(schema)] if "$ref" in schema else []
    places += [f"{pointer}/{word}/{index}" for word in _CHOICES for index in range(len(schema.get(word, ())))]
    found = (property_pointer(schemas, place, name) for place in places)
    return next((place for place in found if place is not None), None)


def value_pointer(schemas: ContractSchemas, pointer: str, name: str) -> str | None:
    """The pointer of the schema of a property, declared or additional; None if the schema has none."""
    found = property_pointer(schemas, pointer, name)
    if found is not None:
        return found
    schema = schemas.at(pointer)
    while isinstance(schema, Mapping) and "$ref" in schema and "additionalProperties" not in schema:
        pointer = reference_target(schema)
        schema = schemas.at(pointer)
    is_open = isinstance(schema, Mapping) and schema.get("additionalProperties", False) is not False
    return f"{pointer}/additionalProperties" if is_open else None

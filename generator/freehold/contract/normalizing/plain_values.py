"""Reads what contracts leave out: values that are null, the type of an object, quotes around a version."""

from collections.abc import Iterator, Mapping
from typing import Any

_DESCRIBING = frozenset(
    """
    title summary description termsOfService contact license externalDocs tags operationId deprecated
    servers parameters headers links callbacks examples format
    """.split()  # noqa: SIM905 - easier to read than a list
)
"""Keys that say nothing where their value is null."""
_DATA = frozenset({"example", "examples", "default", "enum", "const"})
NAMES = frozenset({"properties", "patternProperties", "$defs", "dependentSchemas", "schemas", "mapping"})
"""Keys whose values are mappings with names that the contract chooses."""
_TYPED = frozenset({"type", "$ref", "enum", "const"})
_SCHEMAS = "#/components/schemas/"
_PARTS = ("allOf", "anyOf", "oneOf")


def plain_values(root: Any) -> Any:
    """Leave out the describing keys that are null, in place, and write the version of the API as a text.

    A body that has `properties` and no type is an object, and so are the rows in it.
    """
    info = root.get("info") if isinstance(root, dict) else None
    version = info.get("version") if isinstance(info, dict) else None
    if isinstance(info, dict) and isinstance(version, int | float) and not isinstance(version, bool):
        info["version"] = str(version)
    _leave_out_nulls(root)
    _add_types(root)
    return root


def _leave_out_nulls(part: Any, *, has_names: bool = False) -> None:
    if isinstance(part, list):
        for item in part:
            _leave_out_nulls(item)
    if not isinstance(part, dict):
        return
    for key in [key for key, value in part.items() if value is None and key in _DESCRIBING]:
        if not has_names:
            del part[key]
    for key, value in part.items():
        if has_names or not (key in _DATA or str(key).startswith("x-")):
            _leave_out_nulls(value, has_names=not has_names and key in NAMES)


def _add_types(root: Any) -> None:
    """Add `type: object` to the schemas of bodies with properties, and to those of the rows in them.

    A value inside of a row may have any type that JSON Schema allows there.
    """
    named = _mapping(_mapping(_mapping(root).get("components")).get("schemas"))
    seen = set[int]()
    for schema in _bodies(root):
        _add_type(_mapping(schema), named, seen)


def _add_type(schema: dict[Any, Any], named: Mapping[Any, Any], seen: set[int]) -> None:
    if not schema or id(schema) in seen:
        return
    seen.add(id(schema))
    has_properties = isinstance(schema.get("properties"), dict)
    if has_properties and not schema.keys() & _TYPED:
        schema["type"] = "object"
    elif "type" not in schema or schema["type"] == "array":
        target = str(schema.get("$ref", "")).removeprefix(_SCHEMAS)
        parts = [part for word in _PARTS for part in _list(schema.get(word))]
        for part in (named.get(target), schema.get("items"), *parts):
            _add_type(_mapping(part), named, seen)
    for prop in _mapping(schema.get("properties")).values():
        if _mapping(prop).get("type") == "array":
            _add_type(prop, named, seen)


def _bodies(part: Any) -> Iterator[Any]:
    """Yield the schemas of requests and responses below a part of the contract."""
    for key, value in _mapping(part).items():
        if key == "content":
            yield from (_mapping(media).get("schema") for media in _mapping(value).values())
        elif key not in _DATA | {"schema", "schemas"} and not str(key).startswith("x-"):
            yield from _bodies(value)


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

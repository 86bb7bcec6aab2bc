"""Reads what contracts leave out: values that are null, the type of an object, quotes around a version."""

from typing import Any

_DESCRIBING = frozenset(
    """
    title summary description termsOfService contact license externalDocs tags operationId deprecated
    servers parameters headers links callbacks examples format
    """.split()  # noqa: SIM905 - easier to read than a list
)
"""Keys that say nothing where their value is null."""
_DATA = frozenset({"example", "examples", "default", "enum", "const"})
_NAMES = frozenset({"properties", "patternProperties", "$defs", "dependentSchemas", "schemas", "mapping"})
"""Keys whose values are mappings with names that the contract chooses."""
_CONDITIONS = frozenset({"not", "if", "then", "else", "dependentSchemas", "contains", "propertyNames"})
"""Keys with schemas that say nothing of values of another type."""
_TYPED = frozenset({"type", "$ref", "enum", "const"})
_PARTS = frozenset({"allOf", "anyOf", "oneOf"})


def plain_values(root: Any) -> Any:
    """Leave out the describing keys that are null, in place, and write the version of the API as a text.

    A schema that has `properties` and no type is one of an object.
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
            _leave_out_nulls(value, has_names=not has_names and key in _NAMES)


def _add_types(part: Any, *, has_names: bool = False, is_typed: bool = False) -> None:
    """Add `type: object`. `is_typed` is a part of a schema that has a type."""
    if isinstance(part, list):
        for item in part:
            _add_types(item, is_typed=is_typed)
    if not isinstance(part, dict):
        return
    is_object = not has_names and isinstance(part.get("properties"), dict)
    if is_object and not (is_typed or part.keys() & _TYPED):
        part["type"] = "object"
    for key, value in part.items():
        if has_names or not (key in _DATA | _CONDITIONS or str(key).startswith("x-")):
            inner = has_names or key not in _PARTS
            _add_types(
                value, has_names=not has_names and key in _NAMES, is_typed=not inner and "type" in part
            )

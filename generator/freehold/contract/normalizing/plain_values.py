"""Reads what exporters write for values that are not there: a null, and a version that is a number."""

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


def plain_values(root: Any) -> Any:
    """Leave out the describing keys that are null, in place, and write the version of the API as a text."""
    info = root.get("info") if isinstance(root, dict) else None
    version = info.get("version") if isinstance(info, dict) else None
    if isinstance(info, dict) and isinstance(version, int | float) and not isinstance(version, bool):
        info["version"] = str(version)
    _leave_out_nulls(root)
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

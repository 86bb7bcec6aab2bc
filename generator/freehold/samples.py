"""Values that fit a schema: what the contract gives as an example, or something plain."""

from typing import Any

from freehold.contract import Node

_FORMATS = {
    "date": "2030-01-31",
    "date-time": "2030-01-31T12:00:00Z",
    "email": "somebody@example.com",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def sample(schema: Node) -> Any:
    """The contract's own example, or something for each required property."""
    said = schema.plain("examples") or [schema.plain("example")]
    if said[0] is not None:
        return said[0]
    properties = dict((schema.get("properties") or schema).items())
    required = [name for name in schema.plain("required", []) if name in properties]
    return {name: _value(properties[name].value) for name in required}


def _value(schema: dict[str, Any]) -> Any:
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("type") in {"integer", "number"}:
        return schema.get("minimum", 1)
    if schema.get("type") == "boolean":
        return False
    return _FORMATS.get(str(schema.get("format")), "x" * max(1, schema.get("minLength", 1)))

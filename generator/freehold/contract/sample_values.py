"""Values that fit a contract: a body, a user, what a token says of the user."""

from typing import Any

from freehold.contract.operations import operations
from freehold.contract.resources import Owner, owner, resources
from freehold.reading.document import Document, Node

_FORMATS = {
    "date": "2030-01-31",
    "date-time": "2030-01-31T12:00:00Z",
    "email": "somebody@example.com",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def sample_value(schema: Node) -> Any:
    """The contract's own example, or something for each required property."""
    said = schema.get_value("examples") or [schema.get_value("example")]
    if said[0] is not None:
        return said[0]
    properties = dict((schema.get("properties") or schema).items())
    required = [name for name in schema.get_value("required", []) if name in properties]
    return {name: _scalar_value(properties[name].value) for name in required}


def sample_subject(document: Document) -> str:
    """Somebody whose id is in the format that the contract wants."""
    uuids = any(whose.format == "uuid" for whose in _owners(document))
    return "a1a1a1a1-0000-4000-8000-000000000000" if uuids else "alice"


def sample_claims(document: Document, subject: str) -> dict[str, str]:
    """What a token says besides its subject: the owner under each claim, and every scope there is."""
    named = sorted({whose.claim for whose in _owners(document)} - {"sub"})
    scopes = sorted({scope for operation in operations(document) for scope in operation.scopes()})
    return dict.fromkeys(named, subject) | ({"scope": " ".join(scopes)} if scopes else {})


def _owners(document: Document) -> list[Owner]:
    return [whose for schema in resources(document).values() if (whose := owner(schema))]


def _scalar_value(schema: dict[str, Any]) -> Any:
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("type") in {"integer", "number"}:
        return schema.get("minimum", 1)
    if schema.get("type") == "boolean":
        return False
    return _FORMATS.get(str(schema.get("format")), "x" * max(1, schema.get("minLength", 1)))

"""Sample values for a contract: a request body, a subject, the claims of a token."""

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
    """Return the example of the contract, or a value for each required property."""
    declared = schema.get_value("examples") or [schema.get_value("example")]
    if declared[0] is not None:
        return declared[0]
    properties = dict((schema.get("properties") or schema).items())
    required = [name for name in schema.get_value("required", []) if name in properties]
    return {name: _scalar_value(properties[name].value) for name in required}


def sample_subject(document: Document) -> str:
    """Return a subject in the format that the contract requires for owners."""
    uuids = any(row_owner.format == "uuid" for row_owner in _owners(document))
    return "a1a1a1a1-0000-4000-8000-000000000000" if uuids else "alice"


def sample_claims(document: Document, subject: str) -> dict[str, str]:
    """Return the claims of a token besides `sub`: all owner claims and all scopes."""
    named = sorted({row_owner.claim for row_owner in _owners(document)} - {"sub"})
    scopes = sorted({scope for operation in operations(document) for scope in operation.scopes()})
    return dict.fromkeys(named, subject) | ({"scope": " ".join(scopes)} if scopes else {})


def _owners(document: Document) -> list[Owner]:
    return [row_owner for schema in resources(document).values() if (row_owner := owner(schema))]


def _scalar_value(schema: dict[str, Any]) -> Any:
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("type") in {"integer", "number"}:
        return schema.get("minimum", 1)
    if schema.get("type") == "boolean":
        return False
    return _FORMATS.get(str(schema.get("format")), "x" * max(1, schema.get("minLength", 1)))

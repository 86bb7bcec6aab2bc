"""Sample users: a subject, and the claims of a token."""

from freehold.contract.operations import operations
from freehold.contract.resources import Owner, owner, resources
from freehold.reading.document import Document


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

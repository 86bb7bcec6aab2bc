"""Sample users: a subject, and the claims of a token."""

import random
from uuid import UUID

from freehold.contract.operations.inference import operations
from freehold.contract.resources import Owner, owner, resources
from freehold.reading.document import Document

_LEAST_NUMBER, _MOST_NUMBER = 10**9, 2**31 - 1


def sample_subject(document: Document) -> str:
    """Return a subject in the format that the contract requires for owners."""
    formats = {row_owner.format for row_owner in _owners(document)}
    if "uuid" in formats:
        return "a1a1a1a1-0000-4000-8000-000000000000"
    return "1000000007" if has_integer_owners(document) else "alice"


def has_integer_owners(document: Document) -> bool:
    """Whether the owners of a contract are integers."""
    return any(row_owner.is_integer for row_owner in _owners(document))


def new_subject(document: Document, bits: random.Random) -> str:
    """Return a subject that no other user has: a UUID, which is a text too, or an integer."""
    if has_integer_owners(document):
        return str(bits.randint(_LEAST_NUMBER, _MOST_NUMBER))
    return str(UUID(int=bits.getrandbits(128), version=4))


def sample_claims(document: Document, subject: str) -> dict[str, str]:
    """Return the claims of a token besides `sub`: all owner claims and all scopes."""
    named = sorted({row_owner.claim for row_owner in _owners(document)} - {"sub"})
    scopes = sorted({scope for operation in operations(document) for scope in operation.scopes()})
    return dict.fromkeys(named, subject) | ({"scope": " ".join(scopes)} if scopes else {})


def _owners(document: Document) -> list[Owner]:
    return [row_owner for schema in resources(document).values() if (row_owner := owner(schema))]

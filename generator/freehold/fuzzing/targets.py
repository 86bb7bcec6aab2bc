"""The service to fuzz, and the two users who do it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

import jwt

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.resources import Owner, owner, resources
from freehold.contract.samples import identities
from freehold.ground.problems import UsageError
from freehold.reading.document import Document
from freehold.workbench import development_tokens

NAMES = ("alice", "bob")


@dataclass(frozen=True)
class Identity:
    """A user: the name in reports, the subject, which owns rows and stands in paths, and a token."""

    name: str
    subject: str
    token: str = field(repr=False)
    source: str = "<the token of this user>"
    """What a shell puts into the variable: the command that signs such a token."""

    @property
    def variable(self) -> str:
        """The environment variable that stands for the token in commands of a report."""
        return f"TOKEN_{self.name.upper()}"


@dataclass(frozen=True)
class Target:
    """A running service, its effective contract, and two users who must not see each other's rows."""

    url: str
    contract: Document = field(repr=False)
    users: tuple[Identity, Identity]
    selected: tuple[str, ...] = ()
    """The operationIds to fuzz; all of them when it is empty."""

    def operations(self) -> list[ContractOperation]:
        """The operations to fuzz, in the order of the contract."""
        found = operations(self.contract)
        return [operation for operation in found if not self.selected or operation.id in self.selected]


def sign_users(contract: Document, secret: str, seed: int) -> tuple[Identity, Identity]:
    """Return two users of this run, whose tokens have every claim and scope that the contract requires."""
    first, second = (_sign(contract, secret, name, seed) for name in NAMES)
    return first, second


def users_of_tokens(contract: Document, tokens: Sequence[str]) -> tuple[Identity, Identity]:
    """Return the users of two tokens. Raises UsageError unless they are tokens of two owners."""
    if len(tokens) != len(NAMES):
        raise UsageError(f"Two tokens are needed, of two users; {len(tokens)} were given.")
    claim = next((row_owner.claim for row_owner in _owners(contract)), "sub")
    pairs = zip(NAMES, tokens, strict=True)
    first, second = (Identity(name, _subject(name, token, claim), token) for name, token in pairs)
    if first.subject == second.subject:
        raise UsageError(f"Both tokens belong to {first.subject}: tokens of two users are needed.")
    return first, second


def require_operations(contract: Document, names: Sequence[str]) -> None:
    """Raise UsageError for names that are not operationIds of the contract."""
    known = [operation.id for operation in operations(contract)]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(
            f"Unknown operation: {', '.join(unknown)}. Available operations: {', '.join(known)}."
        )


def shared_resources(contract: Document) -> list[str]:
    """Return the names of resources without an owner: all users share their rows."""
    return [name for name, schema in resources(contract).items() if owner(schema) is None]


def _owners(contract: Document) -> list[Owner]:
    return [row_owner for schema in resources(contract).values() if (row_owner := owner(schema))]


def _sign(contract: Document, secret: str, name: str, seed: int) -> Identity:
    subject = f"fuzz-{name}-{seed}"
    if any(row_owner.format == "uuid" for row_owner in _owners(contract)):
        subject = str(uuid5(NAMESPACE_URL, subject))
    elif identities.has_integer_owners(contract):
        subject = identities.new_subject(contract, random.Random(subject))  # noqa: S311 - it is no secret
    claims = identities.sample_claims(contract, subject)
    signed = development_tokens.sign(secret, subject, claims=claims)
    words = [f"--claim {key}={value}" for key, value in claims.items() if key != "scope"]
    words += [f"--scope {scope}" for scope in claims.get("scope", "").split()]
    return Identity(name, subject, signed, " ".join([f"$(freehold token --sub {subject}", *words]) + ")")


def _subject(name: str, token: str, claim: str) -> str:
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        raise UsageError(f"The token of {name} is not a JSON Web Token.") from None
    if not isinstance(claims.get(claim), str):
        raise UsageError(f"The token of {name} has no claim {claim}, which names the owner of its rows.")
    return str(claims[claim])

"""What a proof is told about a service: its tables, and the parameters of each statement."""

from collections.abc import Mapping
from dataclasses import dataclass

OWNER = "_owner"
"""The parameter that the runtime binds to the owner of the token. No override can bind it."""


@dataclass(frozen=True)
class Table:
    """A table of the service."""

    name: str
    columns: frozenset[str]
    owner_column: str | None = None
    """None when all users share the rows."""
    claim: str | None = None
    """The claim of the token that the owner column holds. Two tables can have owners of different kinds."""
    parent_column: str | None = None
    """The column that holds the id of the parent row."""
    readers: str = ""
    """Who reads the rows of all owners, as the contract says: `anybody` or `signed-in`; or nobody."""


@dataclass(frozen=True)
class Facts:
    """What is known about the whole service."""

    tables: Mapping[str, Table]
    functions: frozenset[str] = frozenset()
    """The functions, operators and types that the project allows, besides those of PostgreSQL."""


@dataclass(frozen=True)
class Query:
    """A statement as it is sent to PostgreSQL."""

    sql: str
    parameters: tuple[str, ...]
    """The names of the values that are bound to `$1, $2, ...`."""
    claim: str | None = None
    """The claim that is bound to `_owner`; None when the repository has no owner."""
    parent: tuple[str, str] | None = None
    """In a nested operation: its table, and the parameter that is bound to the parent in the path."""
    only_existence: bool = False
    """Whether it is the statement of `foreign: forbidden`: it sees rows of others, and returns no column."""
    readers: str = ""
    """Who runs it to read the rows of all owners: `anybody` or `signed-in`; empty for all others."""

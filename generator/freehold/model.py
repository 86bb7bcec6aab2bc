"""What the templates see: every decision is made, only printing is left."""

from dataclasses import dataclass

from freehold.safe import Code


@dataclass(frozen=True)
class Column:
    """A line of a table."""

    name: Code
    annotation: Code
    arguments: tuple[Code, ...]


@dataclass(frozen=True)
class Check:
    """A condition that the database holds for each row."""

    name: str
    condition: Code


@dataclass(frozen=True)
class Index:
    """An index, or a key that no two rows of one owner share; the owner's column is in front."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True)
class Order:
    """What a list can be ordered by: the client's word, and what it means in the database."""

    word: str
    meaning: Code


@dataclass(frozen=True)
class Filter:
    """What a list can be filtered by: the parameter, and the condition on a row."""

    name: Code
    meaning: Code


@dataclass(frozen=True)
class Paging:
    """How a list is cut into pages, and what a page says of itself."""

    limit: Code
    offset: Code
    rows: Code
    """`rows = ` or, when a list is a plain array, `return `."""
    counted: bool
    """Whether somebody wants to know how many rows there are."""
    page: Code | None
    """The class of a page; without it a list is a plain array."""
    data: str
    fields: tuple[tuple[str, Code], ...]
    """The other properties of the page."""


@dataclass(frozen=True)
class Operation:
    """One method on one path, named the same from the contract to the SQL."""

    id: str
    name: Code
    constant: Code
    template: str
    """Which template prints its method of the repository."""
    custom: bool
    """Whether people write it, in `overrides/`."""
    method: Code
    path: str
    status: Code | None
    """The status of success, unless it is 200."""
    doc: str
    route_parameters: tuple[Code, ...]
    parameters: tuple[Code, ...]
    arguments: tuple[Code, ...]
    result: Code
    answer: Code
    """`return `, when there is something to answer."""
    run: Code
    """How the repository runs its statement: to fetch a row, or only to touch it."""
    guards: tuple[Code, ...] = ()
    """What a request must pass before anything else is read: scopes, the owner in the path."""
    location: bool = False
    """Whether the answer says where the created row is."""
    id_argument: Code | None = None
    body_argument: Code | None = None
    columns: tuple[Code, ...] = ()
    """The columns that a create or a replace sets."""
    models: tuple[Code, ...] = ()
    """The classes of `schemas` that it names."""
    values: tuple[Code, ...] = ()
    """The value of each of them, as a keyword argument."""
    orders: tuple[Order, ...] = ()
    filters: tuple[Filter, ...] = ()
    order: Code | None = None
    """What names the order in the repository's method."""
    paging: Paging | None = None


@dataclass(frozen=True)
class Owner:
    """Whose a row is: a column, and the claim of the token that must equal it."""

    column: Code
    claim: str
    type: Code


@dataclass(frozen=True)
class Resource:
    """One table, one repository, one set of routes."""

    schema: Code
    name: Code
    plural: Code
    title: Code
    """The plural as the name of a type: Tasks."""
    table: str
    row: Code
    repository: Code
    owner: Owner
    tells_foreign: bool
    id_column: str
    touched_columns: tuple[str, ...]
    columns: tuple[Column, ...]
    checks: tuple[Check, ...]
    indexes: tuple[Index, ...]
    shown: tuple[str, ...]
    optional: tuple[str, ...]
    """What an answer leaves out when it is null in the database."""
    operations: tuple[Operation, ...]
    models: tuple[Code, ...]
    """The classes of `schemas` that the operations name."""
    home: Code
    """The package that the repository to use is imported from: an override's, or the generated one."""


@dataclass(frozen=True)
class Api:
    """A whole service."""

    title: str
    version: str
    overrides: Code
    """The package of the hand-written code."""
    resources: tuple[Resource, ...]

"""What the templates see: every decision is made, only printing is left."""

from dataclasses import dataclass

from freehold.ground.literals import Code


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
class ForeignKey:
    """Columns that name a row of another table; between rows of owners, the owner is one of them."""

    name: str
    columns: tuple[str, ...]
    targets: tuple[str, ...]
    """The columns there, each with its table: `projects.id`."""
    on_delete: str


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

    rows: Code
    """What the statement gives: `rows = `, `rows, total = ` or, when a list is a plain array, `return `."""
    where: Code
    """The conditions on the rows, for a set of filters by name."""
    counted: bool
    """Whether somebody wants to know how many rows there are."""
    by_cursor: bool
    """Whether a page begins after a row; if not, it begins at a number."""
    by_number: bool
    select: Code
    """What the statement of a page is built with."""
    fetch: Code
    """How it runs, and with what."""
    arguments: tuple[Code, ...]
    total: Code | None
    """How the rows are counted, where that takes a statement of its own."""
    page: Code | None
    """The class of a page; without it a list is a plain array."""
    data: str
    fields: tuple[tuple[str, Code], ...]
    """The other properties of the page."""
    left_out: Code
    """Those that are left out when there is no next page."""


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
    """`return `, when the repository has something to answer."""
    run: Code
    """How the repository runs its statement: to fetch a row, or only to touch it."""
    repositories: tuple[Code, ...]
    """What its route works with: the repositories of the parents, and its own."""
    before: tuple[Code, ...] = ()
    """What the route does first: the parents must be there."""
    keep: Code = Code("")  # noqa: RUF009 - a text, and as immutable as one
    """What the route does with the repository's answer: return it, or keep it for what comes after."""
    after: tuple[Code, ...] = ()
    """What the route does then: the headers of the answer."""
    once: Code | None = None
    """What is made of requests that are sent again."""
    guards: tuple[Code, ...] = ()
    """What a request must pass before anything else is read: scopes, the owner in the path."""
    where: tuple[Code, ...] = ()
    """What must hold of the row, besides its id: its parent, its version."""
    bound: tuple[Code, ...] = ()
    """The values that those conditions come with, as keyword arguments."""
    id_argument: Code | None = None
    body_argument: Code | None = None
    if_match: Code | None = None
    """The versions that the client expects."""
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
class Parent:
    """What a row is under: the column that names it, its foreign key, the condition in statements."""

    column: Code
    key: str
    condition: Code
    """The name of the method that gives the condition."""


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
    owner: Owner | None
    """None where all users share the rows."""
    base: Code
    """The class of the runtime that its repository is a kind of, and the module of that class."""
    base_module: Code
    tells_foreign: bool
    id_column: str
    touched_columns: tuple[str, ...]
    version_column: str | None
    foreign_keys: tuple[ForeignKey, ...]
    parent: Parent | None
    references: dict[str, str]
    """The foreign keys, but for the parent's, and where in a body their values stand."""
    columns: tuple[Column, ...]
    checks: tuple[Check, ...]
    indexes: tuple[Index, ...]
    shown: tuple[str, ...]
    optional: tuple[str, ...]
    """What an answer leaves out when it is null in the database."""
    operations: tuple[Operation, ...]
    models: tuple[Code, ...]
    """The classes of `schemas` that the operations name."""
    wired: tuple[Code, ...]
    """The repositories that the routes name."""
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
    repeats: bool
    """Whether requests may be sent again with a key: the answers need a table."""
    cursors: bool
    """Whether pages of a list end with cursors, which are signed."""

"""The model that the templates print: one value per table, route and method, with every decision made.

Fields of type `Code` hold Python source that a template prints as it is. All other text is contract text,
which a template prints through `|literal` or `|doc`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from freehold.building.shown.embedded_model import EachStatement, EmbeddedModel
from freehold.building.tables.table_model import CheckConstraint, Column, ForeignKey, Index
from freehold.ground.literals import Code


@dataclass(frozen=True)
class SortOrder:
    """A sort order of a list."""

    name: str
    """The value of the sort parameter that selects it."""
    columns: Code
    """The tuple of columns to order by, each with its direction."""


@dataclass(frozen=True)
class Filter:
    """A filter of a list."""

    name: Code
    """The parameter that holds the value to filter by."""
    condition: Code
    """The condition that a row must meet."""


@dataclass(frozen=True)
class Pagination:
    """How the repository method of a list fetches a page, and what the page contains."""

    by_cursor: bool
    """Whether a page starts after a row (keyset pagination)."""
    by_offset: bool
    """Whether a page starts at a number; the opposite of `by_cursor`."""
    cursor_argument: Code | None
    """The parameter that holds the cursor."""
    limited_arguments: tuple[Code, ...]
    """Statements that replace a number that the contract does not limit by the nearest valid one."""
    links: tuple[tuple[str, ...], ...]
    """Where the page has links to other pages: a field, or a field and a property in it."""
    conditions: Code
    """The list of conditions that the rows must meet, computed from the names of the filters in use."""
    select_method: Code
    """The method of the runtime that builds the statement of a page."""
    fetch_method: Code
    """The method of the runtime that executes it."""
    fetch_arguments: tuple[Code, ...]
    """The arguments of `fetch_method`."""
    result_assignment: Code
    """What precedes the call: `rows = `, `rows, total = `, or `return ` when the list is a plain array."""
    count_options: Code
    """Further arguments of the calls that build a count: how far the rows are counted, or nothing."""
    has_count_statement: bool
    """Whether the page reports how many rows there are, which takes a second statement."""
    count_arguments: Code | None
    """The arguments of the call that counts the rows, unless `fetch_method` does."""
    page_class: Code | None
    """The class of a page; None when the list is a plain array."""
    items_field: str
    """The field of the page that holds the rows."""
    rows: Code
    """The rows as the page shows them."""
    returned_rows: Code | None
    """The rows as a plain array shows them, where it shows less of them than they have."""
    other_fields: tuple[tuple[str, Code], ...]
    """The remaining fields of the page and their values."""
    optional_fields: Code
    """Code that adds the fields that are omitted on the last page; empty if there are none."""


@dataclass(frozen=True)
class OperationModel:
    """One operation: a route and the repository method that it calls. Both have the same name."""

    id: str
    """The operationId."""
    name: Code
    """The operationId in snake_case: the name of the route and of the repository method."""
    constant_prefix: Code
    """The name as a private constant: `_LIST_TASKS`."""
    repository_template: str
    """The template that prints the repository method."""
    is_custom: bool
    """Whether the repository method must be written in `overrides/`."""
    needs_override: bool = field(default=False, kw_only=True)
    """Whether the repository method has to be extended: answers need what only an override sets."""
    http_method: Code
    path: str
    success_status: Code | None
    """The status of success, unless it is 200."""
    summary: str
    route_parameters: tuple[Code, ...]
    method_parameters: tuple[Code, ...]
    """The parameters of the repository method, without `self`."""
    call_arguments: tuple[Code, ...]
    """What the route passes to the repository method."""
    return_type: Code
    """What the repository method returns."""
    return_keyword: Code
    """`return `, or empty when the operation has no response body."""
    execute_method: Code
    """The method of the runtime that executes a DELETE: `_fetch` returns the row, `_run` does not."""
    repository_parameters: tuple[Code, ...]
    """The repositories that the route depends on: those of the parents, then its own."""
    repository: Code
    """The repository whose method the route calls: below the parent that the path names."""
    rows: Code
    """The same in the method of the repository."""
    route_type: Code = Code("None")  # noqa: RUF009 - a text, and as immutable as one
    """What the route returns: the same, or `Response` for a file."""
    parent_checks: tuple[Code, ...] = ()
    """Calls that raise unless the parents in the path exist; the route awaits them first."""
    result_assignment: Code = Code("")  # noqa: RUF009 - a text, and as immutable as one
    """What precedes the call of the repository method: `return `, an assignment, or nothing.

    `response_statements` use the variable that is assigned.
    """
    response_statements: tuple[Code, ...] = ()
    """Statements after the call: they set response headers and return the result."""
    idempotency_decorator: Code | None = None
    """The decorator of a route that accepts an Idempotency-Key."""
    access_checks: tuple[Code, ...] = ()
    """Dependencies that run before the request is read: required scopes, and the owner in the path."""
    row_conditions: tuple[Code, ...] = ()
    """Conditions of the statement besides the id: the version of the row."""
    answer_start: Code = Code("")  # noqa: RUF009 - a text, and as immutable as one
    """What precedes the fetched row in the answer: the call that shows a part of it, or wraps it."""
    answer_end: Code = Code("")  # noqa: RUF009 - as above
    """What follows the fetched row in the answer."""
    message: Code | None = None
    """The answer of a DELETE that says what was done, and shows no row."""
    makes_row: bool = False
    """Whether the operation makes a singleton with its defaults, if it is missing."""
    id_argument: Code | None = None
    """The parameter that holds the id of the row."""
    key_column: Code | None = None
    """The unique column that the row is found by; None for its id."""
    body_argument: Code | None = None
    """The parameter that holds the request body."""
    key_check: Code | None = None
    """The call that raises if the body names another row than the path."""
    fixed_fields: Code = Code("")  # noqa: RUF009 - as above
    """Further arguments that name the fields of the body which no UPDATE sets."""
    object_properties: Mapping[str, str] = field(default_factory=dict)
    """For each column that an update merges an object into: the JSON pointer of its schema."""
    if_match_argument: Code | None = None
    """The parameter that holds the versions of an If-Match header."""
    written_columns: tuple[Code, ...] = ()
    """The columns that a create or a replace writes."""
    new_columns: tuple[Code, ...] = ()
    """The columns that a PUT writes when it creates the row: those, and the key in the path."""
    written_values: tuple[Code, ...] = ()
    """The values of `written_columns`, as keyword arguments."""
    written_items: tuple[tuple[str, Code], ...] = ()
    """The same as the items of a dictionary, where a request has several rows."""
    schema_classes: tuple[Code, ...] = ()
    """The classes of `schemas.py` that the signatures mention."""
    sort_orders: tuple[SortOrder, ...] = ()
    sort_argument: Code | None = None
    """The name of the order to use: the sort parameter, or the literal name of the only order."""
    filters: tuple[Filter, ...] = ()
    pagination: Pagination | None = None
    """Set for lists only."""


@dataclass(frozen=True)
class OwnerModel:
    """The owner of a row: its column, and the claim of the token that the column must equal."""

    column: Code
    claim: str
    type: Code
    parse: Code
    """The function that makes the owner from the text of the claim."""


@dataclass(frozen=True)
class ParentModel:
    """The parent of a row."""

    column: Code
    """The column that holds the parent's id."""
    foreign_key: str
    """The name of the foreign key constraint."""


@dataclass(frozen=True)
class ResourceModel:
    """A resource: one table, one repository, one set of routes."""

    schema_class: Code
    """The class in `schemas.py`: `Task`."""
    singular: Code
    """The name in snake_case: `task`."""
    plural: Code
    """The plural in snake_case: the package, and the repository in a route."""
    repository_class: Code
    repository_base: Code
    """The class of the runtime that the repository inherits from."""
    repository_base_module: Code
    """The module of `repository_base`, below `runtime`."""
    repository_module: Code
    """The module that wiring.py imports the repository from: an override, or the generated one."""
    repository_dependency: Code
    """The annotated type by which a route depends on the repository: `Tasks`."""
    repository_dependencies: tuple[Code, ...]
    """The dependencies that the routes use: the resource's own, and those of its parents."""
    row_class: Code
    table: str
    columns: tuple[Column, ...]
    check_constraints: tuple[CheckConstraint, ...]
    indexes: tuple[Index, ...]
    foreign_keys: tuple[ForeignKey, ...]
    owner: OwnerModel | None
    """None when all users share the rows."""
    parent: ParentModel | None
    id_column: str | None
    """None for a singleton, which the owner alone names."""
    version_column: str | None
    updated_at_columns: tuple[str, ...]
    """The columns that hold the time of the last change."""
    response_columns: tuple[str, ...]
    """The columns that a response contains."""
    omit_when_null: tuple[str, ...]
    """The columns that a response omits when they are NULL."""
    hidden_parts: dict[str, tuple[tuple[str, ...], ...]]
    """The paths of the parts of values that no response shows, by column."""
    reference_pointers: dict[str, str]
    """For each foreign key but the parent's: the JSON pointer of its value in a body (RFC 6901)."""
    embedded: tuple[EmbeddedModel, ...]
    """The fields of responses that show rows of other resources."""
    each_statements: tuple[EachStatement, ...]
    """The statements by which other resources show rows of this one."""
    readers: str
    """Who reads the rows of all owners: `anybody` or `signed-in`; empty if nobody does."""
    who_reads: Code
    """The same, in words."""
    reading_operations: tuple[str, ...]
    """The ids of the operations that read the rows of all owners."""
    readers_dependency: Code | None
    """The annotated type by which a route reads the rows of all owners; None if no route does."""
    foreign_is_forbidden: bool
    """Whether a row of another owner is answered with 403 instead of 404."""
    counted_below: tuple[tuple[str, ...], ...]
    """For the counted lists of an override, which may hide rows: the columns of the parents in the path."""
    operations: tuple[OperationModel, ...]
    schema_classes: tuple[Code, ...]
    """The classes of `schemas.py` that the operations use."""


@dataclass(frozen=True)
class ServiceOperationsModel:
    """The operations that belong to no resource: one class, one set of routes."""

    module: Code
    """The module that wiring.py imports the class `Operations` from: the override, or the generated one."""
    operations: tuple[OperationModel, ...]
    schema_classes: tuple[Code, ...]
    """The classes of `schemas.py` that the operations use."""
    repository_dependencies: tuple[Code, ...]
    """The annotated types by which the routes depend on the class."""
    has_optional_tokens: bool
    """Whether an operation takes a token and does not require one."""
    plural: Code = Code("operations")  # noqa: RUF009 - a text, and as immutable as one
    """The package."""


@dataclass(frozen=True)
class ApiModel:
    """The whole service."""

    title: str
    version: str
    overrides_package: Code
    """The package of the hand-written code."""
    resources: tuple[ResourceModel, ...]
    service_operations: ServiceOperationsModel | None
    """None when each operation belongs to a resource."""
    has_extension: bool
    """Whether the hand-written code adds routes and middleware of its own, in `app.py`."""
    has_idempotency_keys: bool
    """Whether an operation accepts an Idempotency-Key, which takes a table of stored responses."""
    functions: tuple[str, ...]
    """What statements may use of PostgreSQL besides what is allowed in every project, sorted."""
    has_cursors: bool
    """Whether a list is paginated by cursor, which takes a secret to sign cursors with."""
    request_headers: tuple[str, ...]
    """The declared request headers, which pages of other origins may send."""
    response_headers: tuple[str, ...]
    """The declared response headers, which pages of other origins may read."""

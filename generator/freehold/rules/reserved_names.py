"""Rules about names that PostgreSQL or the generated code reserves."""

from collections.abc import Iterator

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.resources import (
    owner,
    properties,
    resources,
    table_name,
)
from freehold.contract.rows.collection_paths import page_array
from freehold.contract.rows.keys import sends_location
from freehold.ground.naming import (
    MAX_NAME_LENGTH,
    column_name,
    operation_name,
    parameter_name,
    plural_name,
    singular_name,
)
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_SYSTEM = "pg_"  # system tables of PostgreSQL, which would shadow such a table
_COLUMNS = frozenset({"ctid", "tableoid", "xmin", "xmax", "cmin", "cmax"})  # system columns of every table
# reserved by PostgreSQL, and not quoted by SQLAlchemy
_RESERVED_WORDS = frozenset({"collation", "concurrently", "lateral", "system_user", "tablesample"})
_TABLE = frozenset({"mapped_column", "true", "false"})  # names that the module of a table uses
# Functions that the generated routes call: a route of the same name would shadow them.
_ROUTES = frozenset(
    {
        "idempotent",
        "is_new",
        "location_header",
        "own_location",
        "raise_if_not_modified",
        "require_owner_in_path",
        "require_scopes",
        "require_scopes_of_any_caller",
        "require_version",
        "set_etag",
        "resolve_links",
    }
)
# Members of the class of operations without a resource, and what its module uses.
_SERVICE_MEMBERS = frozenset(
    {"after_commit", "claims", "has_caller", "final", "operations", "owner", "property", "transaction"}
)
# Members of a repository.
_REPOSITORY_MEMBERS = frozenset(
    {
        "after_commit",
        "below",
        "claims",
        "foreign_is_forbidden",
        "omit_when_null",
        "owner",
        "require_row",
        "response_columns",
        "row",
        "schema",
        "statement",
        "transaction",
        "visible",
        "with_database",
    }
)
# Functions that a list, or a route that reads or sets headers, calls: a parameter would shadow them.
_LISTS = frozenset(
    {
        "build_response",
        "ceil",
        "without_none",
        "page_link",
        "link",
        "bounded_size",
        "bounded_page",
        "bounded_offset",
        "directed",
    }
)
_SETTING = frozenset({"location_header", "raise_if_not_modified", "require_version", "set_etag"})


def table_names(document: Document) -> Iterator[Problem]:
    """The name of a resource does not collide with PostgreSQL."""
    for schema in resources(document).values():
        declared = schema.get_path("x-resource", "table") or schema
        if table_name(schema.name, schema).startswith(_SYSTEM):
            what = f"table names that start with {_SYSTEM} are reserved by PostgreSQL"
            yield declared.problem(what, "Set another `table`.")
        if table_name(schema.name, schema) in _RESERVED_WORDS:
            what = f"{table_name(schema.name, schema)} is a reserved word of PostgreSQL"
            yield declared.problem(what, "Set another `table`.")


def column_names(document: Document) -> Iterator[Problem]:
    """The name of a property can be the name of a column."""
    for name, schema in resources(document).items():
        for key, prop in properties(schema).items():
            word = column_name(key)
            if len(word) > MAX_NAME_LENGTH:
                what = f"{key} of {name} becomes {word}, which is longer than {MAX_NAME_LENGTH} characters"
                yield prop.problem(what, "Use a shorter name.")
        yield from _owner_column(schema)


def _owner_column(schema: Node) -> Iterator[Problem]:
    """The column of the owner, which no property names, has a name that it can have."""
    row_owner = owner(schema)
    if row_owner is None:
        return
    column, declared = row_owner.column, schema.get_path("x-resource", "owner") or schema
    place = declared.get("column") or declared
    if column in _COLUMNS:
        yield place.problem(f"{column} is a system column of every PostgreSQL table", f"Rename {column}.")
    elif column in _RESERVED_WORDS:
        yield place.problem(f"{column} is a reserved word of PostgreSQL", f"Rename {column}.")
    elif column in _TABLE:
        fix = f"Rename {column}: the generated code uses this name."
        yield place.problem(f"the owner of a row cannot be in the column {column}", fix)


def index_directions(document: Document) -> Iterator[Problem]:
    """An index has no direction."""
    for schema in resources(document).values():
        for _, index in _declared_indexes(schema):
            for field in index.elements():
                if str(field.value).startswith("-"):
                    fix = f"Use {str(field.value)[1:]}: PostgreSQL can scan an index in both directions."
                    yield field.problem("an index has no direction", fix)


def index_names(document: Document) -> Iterator[Problem]:
    """The names of tables and indexes are unique after PostgreSQL truncates them."""
    found = resources(document)
    taken = {table_name(schema.name, schema): f"the table of {name}" for name, schema in found.items()}
    for name, schema in found.items():
        seen: set[tuple[str, ...]] = set()
        for prefix, index in _declared_indexes(schema):
            words = tuple(column_name(str(field.value)) for field in index.elements())
            long = _index_name(prefix, schema, words)
            if (prefix, *words) in seen:
                yield index.problem(f"{name} already has this index", "Remove one of the two.")
            elif long in taken:
                fix = f"PostgreSQL keeps {MAX_NAME_LENGTH} characters: shorten `table` or the property names."
                yield index.problem(f"the index name {long} is already used by {taken[long]}", fix)
            seen.add((prefix, *words))
            taken.setdefault(long, f"another index of {name}")


def operation_names(document: Document) -> Iterator[Problem]:
    """The name of an operation does not shadow a function that the routes call, or what a method uses."""
    members = _SERVICE_MEMBERS | {plural_name(name) for name in resources(document)}
    for operation in operations(document):
        taken = _ROUTES | (_REPOSITORY_MEMBERS if operation.resource else members)
        if operation_name(operation.id) in taken:
            declared = operation.node.get("operationId") or operation.node
            fix = "Rename it: the generated code uses this name."
            yield declared.problem(f"an operation cannot be named {operation.id}", fix)
        summary = operation.node.get("summary")
        if summary is not None and not str(summary.value).strip():
            yield summary.problem(
                "the summary is empty", "Describe what the operation does, or remove the summary."
            )


def parameter_names(document: Document) -> Iterator[Problem]:
    """The parameters of an operation are unique and do not shadow a function that it calls."""
    for operation in operations(document):
        seen: dict[str, str] = {}
        for parameter in operation.parameters():
            name = str(parameter.get_value("name"))
            if parameter_name(name) in seen:
                what = f"{name} and {seen[parameter_name(name)]} both become {parameter_name(name)}"
                yield parameter.problem(what, "Rename one of the two parameters.")
            seen.setdefault(parameter_name(name), name)
            if parameter_name(name) in _called_functions(operation):
                fix = "Rename it: the generated code uses this name."
                yield parameter.problem(f"a parameter cannot be named {name}", fix)


def body_names(document: Document) -> Iterator[Problem]:
    """The request body, which has the name of the resource, does not shadow a function."""
    for operation in operations(document):
        word, body = singular_name(operation.resource or ""), operation.body_schema()
        if body is not None and operation.kind != "update" and word in _called_functions(operation):
            fix = f"Rename {operation.resource}."
            what = f"the request body of {operation.id} would shadow the function {word}, which sets a header"
            yield operation.node.problem(what, fix)


def _called_functions(operation: ContractOperation) -> frozenset[str]:
    """Return the functions that an operation calls, which a parameter could shadow."""
    if operation.kind == "list":
        answer = operation.page_schema()
        return _LISTS if answer and page_array(answer) else _LISTS - {"build_response", "ceil", "link"}
    if sends_location(operation):
        return _SETTING
    return _SETTING - {"location_header"} if operation.has_etag else frozenset()


def _index_name(prefix: str, schema: Node, words: tuple[str, ...]) -> str:
    """Return the name of an index, truncated like PostgreSQL does."""
    row_owner = owner(schema)
    first = (prefix, table_name(schema.name, schema), *([row_owner.column] if row_owner else []))
    return "_".join((*first, *words))[:MAX_NAME_LENGTH]


def _declared_indexes(schema: Node) -> Iterator[tuple[str, Node]]:
    """Yield the declared indexes with the prefix of their name."""
    for prefix, word in (("ix", "indexes"), ("uq", "unique")):
        found = schema.get_path("x-resource", word)
        yield from ((prefix, index) for index in found.elements()) if found else ()

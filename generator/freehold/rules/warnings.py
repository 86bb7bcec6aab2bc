"""Warnings about a valid contract. `allow` in pyproject.toml silences them."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from freehold.building.tables.keys_and_indexes import indexes
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import (
    MAX_ROWS,
    page_parameters,
    sort_parameter,
    uses_cursor_pagination,
)
from freehold.contract.operations.path_parameters import split_path_parameters
from freehold.contract.operations.sort_words import default_order, sort_order
from freehold.contract.resources import (
    generated_properties,
    id_property,
    owner,
    parent,
    properties,
    readers,
    resources,
)
from freehold.contract.rows.readers import reads_all_owners
from freehold.ground.naming import column_name
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.rules import bodies, examples, keywords


def find_warnings(document: Document) -> list[Problem]:
    """Return all warnings about a valid contract."""
    found = {
        replace(problem, code=code, level="warning")
        for code, rule in WARNINGS.items()
        for problem in rule(document)
    }
    return sorted(found)


def forbidden_foreign_rows(document: Document) -> Iterator[Problem]:
    """Warn that a 403 reveals the existence of a row of another owner."""
    for name, schema in resources(document).items():
        declared = schema.get_path("x-resource", "foreign")
        if declared is not None and declared.value == "forbidden":
            what = f"a 403 reveals that a row of {name} with this id exists"
            yield declared.problem(
                what, "Remove `foreign`: rows of other owners then respond like missing rows."
            )


def sequential_ids(document: Document) -> Iterator[Problem]:
    """Warn that a sequential id reveals the number of rows of all owners."""
    for name, schema in resources(document).items():
        for key in generated_properties(schema, "identity"):
            prop = properties(schema)[key]
            if owner(schema) is not None:
                what = f"{key} of {name} is a sequence over all owners: it reveals the number of rows"
                yield prop.problem(what, "Use `type: string, format: uuid` if you can.")


def unindexed_lists(document: Document) -> Iterator[Problem]:
    """Warn about a list without an index for its order."""
    known = resources(document)
    for operation in operations(document):
        resource = known.get(operation.resource or "")
        for place, order in _orders(operation, resource) if resource and operation.kind == "list" else ():
            if resource and order and not _is_served(operation, resource, order[0]):
                row_id, is_own = id_property(resource), owner(resource) and readers(resource) == "owner"
                of_owner = " of the owner" if is_own else ""
                declared = _property_names(resource, *_parent_columns(operation, resource), *order, row_id)
                what = f"{operation.id} has no index for its order: every page sorts all rows{of_owner}"
                yield place.problem(what, f"Add `indexes: [[{declared}]]` to x-resource of {resource.name}.")


def unindexed_sorts(document: Document) -> Iterator[Problem]:
    """Warn about a sort order that clients can choose, of a list by number, and that no index has."""
    known = resources(document)
    for operation in operations(document):
        resource, sort = known.get(operation.resource or ""), sort_parameter(operation)
        choices = sort.get_path("schema", "enum") if sort else None
        if operation.kind != "list" or resource is None or sort is None or choices is None:
            continue
        warned = {column for _, (column,) in _orders(operation, resource)}
        for choice in choices.elements():
            column = column_name(sort_order(choice.value, resource).removeprefix("-"))
            if column not in warned and not _is_served(operation, resource, column):
                above, row_id = _parent_columns(operation, resource), id_property(resource)
                declared = _property_names(resource, *above, column, row_id)
                what = f"{operation.id} has no index for the order {column}: such a page sorts all rows"
                yield choice.problem(what, f"Add `indexes: [[{declared}]]` to x-resource of {resource.name}.")
            warned.add(column)


def unused_resources(document: Document) -> Iterator[Problem]:
    """Warn about a resource without operations."""
    found = operations(document)
    reached, shown = {operation.resource for operation in found}, _shown_without_id(found)
    for name, schema in resources(document).items():
        if name not in reached:
            fix = "Add operations, or remove `x-resource`."
            if name in shown:
                fix = f"If an owner has one row, as {shown[name]} says: `x-resource: {{id: none}}`.\n{fix}"
            yield schema.problem(f"no operation uses {name}: its table stays empty", fix)


def _shown_without_id(found: list[ContractOperation]) -> dict[str, str]:
    """Return the operations that read a schema at a path without parameters, by the name of the schema."""
    reads = ((o, o.response_schema()) for o in found if o.method == "get" and "{" not in o.path)
    return {answer.name: o.id for o, answer in reads if answer is not None}


def _orders(operation: ContractOperation, resource: Node) -> Iterator[tuple[Node, list[str]]]:
    """Yield the default order of a list and, with a cursor, all other orders, as node and columns."""
    sort = sort_parameter(operation)
    choices = sort.get_path("schema", "enum") if sort else None
    if sort is None or choices is None:
        place = resource.get_path("x-resource", "order") or operation.node
        yield place, [column_name(word.removeprefix("-")) for word in default_order(resource)]
        return
    first = sort.get_path("schema", "default")
    for choice in choices.elements():
        if uses_cursor_pagination(operation) or (first and first.value == choice.value):
            yield choice, [column_name(sort_order(choice.value, resource).removeprefix("-"))]


def _is_served(operation: ContractOperation, resource: Node, column: str) -> bool:
    """Whether an index returns the rows of a list in the order of a column."""
    row_owner = owner(resource)
    first = (row_owner.column,) if row_owner and not reads_all_owners(operation, resource) else ()
    row_id = column_name(id_property(resource))
    there = [index.columns for index in indexes(resource, "")] + [(*first, row_id)]
    wanted = (*first, *_parent_columns(operation, resource), column)
    return any(columns[: len(found)] == found for columns in there for found in (wanted, (*first, column)))


def _property_names(resource: Node, *columns: str) -> str:
    """Return the properties that are these columns, as an index names them."""
    names = {column_name(name): name for name in properties(resource)}
    return ", ".join(dict.fromkeys(_quoted(names.get(column_name(column), column)) for column in columns))


def _quoted(name: str) -> str:
    """Return a name as YAML writes it."""
    return name if name.replace("_", "a").isalnum() and name[0].isalpha() else json.dumps(name)


def _parent_columns(operation: ContractOperation, resource: Node) -> tuple[str, ...]:
    """Return the column of the parent of a list, if its path contains one."""
    link, (parents, _) = parent(resource), split_path_parameters(operation, resource)
    return (column_name(link.field),) if link and parents else ()


def unlimited_pages(document: Document) -> Iterator[Problem]:
    """Warn about a list whose contract does not say how many rows a page has at most."""
    for operation in operations(document):
        size = page_parameters(operation).get("size")
        schema = size.get("schema") if size else None
        place = size or operation.node
        is_limited = schema is not None and "maximum" in schema.value
        if operation.kind == "list" and operation.resource and not is_limited and "x-max" not in place.value:
            what = (
                f"{operation.id} returns at most {MAX_ROWS} rows at a time, which the contract does not say"
            )
            fix = "Add `maximum: 100` to its schema, or `x-max: 500` beside it for another limit."
            if size is None:
                fix = "Add `limit` and `offset`, or `page` and `per_page`. `x-max: 500` sets another limit."
            yield place.problem(what, fix)


def served_differently(document: Document) -> Iterator[Problem]:
    """Warn about what is served differently than it is written."""
    yield from document.notes


WARNINGS: Mapping[str, Callable[[Document], Iterator[Problem]]] = {
    "FH901": forbidden_foreign_rows,
    "FH902": sequential_ids,
    "FH903": unindexed_lists,
    "FH904": keywords.unimplemented_keys,
    "FH905": unused_resources,
    "FH906": bodies.ignored_properties,
    "FH907": examples.matching_examples,
    "FH908": served_differently,
    "FH909": unlimited_pages,
    "FH910": unindexed_sorts,
}

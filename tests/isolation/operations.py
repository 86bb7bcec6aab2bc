"""What a contract says of each operation, looked up once: probes need it hundreds of thousands of times."""

from dataclasses import dataclass, field
from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.list_queries import list_filters, page_parameters, uses_cursor_pagination
from freehold.contract.operations.path_parameters import (
    ancestors,
    owner_parameter,
    path_parents,
    split_path_parameters,
)
from freehold.contract.resources import (
    foreign_is_forbidden,
    id_property,
    links,
    owner,
    properties,
    readers,
    references,
)
from freehold.contract.rows.keys import key_property
from freehold.contract.rows.readers import keys_of_all_owners, reads_all_owners
from freehold.contract.samples.maker import sample_value
from freehold.reading.document import Node
from tests.support.two_users import Contract, unique_names


@dataclass(frozen=True)
class Resource:
    """A resource whose rows have owners, or are shared."""

    name: str
    schema: Node = field(repr=False, compare=False)
    id_name: str
    has_number: bool
    """Whether its id is an integer."""
    ancestors: tuple[tuple[str, str], ...]
    """The field and the resource of each ancestor, the topmost first."""
    is_owned: bool
    is_forbidden: bool
    """Whether a foreign row can answer 403: that it exists is no secret."""
    has_common_keys: bool
    """Whether values are unique among the rows of all owners, who all read them."""
    created: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False, compare=False)
    """The answers to creates, by the id of the row."""


@dataclass(frozen=True)
class Operation:
    """An operation."""

    id: str
    kind: str
    method: str
    path: str
    resource: Resource | None
    has_row: bool
    key: str
    """The property by which the path names the row."""
    parents: dict[str, str] = field(compare=False)
    """The fields of the ancestors, by the parameters of the path that name them."""
    owner_parameter: str | None
    headers: frozenset[str]
    """The names of the request headers, in lower case."""
    required: frozenset[str]
    media_type: str
    body: Any
    """A valid row for the body; the body itself without an envelope."""
    envelope: str
    """The property of the body that has the row; empty if the body is the row."""
    unique: tuple[str, ...]
    """The properties of the body that get another text for each row."""
    references: tuple[tuple[str, str], ...]
    """The references in the body, with their resources."""
    filters: tuple[tuple[str, str], ...]
    """The parameters of a list that keep the rows with a certain reference, and its resource."""
    cursor: str
    """The parameter with the cursor of a list; empty where there is none."""
    size: str
    """The parameter with the size of a page; empty where there is none."""

    def in_envelope(self, row: Any) -> Any:
        """The body that has a row."""
        row = [row] if self.kind == "bulk" else row
        return {self.envelope: row} if self.envelope else row


def read_resources(contract: Contract) -> dict[str, Resource]:
    return {name: _resource(name, schema) for name, schema in contract.resources.items()}


def read_operations(contract: Contract) -> list[Operation]:
    resources = read_resources(contract)
    private = [
        operation
        for operation in contract.operations
        if not reads_all_owners(operation, contract.resources.get(operation.resource or ""))
    ]
    return [_operation(contract, operation, resources) for operation in private]


def _resource(name: str, schema: Node) -> Resource:
    key = id_property(schema)
    number = properties(schema)[key].get_value("type") == "integer"
    above = tuple((link.field, parent.name) for link, parent in ancestors(schema))
    forbidden = foreign_is_forbidden(schema) or readers(schema) != "owner"
    is_owned, common = owner(schema) is not None, bool(keys_of_all_owners(schema)[1:])
    return Resource(name, schema, key, number, above, is_owned, forbidden, common)


def _operation(contract: Contract, found: ContractOperation, resources: dict[str, Resource]) -> Operation:
    schema = contract.resources.get(found.resource or "")
    body, written = found.row_body(), found.written_row()
    headers = [p for p in found.parameters() if p.get_value("in") == "header"]
    names = [str(header.get_value("name")).lower() for header in headers]
    content = found.node.get_path("requestBody", "content")
    paging = {role: str(p.get_value("name")) for role, p in page_parameters(found).items()}
    return Operation(
        id=found.id,
        kind=found.kind,
        method=found.method.upper(),
        path=found.path,
        resource=resources.get(found.resource or ""),
        has_row=schema is not None and split_path_parameters(found, schema)[1] is not None,
        key=key_property(found, schema) if schema else "",
        parents=path_parents(found, schema) if schema else {},
        owner_parameter=owner_parameter(found),
        headers=frozenset(names),
        required=frozenset(name for name, p in zip(names, headers, strict=True) if p.get_value("required")),
        media_type=next((name for name, _ in content.items()), "") if content else "",
        body=sample_value(body) if body else None,
        envelope=written.envelope if written else "",
        unique=tuple(unique_names(body, schema)),
        references=tuple(_references(schema, body, resources)),
        filters=tuple(_filters(found, schema, resources)),
        cursor=paging.get("cursor", "") if uses_cursor_pagination(found) else "",
        size=paging.get("size", ""),
    )


def _references(
    schema: Node | None, body: Node | None, resources: dict[str, Resource]
) -> list[tuple[str, str]]:
    known = references(schema) if schema else []
    names = properties(body)
    return [(k.field, k.resource) for k in known if k.field in names and resources[k.resource].is_owned]


def _filters(
    found: ContractOperation, schema: Node | None, resources: dict[str, Resource]
) -> list[tuple[str, str]]:
    if schema is None or found.kind != "list":
        return []
    known = {link.field: link.resource for link in links(schema) if resources[link.resource].is_owned}
    return [
        (str(parameter.get_value("name")), known[fields[0]])
        for parameter, fields, op in list_filters(found, schema)
        if fields[0] in known and op in {"eq", "ne", "in"}
    ]

"""What two users can see of each other, for any contract: nothing is named by hand."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import randbelow
from uuid import uuid4

import httpx

from freehold.contract import effective_contract, loading
from freehold.contract.operations.contract_operation import IDEMPOTENCY_KEY, IF_MATCH, ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.path_parameters import ancestors, owner_parameter, path_parents
from freehold.contract.resources import id_property, owner, properties, resources, table_name
from freehold.contract.rows.keys import unique_properties
from freehold.contract.samples.identities import sample_claims
from freehold.contract.samples.maker import sample_value
from freehold.ground.naming import snake_case
from freehold.ground.varying_parts import without_varying_parts
from freehold.reading.document import Node
from tests.support.service import Service

ROW = "the row itself"
Row = dict[str, object]
Ids = dict[str, str]


@dataclass(frozen=True)
class User:
    """Somebody with a token: whose rows, and the client that asks for them."""

    subject: str
    client: httpx.Client


@dataclass(frozen=True)
class Contract:
    """The operations of a contract, and what their resources are like."""

    operations: list[ContractOperation]
    resources: dict[str, Node]

    def owned_operations(self) -> list[ContractOperation]:
        return [o for o in self.operations if o.resource and owner(self.resource_of(o))]

    def list_operations(self) -> list[ContractOperation]:
        return [operation for operation in self.owned_operations() if operation.kind == "list"]

    def resource_of(self, operation: ContractOperation) -> Node:
        return self.resources[operation.resource or ""]

    def create(self, user: User, operation: ContractOperation) -> Ids:
        """A row of the operation's resource, with parents of its own, and what the path calls them."""
        creates = {o.resource: o for o in self.operations if o.kind == "create"}
        resource, ids = self.resource_of(operation), Ids()
        for link, above in ancestors(resource):
            ids[link.field] = self._created(user, creates[above.name], ids)
        return ids | {ROW: self._created(user, creates[resource.name], ids)}

    def stored_row(self, service: Service, operation: ContractOperation, ids: Ids) -> list[Row]:
        """The row as it is in the table, with every column."""
        resource = self.resource_of(operation)
        where = f"{table_name(resource.name, resource)} WHERE {snake_case(id_property(resource))}::text = $1"
        return service.database.rows(f"SELECT *, xmin::text FROM {where}", ids[ROW])

    def token_claims(self, subject: str) -> dict[str, str]:
        """What a token says besides its subject: the owner under its claim, and every scope there is."""
        return sample_claims(self.operations[0].node.document, subject)

    def new_subject(self) -> str:
        """A new user's id, in the format that the contract wants."""
        owners = [whose for schema in self.resources.values() if (whose := owner(schema))]
        if any(whose.is_integer for whose in owners):
            return str(randbelow(10**9) + 10**9)
        return str(uuid4()) if any(whose.format == "uuid" for whose in owners) else f"user-{uuid4()}"

    def _created(self, user: User, operation: ContractOperation, ids: Ids) -> str:
        response = perform(user, operation, ids)
        assert response.status_code == 201, response.text
        return str(response.json()[id_property(self.resource_of(operation))])


def load_contract(path: Path) -> Contract:
    whole = effective_contract.build_effective_contract(loading.load(path))
    return Contract(operations(whole), resources(whole))


def perform(
    user: User,
    operation: ContractOperation,
    ids: Ids,
    *,
    path_owner: str | None = None,
    query: Mapping[str, str] | None = None,
) -> httpx.Response:
    """Perform an operation as a user on a row, with the contract's own example as the body."""
    whose, body = owner_parameter(operation), operation.body_schema()
    resource = resources(operation.node.document).get(operation.resource or "")
    fields = path_parents(operation, resource) if resource else {}

    def filled(brace: "re.Match[str]") -> str:
        return (
            (path_owner or user.subject)
            if brace[1] == whose
            else ids.get(fields.get(brace[1], brace[1]), ids.get(ROW, ""))
        )

    headers = {IF_MATCH: '"1"'} if operation.request_header(IF_MATCH) else {}
    headers |= {IDEMPOTENCY_KEY: str(uuid4())} if operation.request_header(IDEMPOTENCY_KEY) else {}
    path = re.sub(r"\{([^{}]*)\}", filled, operation.path)
    content = sample_value(body) | unique_values(body) if body else None
    return user.client.request(
        operation.method.upper(), path, json=content, headers=headers, params=dict(query or {})
    )


def unique_names(body: Node | None, resource: Node | None = None) -> Iterator[str]:
    """The properties of a body that no two rows may share, or that a unique key may have."""
    keys = unique_properties(resource) if resource else []
    for name, declared in properties(body).items():
        if name in ("title", "name") or (name in keys and declared.get_value("type") == "string"):
            yield name


def unique_values(body: Node) -> Row:
    """A title, or a name, that no other row has: it may have to be."""
    return {name: f"Water {uuid4()}" for name in unique_names(body)}


def visible_response(response: httpx.Response) -> tuple[object, ...]:
    """All that a client can see, but for what differs in every answer."""
    path = response.request.url.raw_path.decode().partition("?")[0]
    status = response.status_code
    return status, *without_varying_parts(response.text, status, response.headers, path)

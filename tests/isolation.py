"""What two users can see of each other, for any contract: nothing is named by hand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx

from freehold import contract, effective
from freehold.contract import Node
from freehold.samples import sample
from freehold.tables import owner, resources
from freehold.vocabulary import Operation, operations, owner_parameter
from tests.support import Service

VARYING = {"date", "x-request-id"}
Row = dict[str, object]


@dataclass(frozen=True)
class User:
    """Somebody with a token: whose rows, and the client that asks for them."""

    subject: str
    client: httpx.Client


@dataclass(frozen=True)
class Contract:
    """The operations of a contract, and what their resources are like."""

    operations: list[Operation]
    resources: dict[str, Node]

    def on_a_row(self) -> list[Operation]:
        return [o for o in self.operations if set(re.findall(r"{(\w+)}", o.path)) - {owner_parameter(o)}]

    def lists(self) -> list[Operation]:
        return [operation for operation in self.operations if operation.kind == "list"]

    def create(self, user: User, operation: Operation) -> Row:
        creates = {o.resource: o for o in self.operations if o.kind == "create"}
        response = perform(user, creates[operation.resource], "")
        assert response.status_code == 201, response.text
        row: Row = response.json()
        return row

    def stored(self, service: Service, operation: Operation, row: Row) -> list[Row]:
        """The row as it is in the table, with every column."""
        schema = self.resources[operation.resource or ""]
        table = (schema.get("x-resource") or schema).plain("table", "tasks")
        return service.database.rows(f"SELECT *, xmin::text FROM {table} WHERE id::text = $1", str(row["id"]))

    def missing_id(self, operation: Operation) -> str:
        schema = self.resources[operation.resource or ""]
        return "2147483647" if schema.path("properties", "id", "type").value == "integer" else str(uuid4())  # type: ignore[union-attr]

    def subject(self) -> str:
        """A new user's id, in the format that the contract wants."""
        uuids = any(whose.format == "uuid" for schema in self.resources.values() if (whose := owner(schema)))
        return str(uuid4()) if uuids else f"user-{uuid4()}"


def read(path: Path) -> Contract:
    whole = effective.complete(contract.load(path))
    return Contract(operations(whole), resources(whole))


def perform(
    user: User, operation: Operation, row_id: str, *, path_owner: str | None = None
) -> httpx.Response:
    """Perform an operation as a user on a row, with the contract's own example as the body."""
    parameter = owner_parameter(operation)
    path = operation.path.replace(f"{{{parameter}}}", path_owner or user.subject)
    body = operation.body()
    content = sample(body) | unique() if body else None
    return user.client.request(operation.method.upper(), re.sub(r"\{[^{}]*\}", row_id, path), json=content)


def unique() -> Row:
    """A title that no other row has: it may have to be."""
    return {"title": f"Water the plants {uuid4()}"}


def observable(response: httpx.Response) -> tuple[object, ...]:
    """All that a client can see, but for what differs in every answer."""
    headers = {name: value for name, value in response.headers.items() if name not in VARYING}
    return response.status_code, headers, response.text.replace(response.headers["x-request-id"], "ID")


def choices(operation: Operation) -> Iterator[dict[str, str]]:
    """Each value that each parameter of a list can have, one at a time."""
    yield {}
    for parameter in operation.parameters():
        schema = parameter.get("schema")
        if schema is None or parameter.plain("in") != "query":
            continue
        items = schema.get("items") or schema
        plain: dict[str, list[object]] = {"boolean": ["true", "false"], "integer": [1]}
        values = items.plain("enum") or plain.get(items.plain("type"), [])
        yield from ({str(parameter.plain("name")): str(value)} for value in values)

"""Valid requests of a contract: rows are created through the API, so that requests reach what is stored."""

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from freehold.contract.operations import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    ContractOperation,
    ancestors,
    operations,
    owner_parameter,
)
from freehold.contract.resources import Link, id_property, properties, references, resources
from freehold.contract.sample_values import sample_value
from freehold.fuzzing.targets import Identity, Target
from freehold.fuzzing.wire import Request, Wire
from freehold.ground.naming import snake_case
from freehold.reading.document import Node

_CREATED = 201
_BRACES = re.compile(r"\{([^{}]*)\}")
_DEEPEST = 8
"""How many rows are created for one that refers to them."""
Ids = dict[str, str]
"""The ids of rows by the names of path parameters, in snake case; that of the row itself is under `ROW`."""
ROW = "the row itself"


class RowNotCreated(Exception):
    """The service has refused to create a row."""


class Rows:
    """Creates rows of a user, and builds valid requests that use them."""

    def __init__(self, target: Target, user: Identity, wire: Wire) -> None:
        self.user = user
        self._wire = wire
        known = operations(target.contract)
        self._creates = {operation.resource: operation for operation in known if operation.kind == "create"}
        self._resources = resources(target.contract)
        self._referenced_rows: dict[str, Any] = {}

    def place(self, operation: ContractOperation) -> Ids:
        """Create what the path of an operation names. Raises RowNotCreated.

        Rows of a resource without a create operation get an id that probably does not exist.
        """
        resource = self._resources.get(operation.resource or "")
        if resource is None:
            return {}
        ids = self._parents(resource, 0)
        names = {snake_case(name) for name in _BRACES.findall(operation.path)}
        if names - ids.keys() - {snake_case(owner_parameter(operation) or "")}:
            ids[ROW] = self._created(resource, ids, 0)
        return ids

    def new_row(self, resource: Node) -> str:
        """Create a row, with parents of its own, and return its id. Raises RowNotCreated."""
        return self._created(resource, self._parents(resource, 0), 0)

    def request(self, operation: ContractOperation, ids: Ids, body: bytes | None = None) -> Request:
        """Return a valid request. `body` replaces its body."""
        headers: dict[str, bytes] = {}
        if operation.request_header(IF_MATCH):
            headers["If-Match"] = b"*"
        if operation.request_header(IDEMPOTENCY_KEY):
            headers["Idempotency-Key"] = str(uuid4()).encode()
        if operation.body_schema() is not None:
            headers["Content-Type"] = _media_type(operation).encode()
            body = json.dumps(self.body(operation)).encode() if body is None else body
        return Request(self.user, operation.method.upper(), self.target(operation, ids), headers, body)

    def target(self, operation: ContractOperation, ids: Ids, changed: Mapping[str, str] | None = None) -> str:
        """Return the path with its ids. `changed` has other texts for parameters, percent-encoded."""
        whose, other = owner_parameter(operation), changed or {}

        def fill(brace: "re.Match[str]") -> str:
            if brace[1] in other:
                return other[brace[1]]
            own = self.user.subject if brace[1] == whose else ids.get(ROW, str(uuid4()))
            return ids.get(snake_case(brace[1]), own)

        return _BRACES.sub(fill, operation.path)

    def body(self, operation: ContractOperation) -> Any:
        """Return a valid body, with other unique values for each call."""
        return self._body(operation, 0)

    def _body(self, operation: ContractOperation, depth: int) -> Any:
        schema, resource = operation.body_schema(), self._resources.get(operation.resource or "")
        value = sample_value(schema) if schema else None
        if schema is None or resource is None or not isinstance(value, dict):
            return value
        required = schema.get_value("required", [])
        for link in references(resource):
            if link.field in properties(schema) and (link.field in value or link.field in required):
                value = value | {link.field: self._referenced(link, depth)}
        return value | _unique_values(resource, value)

    def _parents(self, resource: Node, depth: int) -> Ids:
        ids = Ids()
        for link, above in ancestors(resource):
            ids[link.field] = self._created(above, ids, depth)
        return ids

    def _created(self, resource: Node, ids: Ids, depth: int) -> str:
        operation = self._creates.get(resource.name)
        if operation is None or depth > _DEEPEST:
            return str(uuid4())
        content = json.dumps(self._body(operation, depth + 1)).encode()
        answer = self._wire.send(self.request(operation, ids, content))
        if answer is None or answer.status != _CREATED:
            said = (
                "no response"
                if answer is None
                else f"{answer.status} {answer.body[:300].decode('utf-8', 'replace')}"
            )
            raise RowNotCreated(f"{operation.id} did not create a row with the sample of its body: {said}")
        return str(json.loads(answer.body)[id_property(resource)])

    def _referenced(self, link: Link, depth: int) -> Any:
        """Return the id of a row to refer to. One row of each resource is created for that."""
        resource, known = self._resources[link.resource], self._referenced_rows
        if link.resource not in known:
            row = self._created(resource, self._parents(resource, depth), depth)
            is_number = properties(resource)[id_property(resource)].get_value("type") == "integer"
            known[link.resource] = int(row) if is_number and row.isdecimal() else row
        return known[link.resource]


def _unique_values(resource: Node, value: Mapping[str, Any]) -> dict[str, str]:
    """Other texts for the properties that are unique, or in a unique index, as far as they are free."""
    options = resource.get("x-resource")
    found: list[Any] = options.get_value("unique", []) if options else []
    names = {name for index in found for name in (index if isinstance(index, list) else [index])}
    free = {
        name: prop
        for name, prop in properties(resource).items()
        if snake_case(name) in names or name in names
        if not any(prop.get_value(word) for word in ("format", "pattern", "enum", "const"))
    }
    return {
        name: f"{value[name]} {uuid4()}"[-free[name].get_value("maxLength", 100) :]
        for name in free
        if isinstance(value.get(name), str)
    }


def _media_type(operation: ContractOperation) -> str:
    content = operation.node.get_path("requestBody", "content")
    return next((name for name, _ in content.items()), "") if content else ""

"""Valid requests of a contract: rows are created through the API, so that requests reach what is stored."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from freehold.contract.operations.contract_operation import IDEMPOTENCY_KEY, IF_MATCH, ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.path_parameters import ancestors, owner_parameter, path_parents
from freehold.contract.resources import Link, id_property, properties, references, resources
from freehold.contract.rows.keys import key_property
from freehold.contract.samples.maker import sample_value
from freehold.fuzzing.bodies.encoded_bodies import content_type, encode_body, takes_body
from freehold.fuzzing.bodies.row_keys import unique_properties, with_key
from freehold.fuzzing.bodies.sample_bodies import row_in, sample_bodies, shown_in, vary, with_row
from freehold.fuzzing.targets import Identity, Target
from freehold.fuzzing.wire import Answer, Request, Wire
from freehold.reading.document import Node

_CREATED = (200, 201, 202)
_BRACES = re.compile(r"\{([^{}]*)\}")
_DEEPEST = 8
"""How many rows are created for one that refers to them."""
Ids = dict[str, str]
"""The ids of rows by the columns that refer to them; that of the row itself is under `ROW`."""
ROW = "the row itself"


class RowNotCreated(Exception):
    """The service has refused to create a row, or has not answered."""

    def __init__(self, operation: ContractOperation, answer: Answer | None) -> None:
        faults = json.loads(answer.body).get("errors", []) if answer and _is_json(answer) else []
        places = [str(fault.get("pointer") or fault.get("parameter")) for fault in faults]
        reason = f"{answer.status}" if answer else "no response"
        super().__init__(
            f"{operation.id} does not accept its sample body ({', '.join([reason, *places])}), so rows were"
            " missing. Write an example of the body into the contract"
        )


class Rows:
    """Creates rows of a user, and builds valid requests that use them."""

    def __init__(self, target: Target, user: Identity, wire: Wire) -> None:
        self.user = user
        self._wire = wire
        known = operations(target.contract)
        self._creates = {operation.resource: operation for operation in known if operation.kind == "create"}
        self._resources = resources(target.contract)
        self._referenced_rows: dict[str, Any] = {}
        self._samples: dict[str, Any] = {}
        self._bodies: dict[str, dict[str, Any]] = {}
        """The answers to creates, by the id of the row."""

    def place(self, operation: ContractOperation) -> Ids:
        """Create what the path of an operation names. Raises RowNotCreated.

        Rows of a resource without a create operation get an id that probably does not exist.
        """
        resource = self._resources.get(operation.resource or "")
        if resource is None:
            return {}
        ids = self._parents(resource, 0)
        names = {*_BRACES.findall(operation.path)}
        if names - path_parents(operation, resource).keys() - {owner_parameter(operation)}:
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
        if takes_body(operation):
            headers["Content-Type"] = content_type(operation).encode()
            body = encode_body(operation, self._body_at(operation, ids)) if body is None else body
        return Request(self.user, operation.method.upper(), self.target(operation, ids), headers, body)

    def target(self, operation: ContractOperation, ids: Ids, changed: Mapping[str, str] | None = None) -> str:
        """Return the path with its ids. `changed` has other texts for parameters, percent-encoded."""
        whose, other = owner_parameter(operation), changed or {}
        resource = self._resources.get(operation.resource or "")
        fields = path_parents(operation, resource) if resource else {}

        def fill(brace: "re.Match[str]") -> str:
            if brace[1] in other:
                return other[brace[1]]
            own = self.user.subject if brace[1] == whose else self._key(operation, ids.get(ROW, str(uuid4())))
            return quote(ids.get(fields.get(brace[1], brace[1]), own), safe="")

        return _BRACES.sub(fill, operation.path)

    def body(self, operation: ContractOperation) -> Any:
        """Return a valid body, with other unique values for each call."""
        return self._body(operation, 0)

    def _body_at(self, operation: ContractOperation, ids: Ids) -> Any:
        """A valid body for the row that a path names."""
        resource, body = self._resources.get(operation.resource or ""), self.body(operation)
        return with_key(operation, resource, body, ids[ROW]) if resource and ROW in ids else body

    def _body(self, operation: ContractOperation, depth: int) -> Any:
        schema, resource = operation.row_body(), self._resources.get(operation.resource or "")
        if schema is None:
            return None
        if operation.id not in self._samples:
            whole = operation.body_schema() or schema
            self._samples[operation.id] = next(sample_bodies(operation), None) or sample_value(whole)
        body = self._samples[operation.id]
        value = row_in(operation, body)
        if resource is None or not isinstance(value, dict):
            return body
        required = schema.get_value("required", [])
        for link in references(resource):
            if link.field in properties(schema) and (link.field in value or link.field in required):
                value = value | {link.field: self.referenced_row(link, depth)}
        return with_row(operation, body, vary(schema, value, unique_properties(resource))[0])

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
        if answer is None or answer.status not in _CREATED:
            raise RowNotCreated(operation, answer)
        body = shown_in(json.loads(answer.body), resource)
        row_id = str(body[id_property(resource)])
        self._bodies[row_id] = body
        return row_id

    def _key(self, operation: ContractOperation, row_id: str) -> str:
        """The value by which a path names a row; for a row that was not created, the id itself."""
        resource = self._resources.get(operation.resource or "")
        key = key_property(operation, resource) if resource else ""
        return str(self._bodies.get(row_id, {}).get(key, row_id))

    def referenced_row(self, link: Link, depth: int = 0) -> Any:
        """Return the id of a row to refer to. One row of each resource is created for that.

        Raises RowNotCreated.
        """
        resource, known = self._resources[link.resource], self._referenced_rows
        if link.resource not in known:
            row = self._created(resource, self._parents(resource, depth), depth)
            is_number = properties(resource)[id_property(resource)].get_value("type") == "integer"
            known[link.resource] = int(row) if is_number and row.isdecimal() else row
        return known[link.resource]


def _is_json(answer: Answer) -> bool:
    return answer.headers.get("content-type", "").partition(";")[0].endswith("json")

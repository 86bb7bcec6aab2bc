"""Two users of one service: creates their rows, sends their requests, and judges each answer."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import httpx

from freehold.contract.operations.contract_operation import IF_MATCH, ContractOperation
from freehold.contract.operations.path_parameters import ancestors, owner_parameter
from freehold.contract.resources import id_property, is_singleton, references
from freehold.contract.rows.chosen_keys import creates_row
from freehold.fuzzing.bodies.encoded_bodies import content_type, encode_body
from freehold.fuzzing.bodies.row_keys import unique_properties, with_key
from freehold.fuzzing.bodies.sample_bodies import mark_texts, row_in, sample_bodies, shown_in, vary, with_row
from freehold.reading.document import Node
from freehold.testing import reports
from freehold.testing.requests import (
    ROW,
    Ids,
    Request,
    required_headers,
    required_query,
    sample_parameter,
)
from freehold.testing.service import Service
from freehold.testing.stored_rows import StoredRows, links_of
from freehold.testing.tested_contract import TestedContract
from freehold.testing.users import Exchange, User, Users

_SERVER_ERROR = 500
NOT_IMPLEMENTED = 501
"""The answer of an operation that is not written yet."""
_CREATED = (200, 201, 202)
_WRITE_EXAMPLE = (
    "Write a complete `example` into the contract, beside the schema of the body, or give a body in `bodies`"
    " of your ContractTests"
)


@dataclass(frozen=True)
class Hooks:
    """What a project adds to its contract, so that a test can be derived."""

    bodies: Mapping[str, Any] = field(default_factory=dict)
    """The body to send, by operationId."""
    prepare: Callable[["Scene", User, ContractOperation, Ids], None] = lambda *_: None
    """Brings a new row into a state in which an operation of the project can be performed."""


class Scene:
    """The service, its tables, and the users of one test."""

    def __init__(self, service: Service, contract: TestedContract, hooks: Hooks, stack: ExitStack) -> None:
        self.contract, self.hooks, self.service = contract, hooks, service
        self.users = Users(service, stack)
        self.stored = StoredRows(service.database_url, contract.resources)
        self.created: dict[str, dict[str, Any]] = {}
        """The answers to creates, by the id of the row."""
        self._tags: dict[str, str] = {}
        self._being_created: list[str] = []

    def place(self, user: User, operation: ContractOperation) -> dict[str, str]:
        """Create a row for an operation, with parents of its own, and return the ids of all of them.

        For an operation on no row, as a list, it is a row of the same resource.
        """
        resource = self.contract.resource_of(operation)
        if resource is None:
            return {}
        ids = self.parents(user, resource)
        return ids if operation.kind == "create" else self.prepared_row(user, operation, resource, ids)

    def prepared_row(
        self, user: User, operation: ContractOperation, resource: Node, ids: Ids
    ) -> dict[str, str]:
        """Create a row for an operation below parents, and return the ids of all of them."""
        place = {**ids, ROW: self.row(user, resource, ids)}
        self.hooks.prepare(self, user, operation, place)
        return place

    def parents(self, user: User, resource: Node) -> dict[str, str]:
        """Create a parent at each level, the topmost first."""
        ids: dict[str, str] = {}
        for link, above in ancestors(resource):
            ids[link.field] = self.row(user, above, ids)
        return ids

    def row(self, user: User, resource: Node, ids: Ids) -> str:
        """Create a row below parents: by its create operation, or in its table if it has none."""
        if is_singleton(resource):
            return self._singleton(user, resource, ids)
        creates = (o for o in self.contract.operations if (o.kind, o.resource) == ("create", resource.name))
        operation = next(creates, None)
        if operation is None:
            return self._inserted(user, resource, ids)
        answer = self.send(user, self.request(user, operation, ids))
        if answer.status not in _CREATED:
            why = f"no row of {resource.name} could be created:\n{answer.describe()}\nThe test needs one"
            reports.skip(operation, why, f"{_WRITE_EXAMPLE}.")
        return self.remember(user, resource, answer)

    def _singleton(self, user: User, resource: Node, ids: Ids) -> str:
        """Store the row of a user by a PUT or POST, if there is one. It has no id."""
        own = [operation for operation in self.contract.operations if operation.resource == resource.name]
        stores = [operation for operation in own if creates_row(operation) or operation.kind == "create"]
        for operation in [found for found in stores if not self.contract.is_unwritten(found)][:1]:
            request = self.request(user, operation, ids)
            headers = {name: value for name, value in request.headers.items() if name.lower() != IF_MATCH}
            self.send(user, replace(request, headers=headers))
        return ""

    def remember(self, user: User, resource: Node, answer: Exchange) -> str:
        """Return the id of a row that was created, and keep what was answered."""
        body = shown_in(json.loads(answer.content), resource)
        row_id = str(body[id_property(resource)])
        user.know(row_id)
        self.created[row_id] = body
        if "etag" in answer.headers:
            self._tags[row_id] = answer.headers["etag"]
        return row_id

    def request(
        self, user: User, operation: ContractOperation, ids: Ids, *, even_unwritten: bool = False
    ) -> Request:
        """A valid request, with the first example of the contract and references to rows of the user."""
        return next(self.requests(user, operation, ids, even_unwritten=even_unwritten))

    def requests(
        self, user: User, operation: ContractOperation, ids: Ids, *, even_unwritten: bool = False
    ) -> Iterator[Request]:
        """Yield a valid request for each example of the body, or the only one.

        An operation that is not written yet is skipped, unless `even_unwritten`.
        """
        if self.contract.is_unwritten(operation) and not even_unwritten:
            advice = "`freehold check` prints the method to begin with."
            reports.skip(operation, "it is not written yet in overrides/, and answers 501", advice)
        headers, query = required_headers(operation), required_query(operation)
        condition = operation.request_header(IF_MATCH)
        if condition is not None:
            headers[str(condition.get_value("name"))] = self._tags.get(ids.get(ROW, ""), "*")
        for body in self._bodies(user, operation):
            yield Request(operation, dict(ids), body, headers, query)

    def send(self, user: User, request: Request) -> Exchange:
        """Send a request. The test fails for an answer that is not declared, or has words of another user."""
        operation = request.operation
        is_sent = request.body is not None or operation.takes_file
        content = encode_body(operation, self._body(request)) if is_sent else None
        kind = {} if content is None else {"Content-Type": content_type(operation)}
        path = self._path(user, request)
        response = user.client.request(
            operation.method.upper(),
            path,
            content=content,
            headers={**kind, **request.headers},
            params=dict(request.query) or None,
        )
        query = f"?{httpx.QueryParams(dict(request.query))}" if request.query else ""
        sent = " ".join(
            map(str, (path, request.query, request.headers, (content or b"").decode(errors="replace")))
        )
        exchange = Exchange(
            user.name,
            f"{operation.method.upper()} {path}{query}",
            sent,
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            response.content,
        )
        self._judge(user, operation, exchange)
        return exchange

    def _body(self, request: Request) -> Any:
        """The body, with the key of the row that the path names."""
        resource, row_id = self.contract.resource_of(request.operation), request.ids.get(ROW)
        if resource is None or row_id is None:
            return request.body
        return with_key(request.operation, resource, request.body, row_id)

    def _bodies(self, user: User, operation: ContractOperation) -> Iterator[Any]:
        schema = operation.row_body()
        if operation.id in self.hooks.bodies:
            yield self.hooks.bodies[operation.id]
            return
        if schema is None:
            yield None
            return
        resource, needed = self.contract.resource_of(operation), self.contract.required_filters
        bodies = list(sample_bodies(operation, needed.get(operation.resource or "", ())))
        if not bodies:
            why = "the contract has no example of its body, and no simple value matches the schema"
            reports.skip(operation, why, f"{_WRITE_EXAMPLE}.")
        unique = unique_properties(resource) if resource else set()
        for body in bodies:
            linked = self._with_references(user, operation, row_in(operation, body))
            varied, texts = vary(schema, linked, unique)
            marked, words = mark_texts(schema, varied)
            user.know(*words, *texts)
            yield with_row(operation, body, marked)

    def _with_references(self, user: User, operation: ContractOperation, body: Any) -> Any:
        """Replace references by ids of rows of this user. Those that are optional are left out in a cycle."""
        schema, resource = operation.row_body(), self.contract.resource_of(operation)
        if not isinstance(body, dict) or schema is None or resource is None:
            return body
        linked = dict(body)
        for link in references(resource):
            target = self.contract.resources.get(link.resource)
            if target is None or linked.get(link.field) is None:
                continue
            if link.resource in self._being_created and link.field not in schema.get_value("required", ()):
                del linked[link.field]
                continue
            row_id = self.referenced_row(user, target)
            linked[link.field] = int(row_id) if isinstance(linked[link.field], int) else row_id
        return linked

    def referenced_row(self, user: User, resource: Node) -> str:
        """Create a row, with parents of its own, that others can refer to."""
        self._being_created.append(resource.name)
        try:
            return self.row(user, resource, self.parents(user, resource))
        finally:
            self._being_created.pop()

    def _inserted(self, user: User, resource: Node, ids: Ids) -> str:
        above = {link.field for link, _ in ancestors(resource)}
        links = {
            column: ids[column]
            if column in above
            else self.referenced_row(user, self.contract.resources[name])
            for column, name in links_of(resource)
        }
        filtered = self.contract.required_filters[resource.name]
        row_id, known = self.stored.insert(resource, user.subject, links, filtered)
        self.created[row_id] = known
        user.know(row_id, *(known[name] for name in known if name not in filtered))
        return row_id

    def _path(self, user: User, request: Request) -> str:
        operation, ids = request.operation, request.ids
        whose, own = owner_parameter(operation), self.contract.row_parameter(operation)
        parameters = {str(p.get_value("name")): p for p in operation.parameters()}

        def value(brace: "re.Match[str]") -> str:
            name = brace[1]
            if name == whose:
                return quote(request.path_owner or user.subject, safe="")
            place = self.contract.name_of_place(operation, name)
            known = self._key(operation, ids.get(ROW)) if name == own else ids.get(place)
            return quote(known or sample_parameter(parameters[name]), safe="")

        return re.sub(r"\{([^{}]*)\}", value, operation.path)

    def _key(self, operation: ContractOperation, row_id: str | None) -> str | None:
        """The value by which a path names a row; for a row that was not created, the id itself."""
        value = self.created.get(row_id or "", {}).get(self.contract.key_of(operation))
        return row_id if value is None else str(value)

    def _judge(self, user: User, operation: ContractOperation, answer: Exchange) -> None:
        contract = self.contract
        if answer.status == NOT_IMPLEMENTED and contract.is_unwritten(operation):
            return
        if answer.status >= _SERVER_ERROR:
            meaning = "the service failed, or its answer is not what the contract declares (CHECK_ANSWERS)."
            advice = "read what the service has logged: it is printed below, as captured output."
            what = "the answer is a server error."
            reports.fail(contract, operation, what, [answer], meaning=meaning, advice=advice)
        fault = contract.answer_fault(operation, answer.status, dict(answer.headers), answer.content)
        if fault is not None:
            what = (
                f"the contract does not declare this answer: {fault.pointer or 'the body'} ({fault.keyword})."
            )
            meaning = "a client that was written for the contract cannot read it."
            advice = "declare the answer in the contract, or give one that is declared."
            reports.fail(contract, operation, what, [answer], meaning=meaning, advice=advice)
        visible = answer.text + " ".join(answer.headers.values())
        others = () if contract.reads_all_owners(operation) else self.users.others_words(user)
        for other, word in others:
            if word in visible and word not in answer.sent:
                what = f"{user.name} is sent {word!r}, which belongs to {other.name}."
                meaning = (
                    f"it is an id of one of {other.name}'s rows, or a word that this test has put into a text"
                    f" of one. No answer to {user.name} may have it."
                )
                reports.fail(contract, operation, what, [answer], meaning=meaning)


@contextmanager
def open_scene(service: Service, contract: TestedContract, hooks: Hooks | None = None) -> Iterator[Scene]:
    """Return a scene without users. Their clients are closed at the end."""
    with ExitStack() as stack:
        yield Scene(service, contract, hooks or Hooks(), stack)

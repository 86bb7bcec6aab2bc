"""The operations of a contract: their kind, resource, parameters, request and response schemas."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from freehold.contract import messages
from freehold.contract.deep_objects import split_objects
from freehold.contract.messages import JSON
from freehold.contract.resources import Link, chosen_key, is_singleton, parent, resources
from freehold.contract.rows.bulk_rows import bulk_row
from freehold.contract.rows.collection_paths import collection_paths
from freehold.contract.rows.shown_rows import shown_row
from freehold.contract.rows.written_rows import WrittenRow, is_partial, written_row
from freehold.ground.naming import column_name
from freehold.reading.document import Document, Node

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
WRITING_METHODS = ("post", "put", "patch", "delete")
KINDS = ("list", "create", "get", "update", "replace", "delete", "bulk", "custom")
BODY_SUFFIXES = {"create": "Create", "update": "Update", "replace": "Replace", "bulk": "Create"}
"""The suffix of a generated request schema, which is used if the request body is the resource itself."""
IF_MATCH, IF_NONE_MATCH, IDEMPOTENCY_KEY = "if-match", "if-none-match", "idempotency-key"

_ITEM_KINDS = {"get": "get", "patch": "update", "put": "replace", "delete": "delete"}
_SUCCESS_STATUSES = {
    "list": ("200",),
    "create": ("201", "200", "202"),
    "bulk": ("201", "200", "202"),
    "get": ("200",),
    "update": ("200",),
    "replace": ("200",),
    "delete": ("204", "200"),
}


@dataclass(frozen=True)
class ContractOperation:
    """An operation of the contract with its kind and its resource."""

    method: str
    path: str
    node: Node
    path_item: Node
    kind: str
    resource: str | None
    """The name of the resource's schema."""

    @property
    def id(self) -> str:
        """The operationId, or an empty string."""
        return str(self.node.get_value("operationId", ""))

    @property
    def requires_token(self) -> bool:
        """Whether a token is required, by the operation or by the root of the contract."""
        declared = self.node.get("security") or self.node.document.root_node.get("security")
        return declared is not None and bool(declared.value) and {} not in declared.value

    @property
    def accepts_token(self) -> bool:
        """Whether a token can be sent: it is required, or the caller may stay anonymous (`{}`)."""
        declared = self.node.get("security") or self.node.document.root_node.get("security")
        return declared is not None and any(declared.value)

    @property
    def is_public(self) -> bool:
        """Whether the operation is marked with `x-public`."""
        return self.node.get_value("x-public") is True

    @property
    def is_write(self) -> bool:
        """Whether its method may change something (RFC 9110, 9.2.1)."""
        return self.method in WRITING_METHODS

    def request_header(self, name: str) -> Node | None:
        """Return the declared request header with this lowercase name, or None."""
        headers = (p for p in self.parameters() if p.get_value("in") == "header")
        return next((p for p in headers if str(p.get_value("name")).lower() == name), None)

    @property
    def is_conditional(self) -> bool:
        """Whether a precondition can be sent: `If-Match` or `If-None-Match`."""
        return any(map(self.request_header, (IF_MATCH, IF_NONE_MATCH)))

    @property
    def has_etag(self) -> bool:
        """Whether the success response declares the header ETag."""
        success, created = self.success_response(), self.created_response()
        declared = [response.get("headers") for response in (success and success[1], created) if response]
        return any(name.lower() == "etag" for headers in declared if headers for name, _ in headers.items())

    def parameters(self) -> list[Node]:
        """Return the parameters: each property of an object in the query of a list is one (`deepObject`)."""
        return (
            split_objects(self.declared_parameters()) if self.kind == "list" else self.declared_parameters()
        )

    def declared_parameters(self) -> list[Node]:
        """Return the parameters of the path item and of the operation, which take precedence."""
        return list(self._parameters)

    @cached_property
    def _parameters(self) -> tuple[Node, ...]:
        found: dict[object, Node] = {}
        for place in (self.path_item, self.node):
            declared = place.get("parameters")
            for parameter in declared.elements() if declared else ():
                found[parameter.get_value("name"), parameter.get_value("in")] = parameter
        return tuple(found.values())

    def scopes(self) -> list[str]:
        """Return the required scopes."""
        declared = self.node.get("security") or self.node.document.root_node.get("security")
        ways = (scopes for needed in (declared.value if declared else []) for scopes in needed.values())
        return list(dict.fromkeys(scope for scopes in ways for scope in scopes))

    @property
    def may_create(self) -> bool:
        """Whether a PUT creates a row or replaces it: it declares 201, and 200 or 204."""
        declared = self.node.get("responses")
        statuses = [status for status, _ in declared.items() if status[0] == "2"] if declared else []
        return self.method == "put" and sorted(statuses) in (["200", "201"], ["201", "204"])

    def success_response(self) -> tuple[str, Node] | None:
        """Return the status and the node of the success response, or None.

        Of several ones, it is that of a generated operation of its kind, or else the first. That of a PUT
        which may create a row is the one for a row that it has replaced.
        """
        return self._success_response

    @cached_property
    def _success_response(self) -> tuple[str, Node] | None:
        found = self.success_responses()
        if self.may_create:
            found.pop("201")
        usual = (status for status in _SUCCESS_STATUSES.get(self.kind, ()) if status in found)
        status = next(usual, next(iter(found), None))
        return (status, found[status]) if status is not None else None

    def success_responses(self) -> dict[str, Node]:
        """Return all success responses by status."""
        responses = self.node.get("responses")
        return {
            status: response
            for status, response in (responses.items() if responses else ())
            if status.startswith("2")
        }

    def created_response(self) -> Node | None:
        """Return the response of a PUT that has created a row, or None."""
        return self.node.get_path("responses", "201") if self.may_create else None

    def response_schema(self) -> Node | None:
        """Return the schema of the success response, or None."""
        return self._response_schema

    @cached_property
    def _response_schema(self) -> Node | None:
        success = self.success_response()
        schema = messages.json_schema(success[1]) if success else None
        created = self.created_response()
        return schema or (messages.json_schema(created) if created else None)

    @property
    def chooses_status(self) -> bool:
        """Whether its method returns the status too, because it has several statuses of success."""
        return self.kind == "custom" and len(self.success_responses()) > 1

    @property
    def answers_file(self) -> bool:
        """Whether the success response is no JSON: a file, a page, an image."""
        success = self.success_response()
        return messages.is_file(messages.media_types(success[1] if success else None))

    @property
    def takes_file(self) -> bool:
        """Whether the body is a file, of which the contract says no more than its media type."""
        return messages.is_file(messages.media_types(self.node.get("requestBody")))

    def body_schema(self) -> Node | None:
        """Return the schema of the request body; None without one, and for a file."""
        return self._body_schema

    @cached_property
    def _body_schema(self) -> Node | None:
        content = self.node.get_path("requestBody", "content")
        media = next((media for _, media in content.items()), None) if content else None
        return media.get("schema") if media and not self.takes_file else None

    def written_row(self) -> WrittenRow | None:
        """Return how the body has the row that it writes; the body itself for a custom operation."""
        body, resource = self.body_schema(), resources(self.node.document).get(self.resource or "")
        if body is None or resource is None or self.kind not in BODY_SUFFIXES:
            return WrittenRow(body) if body is not None else None
        items = bulk_row(body, self.response_schema(), resource) if self.kind == "bulk" else None
        return WrittenRow(items, is_item=True) if items is not None else written_row(body, resource)

    def row_body(self) -> Node | None:
        """Return the schema of the row in the body, or None without a body."""
        row = self.written_row()
        return row.schema if row else None


def split_path_parameters(operation: ContractOperation, resource: Node) -> tuple[list[Node], Node | None]:
    """Return the path parameters of the parents, and the one of the row itself."""
    path = [
        p
        for p in operation.parameters()
        if p.get_value("in") == "path" and p.get_value("x-owner") is not True
    ]
    above = ancestors(resource)
    parents = [p for p in path if column_name(str(p.get_value("name"))) in {link.field for link, _ in above}]
    rest = [p for p in path if p.pointer not in {parent.pointer for parent in parents}]
    return parents, rest[0] if rest else None


def ancestors(resource: Node) -> list[tuple[Link, Node]]:
    """Return the ancestors of a resource, the topmost first, each with the link that leads to it."""
    known = resources(resource.document)
    found: list[tuple[Link, Node]] = []
    link = parent(resource)
    while link is not None and link.resource in known and len(found) < len(known):
        found.insert(0, (link, known[link.resource]))
        link = parent(known[link.resource])
    return found


def owner_parameter(operation: ContractOperation) -> str | None:
    """Return the name of the path parameter that is marked as owner, or None."""
    marked = (
        p for p in operation.parameters() if p.get_value("in") == "path" and p.get_value("x-owner") is True
    )
    return next((str(parameter.get_value("name")) for parameter in marked), None)


def operations(document: Document) -> list[ContractOperation]:
    """Return all operations in the order of the contract."""
    known = document.cache
    if "operations" not in known:
        every = list(_iter_operations(document))
        unknown = [ContractOperation(*found, "custom", None) for found in every]
        collections = dict(collection_paths(document, unknown))
        known["operations"] = tuple(_build_operation(*found, collections) for found in every)
    return list(known["operations"])


def _iter_operations(document: Document) -> Iterator[tuple[str, str, Node, Node]]:
    paths = document.root_node.get("paths")
    for path, item in paths.items() if paths else ():
        for method, node in item.items():
            if method in METHODS:
                yield method, path, node, item


def _build_operation(
    method: str, path: str, node: Node, item: Node, collections: dict[str, str]
) -> ContractOperation:
    plain = path.rstrip("/")
    above = (plain[:end] for end in (len(plain), *_slashes(plain)) if plain[:end] in collections)
    collection = next(above, None)
    resource = collections[collection] if collection is not None else None
    declared_kind = node.get_value("x-operation")
    if declared_kind == "custom" and resource and _names_other_rows(path, item, node, resource):
        resource = None
    kind = (
        str(declared_kind)
        if declared_kind
        else _operation_kind(method, plain.removeprefix(collection or plain), resource, node.document)
    )
    found = ContractOperation(method, path, node, item, kind, resource)
    if (
        not declared_kind
        and kind in ("create", "custom")
        and _is_bulk(found, plain.removeprefix(collection or plain))
    ):
        found = ContractOperation(method, path, node, item, "bulk", resource)
    success = found.success_response()
    if not declared_kind and found.kind != "custom" and not _is_standard(found, success):
        return ContractOperation(method, path, node, item, "custom", resource)
    is_put = bool(resource) and kind == "replace" and not declared_kind and not found.may_create
    row = found.row_body() if is_put else None
    if row is not None and is_partial(row, resources(node.document)[str(resource)]):
        return ContractOperation(method, path, node, item, "update", resource)
    return found


def _is_bulk(operation: ContractOperation, rest: str) -> bool:
    """Whether a POST on a collection, or on one word below it, creates many rows at once."""
    resource = resources(operation.node.document).get(operation.resource or "")
    if resource is None or is_singleton(resource) or chosen_key(resource) is not None:
        return False
    row = bulk_row(operation.body_schema(), operation.response_schema(), resource)
    is_near = rest.count("/") <= 1 and "{" not in rest
    return (
        operation.method == "post"
        and is_near
        and row is not None
        and not operation.request_header(IDEMPOTENCY_KEY)
    )


def _slashes(path: str) -> list[int]:
    """Return the places of the slashes of a path, the last one first."""
    return [index for index in range(len(path) - 1, -1, -1) if path[index] == "/"]


def _names_other_rows(path: str, item: Node, node: Node, resource: str) -> bool:
    """Whether a path names more than the parents of a resource, one of its rows, and the owner."""
    probe = ContractOperation("", path, node, item, "custom", resource)
    owned = {str(p.get_value("name")) for p in probe.parameters() if p.get_value("x-owner") is True}
    fields = {link.field for link, _ in ancestors(resources(node.document)[resource])}
    names = set(re.findall(r"\{([^{}]*)\}", path)) - owned
    return len([name for name in names if column_name(name) not in fields]) > 1


def _is_standard(operation: ContractOperation, success: tuple[str, Node] | None) -> bool:
    """Whether an operation of a standard kind answers as such: with the status, and a DELETE with its row."""
    sent = messages.media_types(operation.node.get("requestBody")) or [JSON]
    speaks_json = messages.is_json(sent) and not operation.answers_file
    if operation.kind == "replace" and operation.may_create:
        return speaks_json
    if operation.kind == "replace" and success and success[0] == "204" and _is_of_singleton(operation):
        return speaks_json
    if success is None or success[0] not in _SUCCESS_STATUSES[operation.kind] or not speaks_json:
        return False
    answer = operation.response_schema()
    resource = resources(operation.node.document).get(operation.resource or "")
    is_row = resource is not None and shown_row(answer, resource) is not None
    if operation.kind == "create" and success[0] != "201":
        return is_row and operation.body_schema() is not None
    return operation.kind != "delete" or answer is None or is_row


def _is_of_singleton(operation: ContractOperation) -> bool:
    return is_singleton(resources(operation.node.document)[str(operation.resource)])


def _operation_kind(method: str, rest: str, resource: str | None, document: Document) -> str:
    if resource is None:
        return "custom"
    if is_singleton(resources(document)[resource]):
        return {**_ITEM_KINDS, "post": "create"}.get(method, "custom") if not rest else "custom"
    if not rest:
        return {"get": "list", "post": "create"}.get(method, "custom")
    steps = rest.strip("/").split("/")
    is_item = len(steps) == 1 and steps[0].startswith("{") and steps[0].endswith("}")
    return _ITEM_KINDS.get(method, "custom") if is_item else "custom"

"""An operation of a contract: its resource, parameters, request and response schemas."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from freehold.contract import messages
from freehold.contract.operations.deep_objects import split_objects
from freehold.contract.resources import resources
from freehold.contract.rows.bulk_rows import bulk_row
from freehold.contract.rows.collection_paths import page_in
from freehold.contract.rows.written_rows import WrittenRow, written_row
from freehold.reading.document import Document, Node

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
WRITING_METHODS = ("post", "put", "patch", "delete")
KINDS = ("list", "create", "get", "update", "replace", "delete", "bulk", "custom")
BODY_SUFFIXES = {"create": "Create", "update": "Update", "replace": "Replace", "bulk": "Create"}
"""The suffix of a generated request schema, which is used if the request body is the resource itself."""
SUCCESS_STATUSES = {
    "list": ("200",),
    "create": ("201", "200", "202"),
    "bulk": ("201", "200", "202"),
    "get": ("200",),
    "update": ("200",),
    "replace": ("200",),
    "delete": ("204", "200"),
}
"""The statuses of success of each kind, the usual one first."""
REDIRECTS = ("301", "302", "303", "307", "308")
IF_MATCH, IF_NONE_MATCH, IDEMPOTENCY_KEY = "if-match", "if-none-match", "idempotency-key"


def operation_nodes(document: Document) -> Iterator[Node]:
    """Yield each operation of the paths as it is written, in the order of the contract."""
    paths = document.root_node.get("paths")
    for path, item in paths.items() if paths else ():
        yield from (node for method, node in item.items() if path.startswith("/") and method in METHODS)


def duplicate_parameters(holder: Node) -> Iterator[tuple[str, Node, str]]:
    """Yield each parameter that a list has already: its place, itself, and the place of the first one."""
    declared, seen = holder.get("parameters"), dict[tuple[str, str], str]()
    for index, parameter in enumerate(declared.elements() if declared else ()):
        pointer = f"{holder.pointer}/parameters/{index}"
        first = seen.setdefault(parameter_key(parameter), pointer)
        if first != pointer:
            yield pointer, parameter, first


def parameter_holders(document: Document) -> Iterator[Node]:
    """Yield the path items and the operations: each can have a list of parameters."""
    paths = document.root_node.get("paths")
    yield from (item for _, item in paths.items()) if paths else ()
    yield from operation_nodes(document)


def parameter_key(parameter: Node) -> tuple[str, str]:
    """Return what is unique in a list of parameters: place and name (OpenAPI 3.1, 4.8.12.1).

    The names of headers are compared without case (RFC 9110, 5.1).
    """
    place, name = str(parameter.get_value("in")), str(parameter.get_value("name"))
    return place, name.lower() if place == "header" else name


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
    def _security(self) -> list[dict[str, list[str]]]:
        """The security requirements of the operation, or those of the root of the contract."""
        declared = self.node.get("security") or self.node.document.root_node.get("security")
        return (declared.value or []) if declared is not None else []

    @property
    def requires_token(self) -> bool:
        """Whether a token is required, by the operation or by the root of the contract."""
        return bool(self._security) and {} not in self._security

    @property
    def accepts_token(self) -> bool:
        """Whether a token can be sent: it is required, or the caller may stay anonymous (`{}`)."""
        return any(self._security)

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
        found: dict[tuple[str, str], Node] = {}
        for place in (self.path_item, self.node):
            declared = place.get("parameters")
            for parameter in declared.elements() if declared else ():
                found[parameter_key(parameter)] = parameter
        return tuple(found.values())

    def scope_alternatives(self) -> list[tuple[str, ...]]:
        """Return the sets of scopes of which a token needs one, all of it; empty where any token will do.

        The first is the first one declared. A set that contains another one says nothing and is left out.
        """
        found: dict[frozenset[str], tuple[str, ...]] = {}
        for way in filter(None, self._security):
            scopes = tuple(dict.fromkeys(scope for needed in way.values() for scope in needed))
            found.setdefault(frozenset(scopes), scopes)
        smallest = [scopes for key, scopes in found.items() if not any(other < key for other in found)]
        return [] if () in smallest else smallest

    def scopes(self) -> list[str]:
        """Return the scopes that a token may need, of all alternatives."""
        return list(dict.fromkeys(scope for scopes in self.scope_alternatives() for scope in scopes))

    @property
    def may_create(self) -> bool:
        """Whether a PUT creates a row or replaces it: it declares 201, and 200 or 204."""
        declared = self.node.get_value("responses")
        statuses = [status for status in declared if status[0] == "2"] if isinstance(declared, dict) else []
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
        usual = (status for status in SUCCESS_STATUSES.get(self.kind, ()) if status in found)
        status = next(usual, next(iter(found), None))
        return (status, found[status]) if status is not None else None

    def success_responses(self) -> dict[str, Node]:
        """Return all success responses by status; without one, the redirects (RFC 9110, 15.4)."""
        responses = self.node.get("responses")
        declared = responses.value if responses and isinstance(responses.value, dict) else {}
        found = [status for status in declared if status.startswith("2")]
        found = found or [status for status in declared if status in REDIRECTS]
        return {status: node for status in found if responses and (node := responses.get(status))}

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

    def page_schema(self) -> Node | None:
        """Return the schema of a list's page, which can stand in an envelope; None without an answer."""
        answer = self.response_schema()
        return page_in(answer)[0] if answer is not None else None

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

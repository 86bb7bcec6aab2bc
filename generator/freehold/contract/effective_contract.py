"""Builds the effective contract: the written contract with everything that follows from it.

Clients and fuzzers see the complete contract: the errors that an operation can return, and the limits of
PostgreSQL for strings and integers.
"""

import copy
from collections.abc import Iterator
from typing import Any

from freehold.contract.column_types import base_type
from freehold.contract.operations import (
    BODY_SUFFIXES,
    IDEMPOTENCY_KEY,
    PAGINATION_PARAMETERS,
    ContractOperation,
    operations,
    uses_cursor_pagination,
)
from freehold.contract.possible_problems import possible_statuses
from freehold.contract.resources import properties, resources
from freehold.contract.validation.formats import DECIMAL_PATTERN
from freehold.reading.document import Document, Node

_CURSOR, _KEY = (r"^[A-Za-z0-9_-]+$", 8192), (r"^[\x21-\x7e]+$", 255)
_INTEGER_BOUNDS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_MEDIA_TYPE = "application/problem+json"

_PROBLEM_SCHEMA = {
    "description": "What went wrong (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "Names the request: urn:request:ID."},
        "errors": {
            "type": "array",
            "description": "Everything that is wrong with the request.",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "Where in the body (RFC 6901)."},
                    "parameter": {"type": "string", "description": "Which parameter."},
                    "code": {
                        "type": "string",
                        "description": "The keyword of JSON Schema that the value fails, or another reason.",
                    },
                    "limit": {"description": "The value of that keyword in the contract."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_DESCRIPTIONS = {
    "400": "The body is not JSON.",
    "401": "The token is missing or not valid.",
    "403": "The token is good, and not for this.",
    "404": "There is no such row, or it is not yours: nobody can tell which.",
    "409": "It is in conflict with another row: one with these values, or one that depends on it.",
    "412": "The row has changed since it was read.",
    "413": "The body is larger than the service takes.",
    "415": "The body is of another media type.",
    "422": "The request is not what this document says.",
    "428": "The request must say which version it means: If-Match.",
    "429": "You ask more often than the service lets one user.",
    "503": "The database cannot be reached at the moment.",
    "504": "The database took too long.",
}
_HEADERS = {
    "401": {"WWW-Authenticate": "Which kind of token is needed (RFC 6750)."},
    "429": {
        "Retry-After": "Seconds to wait.",
        "RateLimit": "How many requests are left (r), and in how many seconds there are more (t).",
        "RateLimit-Policy": "How many requests one user has (q) in how many seconds (w).",
    },
    "503": {"Retry-After": "Seconds to wait."},
}


def build_effective_contract(document: Document) -> Document:
    """Return the effective contract. Positions of the written contract stay valid."""
    whole = document.with_root(copy.deepcopy(document.root))
    _separate_bodies(whole)
    for operation in operations(whole):
        _add_token_bounds(operation)
    for schema in _request_schemas(whole):
        _add_bounds(schema)
    _close_bodies(whole)
    if whole.root_node.get_value("x-problems") == "standard":
        _add_problems(whole)
    return whole.with_root(whole.root)


def _separate_bodies(document: Document) -> None:
    """Replace a request body that is the resource itself by a schema of its writable properties."""
    found = resources(document)
    for operation in operations(document):
        body = operation.body_schema()
        if operation.kind not in BODY_SUFFIXES or body is None or body.name not in found:
            continue
        name = f"{body.name}{BODY_SUFFIXES[operation.kind]}"
        document.root["components"]["schemas"].setdefault(
            name, _writable_schema(body, partial=operation.kind == "update")
        )
        request = operation.node.get("requestBody")
        content = request.get("content") if request else None
        own = {
            kind: {**media.value, "schema": {"$ref": f"#/components/schemas/{name}"}}
            for kind, media in (content.items() if content else ())
        }
        if request:  # other operations may use the same component
            operation.node.value["requestBody"] = {**request.value, "content": own}


def _writable_schema(resource: Node, *, partial: bool) -> dict[str, Any]:
    """Return the schema of the writable properties. In a partial one, nothing is required."""
    properties_ = {
        name: prop for name, prop in resource.value["properties"].items() if not prop.get("readOnly")
    }
    if partial:
        properties_ = {name: _without_default(prop) for name, prop in properties_.items()}
    required = [name for name in resource.get_value("required", []) if name in properties_]
    needed = [name for name in required if "default" not in properties_[name] and not partial]
    schema = {"type": "object", "additionalProperties": False, "properties": copy.deepcopy(properties_)}
    return schema | ({"required": needed} if needed else {})


def _without_default(prop: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in prop.items() if key != "default"}


def _request_schemas(document: Document) -> Iterator[Node]:
    """Iterate over all schemas that validate data from clients, each one once."""
    seen: set[str] = set()
    left: list[Node | None] = []
    for operation in operations(document):
        left.append(operation.body_schema())
        left += [
            p.get("schema")
            for p in operation.parameters()
            if p.get_value("name") not in PAGINATION_PARAMETERS
        ]
    while left:
        node = left.pop()
        if node is None or node.pointer in seen:
            continue
        seen.add(node.pointer)
        yield node
        left += [*properties(node).values(), node.get("items")]
        for word in ("allOf", "oneOf", "anyOf"):
            choices = node.get(word)
            left += choices.elements() if choices else []


def _close_bodies(document: Document) -> None:
    """Reject additional properties at the top level of a body, where they would be lost."""
    for operation in operations(document):
        body = operation.body_schema()
        if body is None or "additionalProperties" in body.value or "x-resource" in body.value:
            continue
        if "allOf" in body.value:
            if not str(document.root["openapi"]).startswith("3.0"):  # which has no such keyword
                body.value.setdefault("unevaluatedProperties", False)
        elif "properties" in body.value:
            body.value["additionalProperties"] = False


def _add_bounds(node: Node) -> None:
    """Add the limits of PostgreSQL: an integer fits its column, and a decimal is a number."""
    kind, schema = base_type(node), node.value
    form = schema.get("format")
    if kind == "string" and form == "decimal" and not {"pattern", "enum", "const"} & schema.keys():
        schema["pattern"] = DECIMAL_PATTERN  # clients and fuzzers do not know the format
    if kind == "integer" and not {"enum", "const"} & schema.keys():
        lower, upper = _INTEGER_BOUNDS.get(form, _INTEGER_BOUNDS["int64"])
        if not {"minimum", "exclusiveMinimum"} & schema.keys():
            schema["minimum"] = lower
        if not {"maximum", "exclusiveMaximum"} & schema.keys():
            schema["maximum"] = upper


def _add_token_bounds(operation: ContractOperation) -> None:
    """Add pattern and maximum length to cursors and idempotency keys."""
    cursor = next((p for p in operation.parameters() if p.get_value("name") == "cursor"), None)
    found = (
        (cursor if uses_cursor_pagination(operation) else None, _CURSOR),
        (operation.request_header(IDEMPOTENCY_KEY), _KEY),
    )
    for parameter, (pattern, max_length) in found:
        schema = parameter.get("schema") if parameter else None
        if schema:
            schema.value.setdefault("pattern", pattern)
            schema.value.setdefault("maxLength", max_length)


def _add_problems(document: Document) -> None:
    components = document.root.setdefault("components", {})
    components.setdefault("schemas", {}).setdefault("Problem", _PROBLEM_SCHEMA)
    responses = components.setdefault("responses", {})
    used: set[str] = set()
    for operation in operations(document):
        declared = operation.node.value["responses"]
        for status in possible_statuses(operation):
            used.add(status)
            declared.setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    for status in sorted(used):
        responses.setdefault(f"Problem{status}", _problem_response(status))


def _problem_response(status: str) -> dict[str, Any]:
    declared = _HEADERS.get(status, {})
    headers = {
        name: {"description": d, "required": True, "schema": {"type": "string"}}
        for name, d in declared.items()
    }
    content = {_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    response: dict[str, Any] = {"description": _DESCRIPTIONS[status]}
    return response | ({"headers": headers} if headers else {}) | {"content": content}

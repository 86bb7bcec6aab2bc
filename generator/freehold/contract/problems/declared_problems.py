"""Declares the problems (RFC 9457) that operations can return.

The service answers with the same members whatever a contract declares. So a schema of the team that does not
allow some of them is extended by these.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.problems.error_bodies import has_known_shape
from freehold.contract.problems.possible_problems import possible_statuses
from freehold.contract.validation.problem_details.error_shapes import other_shape
from freehold.contract.validation.problem_details.problem_codes import CODES
from freehold.reading.document import Document, Node

PROBLEM_MEDIA_TYPE = "application/problem+json"

_MEMBERS_OF_ERRORS: dict[str, Any] = {
    "pointer": {"type": "string", "description": "Where in the body (RFC 6901)."},
    "parameter": {"type": "string", "description": "Which parameter."},
    "code": {
        "type": "string",
        "description": "The keyword of JSON Schema that the value fails, or another reason.",
    },
    "limit": {"description": "The value of that keyword in the contract."},
    "detail": {"type": "string"},
}
_MEMBERS: dict[str, Any] = {
    "type": {"type": "string"},
    "title": {"type": "string"},
    "status": {"type": "integer"},
    "code": {"type": "string", "description": "What went wrong, for programs. It does not change."},
    "detail": {"type": "string"},
    "instance": {"type": "string", "description": "Names the request: urn:request:ID."},
    "errors": {
        "type": "array",
        "description": "Everything that is wrong with the request.",
        "items": {"type": "object", "required": ["detail"], "properties": _MEMBERS_OF_ERRORS},
    },
}
PROBLEM_SCHEMA: dict[str, Any] = {
    "description": "What went wrong (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "instance"],
    "properties": _MEMBERS,
}
_CLOSING = ("additionalProperties", "unevaluatedProperties")
_DESCRIPTIONS = {
    "400": "The body is not JSON, or the operation does not declare a precondition of the request.",
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
    "401": {"WWW-Authenticate": "Which token is needed, and why the one sent is not valid (RFC 6750)."},
    "429": {
        "Retry-After": "Seconds to wait.",
        "RateLimit": "How many requests are left (r), and in how many seconds there are more (t).",
        "RateLimit-Policy": "How many requests one user has (q) in how many seconds (w).",
    },
    "503": {"Retry-After": "Seconds to wait."},
}


def add_problems(document: Document) -> None:
    """Declare the problems that each operation can return, and does not declare itself.

    An error in a shape of the API's own that is declared for a range, or as the default, is each of its
    statuses.
    """
    components = document.root.setdefault("components", {})
    components.setdefault("schemas", {}).setdefault("Problem", copy.deepcopy(PROBLEM_SCHEMA))
    responses = components.setdefault("responses", {})
    used: set[str] = set()
    for operation in operations(document):
        declared = operation.node.value["responses"]
        for status in possible_statuses(operation):
            if status in declared or not _has_own_shape(operation, status):
                used.add(status)
                declared.setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    for status in sorted(used):
        responses.setdefault(f"Problem{status}", _problem_response(status))


def _has_own_shape(operation: ContractOperation, status: str) -> bool:
    """Whether a range or the default declares a status in a shape that tells it, and not problem details."""
    responses = operation.node.get("responses")
    found = (responses.get(word) for word in (f"{status[0]}XX", "default")) if responses else ()
    response = next(filter(None, found), None)
    content = response.get("content") if response else None
    is_other = content is not None and other_shape(dict.fromkeys(content.value, "")) is not None
    return is_other and content is not None and has_known_shape(content, status)


def _problem_response(status: str) -> dict[str, Any]:
    headers = problem_headers(status)
    content = {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    codes = ", ".join(f"`{code}`" for code in CODES[int(status)])
    response: dict[str, Any] = {"description": f"{_DESCRIPTIONS[status]} Codes: {codes}."}
    return response | ({"headers": headers} if headers else {}) | {"content": content}


def problem_headers(status: str) -> dict[str, Any]:
    """Return the headers that the service sends with a status."""
    return {
        name: {"description": description, "required": True, "schema": {"type": "string"}}
        for name, description in _HEADERS.get(status, {}).items()
    }


def extend_problem_schemas(document: Document) -> None:
    """Add the members of a problem to each declared schema that lacks them and allows no others."""
    seen: set[str] = set()
    for schema in _problem_schemas(document):
        extend_problem_schema(schema, seen)


def extend_problem_schema(schema: Node, seen: set[str]) -> None:
    """Add the members of a problem to a schema that lacks them and allows no others, unless it was `seen`."""
    _extend(schema, _MEMBERS, seen)
    for part in _parts(schema):
        items = part.get_path("properties", "errors", "items")
        if items:
            _extend(items, _MEMBERS_OF_ERRORS, seen)


def _problem_schemas(document: Document) -> Iterator[Node]:
    """Iterate over the declared schemas of errors, except those that say what is no error, too."""
    found = operations(document)
    others = {s.pointer for o in found for s in (o.body_schema(), o.response_schema()) if s is not None}
    for operation in found:
        responses = operation.node.get("responses")
        for status, response in responses.items() if responses else ():
            schema = response.get_path("content", PROBLEM_MEDIA_TYPE, "schema")
            if str(status)[0] in "45d" and schema is not None and schema.pointer not in others:
                yield schema


def _extend(schema: Node, members: Mapping[str, Any], seen: set[str]) -> None:
    for part in _parts(schema):
        closed = [word for word in _CLOSING if part.value.get(word, True) not in (True, {})]
        if closed and part.pointer not in seen:
            seen.add(part.pointer)
            properties = part.value.setdefault("properties", {})
            for name, member in members.items():
                properties.setdefault(name, copy.deepcopy(member))


def _parts(schema: Node) -> Iterator[Node]:
    """Iterate over a schema and the schemas that it applies to the same value."""
    waiting, seen = [schema], set[str]()
    while waiting:
        part = waiting.pop()
        if part.pointer in seen or not isinstance(part.value, dict):
            continue
        seen.add(part.pointer)
        yield part
        for word in ("allOf", "anyOf", "oneOf"):
            choices = part.get(word)
            waiting += choices.elements() if choices else []

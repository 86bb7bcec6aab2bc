"""Completes the error responses of operations, and shares them: content, headers, examples, names."""

import copy
import json
from collections.abc import Iterator, Mapping

from freehold.contract.messages import JSON
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.request_bodies import fresh_name
from freehold.contract.problems.declared_problems import PROBLEM_MEDIA_TYPE, PROBLEM_SCHEMA, problem_headers
from freehold.contract.validation.problem_details.error_shapes import fill_shape
from freehold.contract.validation.validators import ContractSchemas
from freehold.publishing.operations.problem_examples import ProblemExamples
from freehold.publishing.tree import Part, resolve
from freehold.reading.document import Document
from freehold.reading.json_pointers import escape_token, resolve_pointer

_RESPONSES = "#/components/responses/"
_FAULT = "Fault"
_TIME = "2026-03-02T09:30:00Z"
"""Of the requests in examples."""
_PLAIN = frozenset({"type", "title", "description", "additionalProperties"})
"""The words of a schema of an object that names no members."""


def complete_problems(root: Part, contract: Document) -> None:
    """Give each error response what the service sends, and a name in `components`, in place."""
    for operation, status, responses in _error_responses(root, contract):
        responses[status] = _named(root, operation, status, _complete(root, status, responses[status]))
    _add_members(root)
    _name_faults(root)
    _add_examples(root, contract)


def _error_responses(root: Part, contract: Document) -> Iterator[tuple[ContractOperation, str, Part]]:
    for operation in operations(contract):
        responses = root["paths"][operation.path][operation.method]["responses"]
        for status in [status for status in responses if status[0] in "45d"]:
            yield operation, status, responses


def _complete(root: Part, status: str, response: Part) -> Part:
    """Return a response with its content and headers, or the reference to one that has them."""
    described = resolve(root, response)
    complete = dict(described)
    if not described.get("content"):
        complete["content"] = {PROBLEM_MEDIA_TYPE: {}}
    media = complete["content"].get(PROBLEM_MEDIA_TYPE)
    if media is not None and "schema" not in media:
        _schemas(root).setdefault("Problem", copy.deepcopy(PROBLEM_SCHEMA))
        problem = {**media, "schema": {"$ref": "#/components/schemas/Problem"}}
        complete["content"] = {**complete["content"], PROBLEM_MEDIA_TYPE: problem}
    headers = {**_headers(status), **described.get("headers", {})}
    if headers:
        complete["headers"] = headers
    return response if complete == described else complete


def _headers(status: str) -> Part:
    """The headers of a declared response. Only that of a 401 is certain: an override may send the others."""
    certain = status == "401"
    return {name: {**header, "required": certain} for name, header in problem_headers(status).items()}


def _schemas(root: Part) -> Part:
    schemas: Part = root.setdefault("components", {}).setdefault("schemas", {})
    return schemas


def _named(root: Part, operation: ContractOperation, status: str, response: Part) -> Part:
    """Return the reference to a response in `components`: an equal one, or a new one."""
    if "$ref" in response:
        return response
    shared = root.setdefault("components", {}).setdefault("responses", {})
    name = next((name for name, other in shared.items() if other == response), "")
    if not name:
        kind = "Error" if JSON in response.get("content", {}) else "Problem"
        plain = f"{kind}{status[0].upper()}{status[1:]}"
        name = (
            plain
            if plain not in shared
            else fresh_name(shared, f"{plain}Of{operation.id[:1].upper()}{operation.id[1:]}")
        )
        shared[name] = response
    return {"$ref": f"{_RESPONSES}{escape_token(name)}"}


def _add_members(root: Part) -> None:
    """Add the members that the service sends to open schemas of problems that do not name them.

    Closed schemas have them already: see `extend_problem_schemas`.
    """
    for schema in _problem_schemas(root):
        if {*schema} <= _PLAIN and schema.get("type") == "object":
            schema["properties"] = {}
        members = schema.get("properties")
        if isinstance(members, dict):
            missing = PROBLEM_SCHEMA["properties"].keys() - members.keys()
            added = {name: part for name, part in PROBLEM_SCHEMA["properties"].items() if name in missing}
            members.update(copy.deepcopy(added))


def _problem_schemas(root: Part) -> Iterator[Part]:
    for response in root["components"].get("responses", {}).values():
        media = resolve(root, response).get("content", {}).get(PROBLEM_MEDIA_TYPE, {})
        yield resolve(root, media.get("schema", {}))


def _name_faults(root: Part) -> None:
    """Name the schema of the items of `errors` in the schemas of problems."""
    schemas = _schemas(root)
    named: dict[str, str] = {}
    for schema in [*_problem_schemas(root)]:
        errors = schema.get("properties", {}).get("errors", {})
        items = errors.get("items")
        if isinstance(items, dict) and items.get("type") == "object":
            text = json.dumps(items, sort_keys=True, default=str)
            if text not in named:
                named[text] = fresh_name(schemas, _FAULT)
                schemas[named[text]] = items
            errors["items"] = {"$ref": f"#/components/schemas/{named[text]}"}


def _add_examples(root: Part, contract: Document) -> None:
    schemas = ContractSchemas(root)
    examples = ProblemExamples(schemas)
    users: dict[str, list[tuple[str, ContractOperation]]] = {}
    for operation, status, responses in _error_responses(root, contract):
        if "$ref" in responses[status]:
            users.setdefault(responses[status]["$ref"], []).append((status, operation))
    for reference, found in users.items():
        pointer = _target(root, reference)
        content = resolve_pointer(root, pointer).get("content", {})
        kind = PROBLEM_MEDIA_TYPE if PROBLEM_MEDIA_TYPE in content else JSON
        media = content.get(kind, {})
        if {"example", "examples"} & media.keys() or "schema" not in media:
            continue
        made = examples.of(found[0][0], [operation for _, operation in found])
        place = f"{pointer}/content/{escape_token(kind)}/schema"
        request = {"time": _TIME, "path": found[0][1].path}
        _write(media, _shaped(schemas, place, kind, made, request))


def _shaped(
    schemas: ContractSchemas,
    pointer: str,
    kind: str,
    made: Mapping[str, Part],
    request: Mapping[str, str],
) -> dict[str, Part]:
    """The examples that the schema at a pointer accepts, in its shape if it is not problem details."""
    if kind == JSON:
        filled = {name: fill_shape(schemas, pointer, problem, request) for name, problem in made.items()}
        return {name: body for name, body in filled.items() if body is not None}
    validator = schemas.validator(pointer)
    return {name: body for name, body in made.items() if validator.is_valid(body)}


def _target(root: Part, reference: str) -> str:
    """The pointer of the response that a reference leads to."""
    pointer = reference.removeprefix("#")
    while "$ref" in (response := resolve_pointer(root, pointer)):
        pointer = response["$ref"].removeprefix("#")
    return pointer


def _write(media: Part, examples: dict[str, Part]) -> None:
    if len(examples) == 1:
        media["example"] = next(iter(examples.values()))
    elif examples:
        media["examples"] = {name: {"value": body} for name, body in examples.items()}

"""The schemas of request bodies: without what only the service sets, and closed to unknown names."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from freehold.contract.messages import JSON, MERGE_PATCH, media_types
from freehold.contract.operations.contract_operation import BODY_SUFFIXES, ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.resources import chosen_key, properties, resources
from freehold.contract.rows.bulk_rows import MOST_CREATED
from freehold.contract.rows.column_types import contract_schemas
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import resolve_pointer

_OPEN: tuple[object, ...] = (True, {})
"""The values of `additionalProperties` that accept any name and any value."""


def accepts_unknown_names(body: Node) -> bool:
    """Whether a body explicitly accepts properties that it does not list, or all bodies do (`x-unknown`)."""
    if "additionalProperties" not in body.value:
        return ignores_unknown_names(body.document)
    return body.value["additionalProperties"] in _OPEN


def ignores_unknown_names(document: Document) -> bool:
    """Whether bodies may have properties that are readOnly or that they do not list (`x-unknown: ignore`)."""
    return bool(document.root.get("x-unknown") == "ignore")


def accepted_media_types(operation: ContractOperation) -> list[str]:
    """Return the media types of bodies. An update with JSON is a merge patch (RFC 7396), declared or not."""
    declared = media_types(operation.node.get("requestBody"))
    declared += [MERGE_PATCH] if operation.kind == "update" and JSON in declared else []
    return sorted(set(declared), key=lambda name: (name != JSON, declared.index(name)))


def complete_bodies(document: Document) -> Document:
    """Return the contract with bodies that have only what a client may send, changed in place."""
    made: dict[str, str] = {}
    notes = [note for operation in operations(document) for note in _require_row(operation)]
    notes += [note for operation in operations(document) for note in _limit_rows(operation)]
    document = document.with_root(document.root)
    for operation in operations(document):
        _separate_body(operation, made)
    document = document.with_root(document.root)
    for operation in operations(document):
        for body in (operation.body_schema(), operation.row_body()):
            if body is not None:
                _close_body(body)
    completed = document.with_root(document.root)
    notes += [note for found in operations(completed) for note in _require_body(found)]
    return completed.with_notes(notes)


def _require_row(operation: ContractOperation) -> Iterator[Problem]:
    """Require the row in an envelope that may leave it out: a service would not know what to write."""
    body, row = operation.body_schema(), operation.written_row()
    if body is not None and row and row.envelope and row.envelope not in body.get_value("required", []):
        what = f"{row.envelope} of {body.name} is required: it has the row that {operation.id} writes"
        yield body.problem(what, f"Add `required: [{row.envelope}]`.", "FH908")
        body.value["required"] = [*body.value.get("required", []), row.envelope]


def _require_body(operation: ContractOperation) -> Iterator[Problem]:
    """Require a body that is called optional although its schema does not accept an empty object.

    An optional body that is not sent is an empty object, or None for a custom operation.
    """
    request, body = operation.node.get("requestBody"), operation.body_schema()
    is_optional = request is not None and request.get_value("required") is not True
    if request is None or body is None or not is_optional or operation.kind == "custom":
        return
    if not contract_schemas(body.document).validator(body.pointer).is_valid({}):
        what = f"the body of {operation.id} is required: its schema does not accept an empty object"
        yield request.problem(what, "Add `required: true`.", "FH908")
        operation.node.value["requestBody"] = {**request.value, "required": True}


def _separate_body(operation: ContractOperation, made: dict[str, str]) -> None:
    """Replace a body that is the resource itself, or has readOnly properties, by a schema without them.

    `made` has the names of the schemas that replace others, by their pointers.
    """
    body = operation.row_body()
    if body is None:
        return
    schemas = body.document.root["components"]["schemas"]
    is_resource, suffix = body.name in resources(body.document), BODY_SUFFIXES.get(operation.kind)
    if is_resource and suffix:
        name = f"{body.name}{suffix}"
        schemas.setdefault(name, _writable_schema(body, operation.kind))
        replace_row(operation, name, suffix)
    elif is_resource or _read_only(body):
        if body.pointer not in made:
            made[body.pointer] = fresh_name(schemas, f"{body.name}Request")
            schemas[made[body.pointer]] = _request_schema(body)
        replace_row(operation, made[body.pointer], suffix or "Request")


def replace_body(operation: ContractOperation, name: str) -> None:
    """Make a named schema the body of an operation. Other operations may use the same component."""
    request: Any = operation.node.get("requestBody")
    schema: dict[str, Any] = {"$ref": f"#/components/schemas/{name}"}
    body, row = operation.body_schema(), operation.written_row()
    if body is not None and row and row.is_item:
        schema = {**body.value, "items": schema}
    content = {kind: {**media.value, "schema": schema} for kind, media in request.get("content").items()}
    operation.node.value["requestBody"] = {**request.value, "content": content}


def _limit_rows(operation: ContractOperation) -> Iterator[Problem]:
    """Limit how many rows a bulk create takes. The array in the body becomes its own: answers may use it."""
    body, row = operation.body_schema(), operation.written_row()
    if body is None or row is None or not row.is_item:
        return
    if "maxItems" not in body.value:
        what = (
            f"{operation.id} creates at most {MOST_CREATED} rows at a time, which the contract does not say"
        )
        yield body.problem(what, f"Add `maxItems: {MOST_CREATED}`, or another limit.", "FH908")
    request: Any = operation.node.get("requestBody")
    raw = next(iter(request.get("content").items()))[1].value["schema"]
    target = resolve_pointer(operation.node.document.root, body.pointer) if "$ref" in raw else raw
    own = {"maxItems": MOST_CREATED, **copy.deepcopy(target)}
    content = {kind: {**media.value, "schema": own} for kind, media in request.get("content").items()}
    operation.node.value["requestBody"] = {**request.value, "content": content}


def replace_row(operation: ContractOperation, name: str, suffix: str) -> None:
    """Make a named schema the row in the body of an operation; an envelope gets a copy, with a suffix."""
    body, row = operation.body_schema(), operation.written_row()
    if body is None or row is None or row.is_item or not row.envelope:
        replace_body(operation, name)
        return
    schemas = body.document.root["components"]["schemas"]
    own = {**body.value, "properties": {row.envelope: {"$ref": f"#/components/schemas/{name}"}}}
    if _is_used_once(body):
        body.value.update(own)
        return
    copied = fresh_name(
        {key: schema for key, schema in schemas.items() if schema != own}, f"{body.name}{suffix}"
    )
    schemas[copied] = own
    replace_body(operation, copied)


def _is_used_once(schema: Node) -> bool:
    """Whether one operation has a schema as its body, and nothing else refers to it."""
    found, left = 0, [schema.document.root]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            found += part.get("$ref") == f"#{schema.pointer}"
            left += part.values()
        elif isinstance(part, list):
            left += part
    bodies = [o.body_schema() for o in operations(schema.document)]
    return found == 1 == len([body for body in bodies if body and body.pointer == schema.pointer])


def fresh_name(taken: Mapping[str, object], wanted: str) -> str:
    """Return a name that no other schema has, with a number where that is necessary."""
    numbered = (f"{wanted}{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbered) if name not in taken)


def _writable_schema(resource: Node, kind: str) -> dict[str, Any]:
    """Return the schema of the writable properties. An update requires nothing, a new row has its key."""
    partial, key = kind == "update", chosen_key(resource)
    properties_ = {
        name: prop for name, prop in resource.value["properties"].items() if not prop.get("readOnly")
    }
    if partial:
        properties_ = {name: _without_default(prop) for name, prop in properties_.items()}
    required = [name for name in resource.get_value("required", []) if name in properties_]
    if kind == "create" and key in properties_ and key not in required:
        required.append(str(key))
    needed = [name for name in required if "default" not in properties_[name] and not partial]
    is_open = accepts_unknown_names(resource)
    schema = {"type": "object", "additionalProperties": is_open, "properties": copy.deepcopy(properties_)}
    schema |= {"required": needed} if needed else {}
    return schema | (_rejecting(resource) if is_open else {})


def _without_default(prop: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in prop.items() if key != "default"}


def _read_only(body: Node) -> list[str]:
    """The properties that only responses have, those of all parts of an `allOf` included."""
    own = [name for name, prop in properties(body).items() if prop.get_value("readOnly") is True]
    parts = body.get("allOf")
    return own + [name for part in (parts.elements() if parts else ()) for name in _read_only(part)]


def _rejecting(body: Node) -> dict[str, Any]:
    """Keywords that reject an object with a readOnly property, in both versions of OpenAPI."""
    names = [] if ignores_unknown_names(body.document) else _read_only(body)
    return {"not": {"anyOf": [{"required": [name]} for name in names]}} if names else {}


def _request_schema(body: Node) -> dict[str, Any]:
    """Return the schema of a body without its readOnly properties, which a request must not have."""
    names = _read_only(body)
    schema = _without_properties(body, set(names))
    if "allOf" not in schema and schema.get("additionalProperties", False) is False:
        return schema
    rejecting = _rejecting(body)
    beside = {"allOf": [*schema.get("allOf", ()), rejecting]} if rejecting and "not" in schema else rejecting
    return schema | beside


def _without_properties(schema: Node, names: set[str]) -> dict[str, Any]:
    copied: dict[str, Any] = copy.deepcopy(
        {word: part for word, part in schema.value.items() if word != "x-resource"}
    )
    if "properties" in copied:
        copied["properties"] = {
            name: prop for name, prop in copied["properties"].items() if name not in names
        }
    if "required" in copied:
        copied["required"] = [name for name in copied["required"] if name not in names]
        if not copied["required"]:
            del copied["required"]
    parts = schema.get("allOf")
    if parts:
        copied["allOf"] = [_without_properties(part, names) for part in parts.elements()]
    return copied


def _close_body(body: Node) -> None:
    """Reject additional properties in a body, where they would be lost."""
    if "additionalProperties" in body.value or ignores_unknown_names(body.document):
        return
    if "allOf" in body.value:
        if not str(body.document.root["openapi"]).startswith("3.0"):  # which has no such keyword
            body.value.setdefault("unevaluatedProperties", False)
    elif "properties" in body.value:
        body.value["additionalProperties"] = False

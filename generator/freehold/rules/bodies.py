"""Rules about request bodies: every accepted value fits its column."""

from collections.abc import Iterator

from freehold.contract.messages import is_form, media_types
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.request_bodies import accepts_unknown_names, ignores_unknown_names
from freehold.contract.resources import properties, resources
from freehold.contract.rows.column_types import base_type, is_nullable
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import escape_token, unescape_token
from freehold.rules.value_mismatches import mismatches

_WRITING = ("create", "update", "replace", "bulk")
_COMPOSED = ("allOf", "oneOf", "anyOf")


def plain_objects(document: Document) -> Iterator[Problem]:
    """A body that sets columns is an object with properties of its own, and a form is an object."""
    for operation in operations(document):
        body = operation.body_schema()
        if body is None:
            continue
        composed = [word for word in _COMPOSED if body.get(word) is not None]
        is_free = operation.kind == "custom" and not is_form(media_types(operation.node.get("requestBody")))
        if operation.kind == "bulk":
            continue  # an array, of what the other rules judge
        if base_type(body) != "object" and composed != ["allOf"] and not is_free:
            what = f"the request body of {operation.id} is not an object"
            yield body.problem(what, "Use `type: object` with `properties`.")
        elif composed and operation.kind in _WRITING and body.name not in resources(document):
            fix = f"List its properties instead of using {composed[0]}, so that its columns are known."
            yield body.problem(f"the request body of {operation.id} is composed of other schemas", fix)


def closed_bodies(document: Document) -> Iterator[Problem]:
    """A request body that sets columns does not accept properties that have no column."""
    bodies = [body for o in operations(document) if o.kind in _WRITING for body in _levels(o)]
    for body in {body.pointer: body for body in bodies}.values():
        for word in ("additionalProperties", "patternProperties"):
            declared = body.get(word)
            if declared is not None and isinstance(declared.value, dict) and declared.value:
                what = (
                    f"{body.name} accepts properties that it does not list, and there is no column for them"
                )
                fix = f"Move `{word}` into a property of its own with `type: object`, or remove it."
                yield declared.problem(what, fix)


def ignored_properties(document: Document) -> Iterator[Problem]:
    """Warn about a request body whose unknown properties are accepted and ignored."""
    known = resources(document)
    for operation in operations(document):
        is_quiet = ignores_unknown_names(document) or operation.kind not in _WRITING
        for body in () if is_quiet else filter(accepts_unknown_names, _levels(operation)):
            written = body if body.pointer in document.positions else known[operation.resource or ""]
            declared = written.get("additionalProperties") or written
            what = f"requests can have properties that {written.name} does not list, and they are ignored"
            fix = "Remove `additionalProperties`: the response to a misspelled property is then 422."
            yield declared.problem(what, fix)


def _levels(operation: ContractOperation) -> list[Node]:
    """The body of an operation, and the row in its envelope."""
    levels = (operation.body_schema(), operation.row_body())
    return list({body.pointer: body for body in levels if body is not None}.values())


def column_compatibility(document: Document) -> Iterator[Problem]:
    """Every value that a request body accepts fits the column and the response schema."""
    known = resources(document)
    for operation in operations(document):
        body, resource = operation.row_body(), known.get(operation.resource or "")
        if body is None or resource is None or operation.kind not in _WRITING:
            continue
        for key, prop in _shared_properties(operation, body, resource):
            target = properties(resource)[key]
            if is_nullable(prop) and _is_required(resource, key, target):
                what = f"{key} of {body.name} can be null, but {key} of {resource.name} cannot"
                yield prop.problem(what, "Remove null here, or allow null in both.")
            for place, what, fix in mismatches(prop, target, is_whole=operation.kind != "update"):
                message = f"{key} of {body.name} {what} in {resource.name}"
                written = f"{body.pointer}/properties/{escape_token(key)}"
                if place.pointer.startswith(written):
                    yield place.problem(message, fix)
                else:  # in a schema that the property refers to, which others can share
                    yield document.problem(written, message, f"In {_schema_name(place)}: {fix}")


def _schema_name(part: Node) -> str:
    """The name of the schema that a part is in."""
    return unescape_token(part.pointer.removeprefix("/components/schemas/").partition("/")[0])


def _shared_properties(
    operation: ContractOperation, body: Node, resource: Node
) -> Iterator[tuple[str, Node]]:
    """Yield the properties that the request body and the resource define differently."""
    if body.name == operation.resource:
        return
    for key, prop in properties(body).items():
        target = properties(resource).get(key)
        if target is not None and not target.get_value("readOnly") and prop.pointer != target.pointer:
            yield key, prop


def _is_required(resource: Node, key: str, target: Node) -> bool:
    """Whether the column is NOT NULL."""
    return not is_nullable(target) and (
        "default" in target.value or key in resource.get_value("required", [])
    )

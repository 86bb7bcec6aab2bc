"""Reads named objects that can be null as objects, with null beside the references that mean a value.

A row and an answer are never null, and neither is a body: the service refuses null with 422. An answer that
can be null, of an operation that is written by hand, says so at its own place.
"""

from collections.abc import Iterator
from typing import Any

from freehold.contract.normalizing.patterns.schema_parts import mappings_with
from freehold.contract.operations.contract_operation import operation_nodes
from freehold.contract.resources import has_name
from freehold.contract.rows.column_types import base_type, is_nullable, without_null
from freehold.ground.problems import and_more
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import escape_token

_SCHEMAS = "/components/schemas/"
_NULL, _OBJECT = "null", "object"
_OF_VALUES = frozenset({"properties", "patternProperties"})
_PARTS = frozenset({"items", "additionalProperties"})
_CHOICES = frozenset({"anyOf", "oneOf", "prefixItems"})


def read_null_objects(document: Document) -> Document:
    """Return the contract with null where a value can have it, not in rows and bodies, with a note."""
    bodies = list(_null_bodies(document))
    named = _with_aliases(document, {f"#{schema.pointer}": schema for schema in _null_objects(document)})
    if not (bodies or named):
        return document.with_root(document.root)  # without the schemas that were looked at
    first = bodies[0][0] if bodies else next(iter(named.values()))
    references = [part for part in mappings_with(document, "$ref") if part.value.get("$ref") in named]
    for reference in references:
        place = _place(document, reference.pointer)
        if _can_be_null(place, is_row="x-resource" in named[reference.value["$ref"]].value):
            _add_null(document, document.node_at(place) or reference)
    for schema in named.values():
        _leave_out_null(schema.value)
    for media, value in bodies:
        media.value["schema"] = value
    others = and_more(len(bodies) + len(named) - 1)
    what = f"{'a body' if bodies else first.name} can be null, and no row, no answer and no body is{others}"
    note = first.problem(what, "Let the properties be null that have it, instead of the object.", "FH908")
    return document.with_notes([note]).with_root(document.root)


def _null_objects(document: Document) -> Iterator[Node]:
    """Yield the named schemas that are an object or null."""
    schemas = document.root_node.get_path("components", "schemas")
    for _, schema in schemas.items() if schemas else ():
        kinds = schema.value.get("type")
        is_object = kinds == _OBJECT or {"properties", "allOf"} & schema.value.keys()
        is_listed = isinstance(kinds, list) and {*kinds} == {_NULL, _OBJECT}
        if is_listed or (schema.value.get("nullable") is True and is_object):
            yield schema


def _null_bodies(document: Document) -> Iterator[tuple[Node, Any]]:
    """Yield each media type of a body that is an object or null, with the schema of the object."""
    for operation in operation_nodes(document):
        content = operation.get_path("requestBody", "content")
        for _, media in content.items() if content else ():
            schema = media.get("schema")
            inner = without_null(schema) if schema is not None and is_nullable(schema) else None
            if inner is None or base_type(inner) != _OBJECT or (has_name(inner) and inner is schema):
                continue
            value = {"$ref": f"#{inner.pointer}"} if has_name(inner) else dict(inner.value)
            yield media, _leave_out_null(value)


def _can_be_null(pointer: str, *, is_row: bool) -> bool:
    """Whether a reference at a pointer is one to a value. A list has no null in place of a row."""
    *_, around, key = pointer.split("/")
    if around in _OF_VALUES or around in _CHOICES:
        return True
    return not is_row and key in _PARTS


def _with_aliases(document: Document, named: dict[str, Node]) -> dict[str, Node]:
    """Return the schemas by reference, with those that are only a `$ref` to one of them."""
    schemas = document.root.get("components", {}).get("schemas", {})
    aliases = {f"#{_SCHEMAS}{escape_token(name)}": part for name, part in schemas.items()}
    for _ in aliases:
        found = {
            reference: named[part["$ref"]]
            for reference, part in aliases.items()
            if reference not in named and isinstance(part, dict) and part.get("$ref") in named
        }
        if not found:
            break
        named |= found
    return named


def _place(document: Document, pointer: str) -> str:
    """The pointer of the schema that a reference says everything of: around `allOf` with nothing else."""
    around = document.node_at(pointer.removesuffix("/allOf/0")) if pointer.endswith("/allOf/0") else None
    return around.pointer if around is not None and len(around.value.get("allOf", ())) == 1 else pointer


def _add_null(document: Document, place: Node) -> None:
    schema = place.value
    target = {"$ref": schema.pop("$ref")} if "$ref" in schema else schema.pop("allOf")[0]
    if str(document.root.get("openapi")).startswith("3.0"):
        schema.update({"allOf": [target], "nullable": True})
        return
    others = {"allOf": [{"anyOf": schema["anyOf"]}]} if "anyOf" in schema else {}
    schema.update(others | {"anyOf": [target, {"type": _NULL}]})


def _leave_out_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave null out of the types of a schema, in place."""
    schema.pop("nullable", None)
    if isinstance(schema.get("type"), list):
        schema["type"] = _OBJECT
    return schema

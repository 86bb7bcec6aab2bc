"""Names the schemas of bodies and answers that stand where they are used, after their operation."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from freehold.contract.messages import FORMS, is_json, media_types
from freehold.contract.operations.contract_operation import METHODS
from freehold.contract.operations.deep_objects import is_deep_object, is_plain_object
from freehold.contract.operations.inference import operations
from freehold.contract.operations.request_bodies import fresh_name
from freehold.contract.rows.collection_paths import array_item_name
from freehold.contract.rows.column_types import without_null
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import resolve_pointer

_SCHEMAS = "/components/schemas/"
_WORDS = re.compile(r"[A-Za-z0-9]+")
_LONGEST = 40  # characters of an operationId in a name


def name_inline_schemas(document: Document) -> Document:
    """Return the contract with each of them in `components: schemas:`, and a reference in its place.

    `listTasks` names `ListTasksResponse`, `ListTasksRequest`, and `ListTasksItem` for the items of an array.
    """
    return _with_names(document, list(map(_named_part, list(_places(document)))))


def _with_names(document: Document, places: list[tuple[Node, str]]) -> Document:
    moved: dict[str, str] = {}
    made: dict[tuple[str, str], str] = {}
    for node, wanted in places:
        if node.pointer in moved or not _is_inline(node) or array_item_name(node):
            continue
        schemas = document.root.setdefault("components", {}).setdefault("schemas", {})
        written = json.dumps(node.value, sort_keys=True, default=str)
        name = made.setdefault((wanted, written), fresh_name(schemas, wanted))
        schemas.setdefault(name, dict(node.value))
        place = resolve_pointer(document.root, node.pointer)
        place.clear()
        place["$ref"] = f"#{_SCHEMAS}{name}"
        moved[node.pointer] = _SCHEMAS + name
        document = document.with_root(document.root)
    return document.moved(moved) if moved else document


def name_deep_objects(document: Document) -> Document:
    """Return the contract with a name for each object in the query of a custom operation.

    `listTasks` names the object `filter` `ListTasksFilter`.
    """
    return _with_names(document, list(_objects_in_queries(document)))


def _objects_in_queries(document: Document) -> Iterator[tuple[Node, str]]:
    for operation in operations(document):
        for parameter in operation.parameters():
            schema = parameter.get("schema")
            if schema is not None and is_deep_object(parameter) and is_plain_object(schema):
                name = pascal_case(operation.id) + pascal_case(str(parameter.get_value("name")))
                yield without_null(schema), name


def _places(document: Document) -> Iterator[tuple[Node, str]]:
    """Yield the schema of each body and each success response, with the name that it would have."""
    paths = document.root_node.get("paths")
    for _, item in paths.items() if paths else ():
        for method, operation in item.items():
            if method not in METHODS or not isinstance(operation.get_value("operationId"), str):
                continue
            name = pascal_case(operation.get_value("operationId"))
            yield from _schemas(operation.get("requestBody"), f"{name}Request")
            responses = operation.get("responses")
            for status, response in responses.items() if responses else ():
                if status.startswith("2"):
                    yield from _schemas(response, f"{name}Response")


def _schemas(holder: Node | None, name: str) -> Iterator[tuple[Node, str]]:
    names = [kind for kind in media_types(holder) if is_json([kind]) or kind in FORMS]
    for kind in names:
        schema = holder.get_path("content", kind, "schema") if holder else None
        if schema is not None and isinstance(schema.value, Mapping):
            yield schema, name


def _named_part(place: tuple[Node, str]) -> tuple[Node, str]:
    """The schema that needs a name, and the name: of an array of objects it is that of the objects."""
    schema, wanted = place
    items = schema.get("items") if schema.value.get("type") == "array" else None
    if items is None or not _is_object(items):
        return place
    return items, re.sub("(Response|Request)$", "Item", wanted)


def _is_inline(schema: Node) -> bool:
    """Whether a schema stands where it is used, and is no part of another schema."""
    return not schema.pointer.startswith(_SCHEMAS)


def _is_object(schema: Node) -> bool:
    value: Any = schema.value
    return isinstance(value, Mapping) and ("properties" in value or "allOf" in value)


def pascal_case(operation_id: str) -> str:
    """Return a text of a contract as the name of a class."""
    words = _WORDS.findall(operation_id)
    name = "".join(word[:1].upper() + word[1:] for word in words)[:_LONGEST]
    return name if name[:1].isalpha() else f"Operation{name}"

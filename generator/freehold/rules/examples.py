"""Warnings about examples: each one matches the schema that it is an example of."""

from collections.abc import Iterator
from itertools import islice

from jsonschema_rs import ReferencingError

from freehold.contract.operations.inference import operations
from freehold.contract.resources import properties
from freehold.contract.rows.column_types import contract_schemas
from freehold.contract.validation.faults import find_faults
from freehold.contract.validation.schema_dialect import SCHEMA_LISTS, SCHEMA_MAPPINGS, SINGLE_SCHEMAS
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import unescape_token

_KEYWORDS = ("example", "examples")
_WORDS = tuple(f"/{word}" for word in _KEYWORDS)
_OF_NAMES = frozenset({"content", "headers", "parameters", "paths", "requestBodies", "responses"})
_MOST_PROBLEMS = 50
_MOST_OF_ONE = 3  # faults of one example


def matching_examples(document: Document) -> Iterator[Problem]:
    """Warn about examples that their schemas reject: clients, mocks and tests use them."""
    yield from islice(_all_problems(document), _MOST_PROBLEMS)


def _all_problems(document: Document) -> Iterator[Problem]:
    for pointer in document.positions:
        if pointer.endswith(_WORDS):
            for example, schema in _examples(document, pointer):
                yield from islice(_problems(example, schema), _MOST_OF_ONE)


def _problems(example: Node, schema: Node) -> Iterator[Problem]:
    schemas, value = contract_schemas(example.document), example.value
    try:
        if schemas.validator(schema.pointer).is_valid(value):
            return
        faults = find_faults(schemas, schema.pointer, value)
    except (LookupError, ValueError, ReferencingError):
        return  # another rule rejects the schema
    for fault in faults:
        place, code = fault["pointer"], fault["code"]
        if code == "required" and _is_one_way(schema, place.removeprefix("/")):
            continue
        what = f"the example does not match its schema: {place or 'the value'} fails {code}"
        fix = f"{fault['detail']} Change the example, or the schema."
        yield example.document.problem(example.pointer + place, what, fix)


def _is_one_way(schema: Node, name: str) -> bool:
    """Whether only responses, or only requests, have a property: the example can be of the other ones."""
    prop = properties(schema).get(name)
    return prop is not None and bool(prop.get_value("readOnly") or prop.get_value("writeOnly"))


def _examples(document: Document, pointer: str) -> Iterator[tuple[Node, Node]]:
    """Yield the examples at a pointer, each with its schema; none if the word is not a keyword there."""
    around, _, word = pointer.rpartition("/")
    holder, place = document.node_at(around), _kind_of_place(around.split("/")[1:])
    declared = holder.get(word) if holder else None
    if holder is None or declared is None:
        return
    if place == "schema":
        yield from ((part, holder) for part in ([declared] if word == "example" else declared.elements()))
    schema = _schema_of_value(holder) if place == "other" else None
    if schema is not None:
        named = [part for _, entry in declared.items() if (part := entry.get("value"))]
        yield from ((part, schema) for part in ([declared] if word == "example" else named))


def _kind_of_place(steps: list[str]) -> str:
    """Whether the steps of a pointer lead to a schema, into data such as an enum, or to something else."""
    kind, left = "other", iter(steps)
    for step in left:
        if kind == "other":
            is_named = step == "schemas" and steps[0] == "components"
            kind = "schema" if step == "schema" or (is_named and next(left, None)) else kind
            if step.startswith("x-") or step in _KEYWORDS:
                return "data"
            if step in _OF_NAMES:
                next(left, None)
        elif step in (*SCHEMA_MAPPINGS, *SCHEMA_LISTS):
            if next(left, None) is None:
                return "data"  # the mapping itself, where the word is a name
        elif step not in SINGLE_SCHEMAS:
            return "data"
    return kind


def _schema_of_value(holder: Node) -> Node | None:
    """The schema of a media type, a parameter or a header.

    A request body of `components` has the schema that an operation with this body has: that of what a client
    can send.
    """
    if holder.pointer.startswith("/components/requestBodies/"):
        media_type = holder.pointer.rpartition("/")[2]
        for operation in operations(holder.document):
            content = operation.node.get_path("requestBody", "content")
            media = content.get(unescape_token(media_type)) if content else None
            if media and any(media.get_value(word) is holder.value.get(word, ()) for word in _KEYWORDS):
                return media.get("schema")
    return holder.get("schema")

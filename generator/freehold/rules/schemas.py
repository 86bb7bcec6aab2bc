"""Rules about schemas: names, keywords, defaults, references."""

from collections.abc import Iterator
from typing import Any

from jsonschema_rs import ReferencingError

from freehold.contract.column_types import base_type, column_type, is_nullable, without_null
from freehold.contract.operations import operations
from freehold.contract.resources import properties, schemas
from freehold.contract.validation.validators import ContractSchemas
from freehold.ground.naming import (
    MAX_NAME_LENGTH,
    closest_match,
    is_valid_class_name,
    is_valid_property_name,
)
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_ANNOTATIONS = {"title", "description", "examples", "example", "deprecated", "externalDocs", "$comment"}
_STRUCTURE = {"type", "nullable", "format", "enum", "const", "default", "readOnly", "writeOnly", "items"}
_OBJECTS = {"properties", "required", "additionalProperties", "allOf", "oneOf", "anyOf", "discriminator"}
_LIMITS = {"minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_SUPPORTED = _ANNOTATIONS | _STRUCTURE | _OBJECTS | _LIMITS | {"multipleOf", "minItems", "maxItems"}
_TYPES = {"string", "integer", "number", "boolean", "object", "array"}
_PLAIN = {"string", "integer", "number", "boolean"}
_CONVERTED = {"uuid", "date", "date-time", "time", "byte", "binary", "decimal"}
_COMPOSED = ("allOf", "oneOf", "anyOf")


def schema_names(document: Document) -> Iterator[Problem]:
    """The name of a schema can be the name of a class."""
    for name, schema in schemas(document):
        if not is_valid_class_name(name):
            fix = f"Use a capital, then letters and digits, at most {MAX_NAME_LENGTH}, and no reserved name."
            yield schema.problem(f"a schema cannot be named {name}", fix)


def property_names(document: Document) -> Iterator[Problem]:
    """Property names are plain ASCII, also outside of resources."""
    for part in all_schemas(document):
        for key, prop in properties(part).items():
            if not is_valid_property_name(key):
                fix = f"Use ASCII letters, digits and _ - . : @ $, {MAX_NAME_LENGTH} at most."
                place = prop if prop.pointer.startswith(part.pointer) else part
                yield place.problem(f"a property cannot be named {key}", fix)


def all_schemas(document: Document) -> Iterator[Node]:
    """Yield all schemas: named ones, those of parameters, and those nested in them."""
    for schema in _root_schemas(document):
        yield schema
        yield from _descendants(schema)


def _descendants(schema: Node) -> Iterator[Node]:
    for _, part in _subschemas(schema):
        yield part
        yield from _descendants(part)


def supported_keywords(document: Document) -> Iterator[Problem]:
    """The service enforces every keyword of every schema."""
    for schema in _root_schemas(document):
        yield from _check_schema(schema)


def valid_defaults(document: Document) -> Iterator[Problem]:
    """A default matches its own schema (JSON Schema 2020-12), and fits its column."""
    contract_schemas = ContractSchemas(document.root)
    for schema in all_schemas(document):
        if not isinstance(schema.value, dict) or "default" not in schema.value:
            continue
        default, place = schema.value["default"], schema.get("default") or schema
        is_null = default is None and is_nullable(schema)
        if not is_null and not _is_valid(contract_schemas, schema.pointer, default):
            fix = "Use a default that the schema allows."
            yield place.problem("the default does not match its schema", fix)
        elif default is not None and not _is_json_scalar(schema):
            what = "only strings, numbers, booleans and arrays of them can have a default"
            yield place.problem(what, "Remove the default, or use null instead.")
        elif not _fits_column(schema, default):
            yield place.problem("the default does not fit its column", "Use a smaller number.")


def _is_valid(contract_schemas: ContractSchemas, pointer: str, value: Any) -> bool:
    try:
        return bool(contract_schemas.validator(pointer).is_valid(value))
    except (LookupError, ValueError, ReferencingError):
        return True  # the schema is invalid, which another rule reports


def _fits_column(schema: Node, default: Any) -> bool:
    """Whether a number is within the 32 or 64 bits of an integer column."""
    types = column_type(schema)
    limit = {"Integer": 2**31, "BigInteger": 2**63}.get(types.column) if types else None
    return limit is None or not isinstance(default, int | float) or -limit <= default < limit


def _is_json_scalar(schema: Node) -> bool:
    """Whether a value has the same representation in JSON and Python, unlike a date."""
    schema = without_null(schema)
    items = schema.get("items") if base_type(schema) == "array" else schema
    return items is not None and base_type(items) in _PLAIN and items.get_value("format") not in _CONVERTED


def ref_siblings(document: Document) -> Iterator[Problem]:
    """Only documentation is allowed beside a `$ref`."""
    for pointer in document.positions:
        reference, _, key = pointer.rpartition("/")
        found = document.node_at(reference) if key == "$ref" else None
        for beside in found.value if found and isinstance(found.value, dict) else ():
            if beside not in ("$ref", "description", "summary"):
                what = f"{beside} beside a $ref would be ignored"
                yield document.problem(
                    f"{reference}/{beside}", what, "Move it to the schema that the $ref points to."
                )


def _root_schemas(document: Document) -> Iterator[Node]:
    """Yield the named schemas and the schemas of parameters."""
    yield from (schema for _, schema in schemas(document))
    for operation in operations(document):
        inner = (parameter.get("schema") for parameter in operation.parameters())
        yield from (schema for schema in inner if schema is not None)


def _check_schema(schema: Node) -> Iterator[Problem]:
    yield from _unknown_keywords(schema)
    yield from _check_type(schema)
    for word in _COMPOSED:
        choices = schema.get(word)
        for choice in choices.elements() if choices else ():
            yield from _unknown_keywords(choice) if choice.get_value("type") == "null" else ()
    for _, inner in _subschemas(schema):
        yield from _check_schema(inner)


def _unknown_keywords(schema: Node) -> Iterator[Problem]:
    for keyword, part in schema.items():
        if keyword not in _SUPPORTED and not keyword.startswith("x-"):
            meant = closest_match(keyword, sorted(_SUPPORTED))
            fix = f"Did you mean {meant}?" if meant else "Remove it, or use a supported keyword."
            yield part.problem(f"the keyword {keyword} is not supported", fix)


def _check_type(schema: Node) -> Iterator[Problem]:
    kind = base_type(without_null(schema))
    if kind not in _TYPES and not (kind is None and any(schema.get(word) for word in _COMPOSED)):
        declared = schema.get("type") or schema
        meant = closest_match(str(kind), sorted(_TYPES))
        fix = f"Did you mean {meant}?" if meant else f"Available types: {', '.join(sorted(_TYPES))}."
        yield declared.problem("a schema needs exactly one type besides null", fix)


def _subschemas(schema: Node) -> Iterator[tuple[str, Node]]:
    """Yield the schemas inside a schema, without those that it references."""
    properties = schema.get("properties")
    inside = list(properties.items()) if properties else []
    items = schema.get("items")
    inside += [("items", items)] if items else []
    for word in _COMPOSED:
        choices = schema.get(word)
        inside += (
            [(word, part) for part in choices.elements() if part.get_value("type") != "null"]
            if choices
            else []
        )
    yield from ((name, part) for name, part in inside if part.pointer.startswith(schema.pointer + "/"))

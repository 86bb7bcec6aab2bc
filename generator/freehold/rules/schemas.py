"""Rules about schemas: names, keywords, defaults, references."""

from collections.abc import Iterator

from freehold.contract.operations.inference import operations
from freehold.contract.resources import properties, schemas
from freehold.contract.rows.column_types import base_type
from freehold.contract.validation.schema_dialect import HOLDERS, SCHEMA_LISTS, SCHEMA_MAPPINGS, SINGLE_SCHEMAS
from freehold.contract.vocabulary import DECIDING_KEYWORDS, DESCRIBING_KEYWORDS
from freehold.ground.naming import (
    MAX_NAME_LENGTH,
    class_name,
    closest_match,
    is_component_name,
    is_valid_property_name,
)
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.reading.referenced_files import is_data

_DESCRIBING = DESCRIBING_KEYWORDS - {"default", "readOnly", "writeOnly", "discriminator"} | {
    "$ref",
    "summary",
}
_OWN_WORDS = {"x-resource", "x-generated", "x-references", "x-renamed-from"}
_KEYWORDS_OF_3_1 = {
    "if", "then", "else", "contains", "minContains", "maxContains", "prefixItems", "patternProperties",
    "propertyNames", "dependentRequired", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties",
    "contentEncoding", "contentMediaType", "contentSchema", "$defs",
}  # fmt: skip
_ONLY_IN_3_1 = {"const": "Use `enum` with one value."}
_NOT_HELD = {  # keywords that say which values are valid, or what a reference means
    "$id": "Remove it: references are relative to the file.",
    "$schema": "Remove it: OpenAPI 3.1 uses JSON Schema 2020-12.",
    "$anchor": "Remove it, and reference the schema by its pointer.",
    "$dynamicRef": "Use `$ref`.",
    "$dynamicAnchor": "Remove it, and reference the schema by its pointer.",
    "$recursiveRef": "Use `$ref`.",
    "$recursiveAnchor": "Remove it.",
    "$vocabulary": "Remove it.",
    "definitions": "Use `components: schemas:`.",
    "dependencies": "Use `dependentRequired` or `dependentSchemas`.",
    "additionalItems": "Use `items` beside `prefixItems`.",
    "divisibleBy": "Use `multipleOf`.",
    "disallow": "Use `not`.",
    "extends": "Use `allOf`.",
}
_BOUNDS = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))
_TYPES = {"string", "integer", "number", "boolean", "object", "array", "null"}
_MISSPELLED = 0.8  # how similar a keyword must be to another one to be a misspelling of it


def schema_names(document: Document) -> Iterator[Problem]:
    """Each schema becomes a class of its own. OpenAPI says which names it can have (3.1, 4.8.7)."""
    seen: dict[str, Node] = {}
    for name, schema in schemas(document):
        if not is_component_name(name):
            fix = "Use letters, digits and . _ - in its name."
            yield schema.problem(f"a schema cannot be named {name}", fix)
        elif (first := seen.setdefault(class_name(name), schema)) is not schema:
            line = first.problem("").line
            what = f"{name} and {first.name} (line {line}) both become the class {class_name(name)}"
            yield schema.problem(what, "Rename one of the two.")


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


def ref_siblings(document: Document) -> Iterator[Problem]:
    """OpenAPI 3.0 ignores siblings of a `$ref` (3.0.3, 4.7.23.2): only what describes is allowed there."""
    for reference, siblings in ignored_siblings(document):
        for beside in siblings:
            what = f"{beside} beside a $ref would be ignored in OpenAPI 3.0"
            fix = "Move it to the schema that the $ref points to, or use OpenAPI 3.1."
            yield document.problem(f"{reference.pointer}/{beside}", what, fix)


def ignored_siblings(document: Document) -> Iterator[tuple[Node, list[str]]]:
    """Yield what has a `$ref`, with the keywords beside it that OpenAPI 3.0 ignores."""
    if not str(document.root.get("openapi")).startswith("3.0"):
        return
    for pointer in document.positions:
        reference, _, key = pointer.rpartition("/")
        found = document.node_at(reference) if key == "$ref" and not is_data(pointer) else None
        words = found.value if found and isinstance(found.value, dict) and key in found.value else ()
        beside = [w for w in words if w not in _DESCRIBING and (w in _OWN_WORDS or not w.startswith("x-"))]
        if found is not None and beside:
            yield found, beside


def _root_schemas(document: Document) -> Iterator[Node]:
    """Yield the named schemas and the schemas of parameters."""
    yield from (schema for _, schema in schemas(document))
    for operation in operations(document):
        inner = (parameter.get("schema") for parameter in operation.parameters())
        yield from (schema for schema in inner if schema is not None)


def _check_schema(schema: Node) -> Iterator[Problem]:
    yield from _unknown_keywords(schema)
    yield from _words_of_3_1(schema) if _is_3_0(schema) else _words_of_3_0(schema)
    yield from _check_type(schema)
    for _, inner in _subschemas(schema):
        yield from _check_schema(inner)


def _unknown_keywords(schema: Node) -> Iterator[Problem]:
    """An unknown keyword is an annotation (JSON Schema 2020-12, 6.5), unless it seems to be another one."""
    is_3_0 = _is_3_0(schema)
    known = DECIDING_KEYWORDS | DESCRIBING_KEYWORDS
    for keyword, part in schema.items():
        if keyword == "additionalItems" and _has_no_more_items(schema):
            continue
        if keyword in _NOT_HELD:
            yield part.problem(f"the keyword {keyword} is not supported", _NOT_HELD[keyword])
        elif keyword in _KEYWORDS_OF_3_1 and is_3_0:
            fix = "Use OpenAPI 3.1 (`openapi: 3.1.0`), or remove it."
            yield part.problem(f"{keyword} is not a keyword of OpenAPI 3.0: it would be ignored", fix)
        elif keyword in known or keyword.startswith("x-"):
            continue
        elif meant := closest_match(keyword, sorted(known), _MISSPELLED):
            fix = f"Did you mean {meant}? If it is a word of your own, call it x-{keyword}."
            yield part.problem(f"the keyword {keyword} is not supported", fix)


def _has_no_more_items(schema: Node) -> bool:
    """Whether no element of an array comes after those that are listed one by one."""
    listed, most = schema.get_value("prefixItems", schema.get_value("items")), schema.get_value("maxItems")
    return not isinstance(listed, list) or (isinstance(most, int) and most <= len(listed))


def _is_3_0(schema: Node) -> bool:
    return str(schema.document.root.get("openapi")).startswith("3.0")


def _words_of_3_1(schema: Node) -> Iterator[Problem]:
    """What OpenAPI 3.0 does not have, or ignores (3.0.3, 4.7.24)."""
    for word, fix in _ONLY_IN_3_1.items():
        part = schema.get(word)
        if part is not None:
            yield part.problem(f"{word} of a schema is not a keyword of OpenAPI 3.0", fix)
    declared = schema.get("type")
    if declared is not None and (isinstance(declared.value, list) or declared.value == "null"):
        fix = "Use one type, with `nullable: true` for null, or `anyOf` for several types."
        yield declared.problem("a type is a single word other than null in OpenAPI 3.0", fix)
    for exclusive, bound in _BOUNDS:
        part = schema.get(exclusive)
        if part is not None and not isinstance(part.value, bool):
            fix = f"Use `{bound}: {part.value}` with `{exclusive}: true`."
            yield part.problem(f"{exclusive} is true or false in OpenAPI 3.0", fix)


def _words_of_3_0(schema: Node) -> Iterator[Problem]:
    """What OpenAPI 3.1 does not have: JSON Schema has other words for it."""
    nullable = schema.get("nullable")
    types = schema.get_value("type")
    is_choice = any(choice == {"type": "null"} for choice in schema.get_value("anyOf", []))
    has_null = is_choice or (isinstance(types, list) and "null" in types)
    if nullable is not None and nullable.value and not has_null:
        kind = base_type(schema)
        fix = f'Use `type: [{kind}, "null"]`' if kind else 'Use `anyOf: [..., {type: "null"}]`'
        fix = f"{fix} instead of `nullable: true`."
        yield nullable.problem("nullable is not a keyword of OpenAPI 3.1: null would be rejected", fix)
    for exclusive, bound in _BOUNDS:
        part = schema.get(exclusive)
        if part is not None and isinstance(part.value, bool):
            limit = schema.get_value(bound)
            fix = (
                "Remove it."
                if limit is None
                else f"Use `{exclusive}: {limit}` instead of `{bound}: {limit}`."
            )
            yield part.problem(f"{exclusive} is a number in OpenAPI 3.1", fix if part.value else "Remove it.")


def _check_type(schema: Node) -> Iterator[Problem]:
    declared = schema.get_value("type", [])
    for kind in declared if isinstance(declared, list) else [declared]:
        if kind not in _TYPES:
            meant = closest_match(str(kind), sorted(_TYPES))
            fix = f"Did you mean {meant}?" if meant else f"Available types: {', '.join(sorted(_TYPES))}."
            yield (schema.get("type") or schema).problem(f"there is no type {kind}", fix)


def _subschemas(schema: Node) -> Iterator[tuple[str, Node]]:
    """Yield the schemas inside a schema, without those that it references."""
    if not isinstance(schema.value, dict) or HOLDERS.isdisjoint(schema.value):
        return
    inside: list[tuple[str, Node]] = []
    for word in SCHEMA_MAPPINGS:
        mapping = schema.get(word)
        inside += mapping.items() if mapping else ()
    for word in SINGLE_SCHEMAS:
        part = schema.get(word)
        inside += [(word, part)] if part and isinstance(part.value, dict) else []
    for word in SCHEMA_LISTS:
        choices = schema.get(word)
        inside += [(word, part) for part in choices.elements()] if choices else []
    yield from ((name, part) for name, part in inside if part.pointer.startswith(schema.pointer + "/"))

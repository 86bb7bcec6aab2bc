"""Rules about defaults: each one is a value of its schema, and of the column that it fills."""

from collections.abc import Iterator
from typing import Any

from freehold.contract.operations.column_values import number_fits
from freehold.contract.operations.inference import operations
from freehold.contract.resources import properties, resources
from freehold.contract.rows.column_types import (
    accepts,
    base_type,
    column_type,
    default_value,
    without_null,
)
from freehold.contract.validation.json_text import unstorable
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.rules.schemas import all_schemas

_PLAIN = {"string", "integer", "number", "boolean"}
_CONVERTED = {"uuid", "date", "date-time", "time", "byte", "binary"}
_PARTS_OF_OBJECTS = {"properties", "patternProperties", "allOf", "anyOf", "oneOf"}


def valid_defaults(document: Document) -> Iterator[Problem]:
    """A default matches its own schema (JSON Schema 2020-12), and fits its column."""
    used = _filled_schemas(document)
    for schema in all_schemas(document):
        if not isinstance(schema.value, dict) or "default" not in schema.value:
            continue
        default, place = schema.value["default"], schema.get("default") or schema
        if not accepts(schema, default):
            fix = "Use a default that the schema allows. Or remove the default."
            yield place.problem("the default does not match its schema", fix)
        elif default is not None and schema.pointer in used and not _is_json_scalar(schema):
            what = "only strings, numbers, booleans, arrays of them and free objects can have a default"
            yield place.problem(what, "Remove the default, or use null instead.")
        elif unstorable(default):
            fix = "Remove this character."
            yield place.problem("PostgreSQL cannot store U+0000 or half of a surrogate pair", fix)
        elif not _fits(without_null(schema), default_value(schema)):
            fix = "Use a smaller number, or fewer digits. Or remove the default."
            yield place.problem("the default does not fit its column", fix)


def _filled_schemas(document: Document) -> set[str]:
    """The pointers of the schemas whose defaults the service fills in: of columns, bodies and parameters."""
    found = operations(document)
    objects = [*resources(document).values(), *(body for o in found if (body := o.row_body()))]
    filled = [prop for schema in objects for prop in properties(schema).values()]
    filled += [schema for o in found for p in o.parameters() if (schema := p.get("schema"))]
    return {schema.pointer for schema in filled}


def _fits(schema: Node, default: Any) -> bool:
    """Whether the numbers of a default fit a column."""
    if isinstance(default, list):
        items = schema.get("items")
        return items is None or all(_fits(without_null(items), item) for item in default)
    return number_fits(schema, default)


def _is_free_map(schema: Node) -> bool:
    """Whether a value is an object about whose properties nothing is said: it is its JSON."""
    is_object = base_type(schema) == "object" and column_type(schema).column == "JSONB"
    return is_object and not _PARTS_OF_OBJECTS & schema.value.keys()


def _is_json_scalar(schema: Node) -> bool:
    """Whether a value has the same representation in JSON and Python, unlike a date, or is a decimal."""
    is_empty, schema = schema.get_value("default") == [], without_null(schema)
    if _is_free_map(schema) or (is_empty and base_type(schema) == "array"):
        return True
    if base_type(schema) != "array":
        return base_type(schema) in _PLAIN and schema.get_value("format") not in _CONVERTED
    items = schema.get("items")
    converted = {*_CONVERTED, "decimal"}
    return items is not None and base_type(items) in _PLAIN and items.get_value("format") not in converted

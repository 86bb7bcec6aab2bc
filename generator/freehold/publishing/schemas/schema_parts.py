"""Reads and changes the schemas of an OpenAPI document."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from freehold.contract.validation.schema_dialect import SCHEMA_LISTS, SCHEMA_MAPPINGS, SINGLE_SCHEMAS
from freehold.contract.vocabulary import DECIDING_KEYWORDS
from freehold.publishing.tree import Part, objects
from freehold.reading.json_pointers import escape_token, unescape_token

_SCHEMAS = "#/components/schemas/"


def copy_of(value: Any) -> Any:
    """Return a deep copy in which no part is at two places, as an alias of YAML can be."""
    if isinstance(value, Mapping):
        return {key: copy_of(part) for key, part in value.items()}
    return [copy_of(part) for part in value] if isinstance(value, list) else value


def is_3_0(root: Part) -> bool:
    """Whether a document is one of OpenAPI 3.0."""
    return str(root.get("openapi", "")).startswith("3.0")


def named_schemas(root: Part) -> dict[str, Any]:
    """Return the schemas in `components` by name. The result is a part of the document."""
    schemas: dict[str, Any] = root.setdefault("components", {}).setdefault("schemas", {})
    return schemas


def reference_to(name: str) -> Part:
    """Return a reference to a named schema."""
    return {"$ref": _SCHEMAS + escape_token(name)}


def referred_name(schema: Any) -> str | None:
    """Return the name of the schema that a reference refers to, or None for what is no such reference."""
    reference = schema.get("$ref") if isinstance(schema, Mapping) else None
    if not isinstance(reference, str) or not reference.startswith(_SCHEMAS):
        return None
    token = unquote(reference).removeprefix(_SCHEMAS)
    return None if "/" in token else unescape_token(token)


def constraints(schema: Mapping[str, Any]) -> set[str]:
    """Return the keywords of a schema that decide which values it accepts."""
    return {*DECIDING_KEYWORDS & schema.keys()}


def change_schemas(schema: Any, change: Callable[[Part], Any]) -> Any:
    """Apply a function to each schema inside a schema, the innermost first, and to the schema itself.

    The function returns what takes the place of a schema.
    """
    if not isinstance(schema, dict):
        return schema
    for word in SCHEMA_LISTS:
        if isinstance(schema.get(word), list):
            schema[word] = [change_schemas(part, change) for part in schema[word]]
    for word in SCHEMA_MAPPINGS:
        if isinstance(schema.get(word), dict):
            schema[word] = {name: change_schemas(part, change) for name, part in schema[word].items()}
    for word in SINGLE_SCHEMAS:
        if word in schema:
            schema[word] = change_schemas(schema[word], change)
    return change(schema)


def change_all_schemas(root: Part, change: Callable[[Part], Any]) -> None:
    """Apply a function to each schema of a document, the innermost first. It returns the replacement."""
    for holder, key in schema_holders(root):
        holder[key] = change_schemas(holder[key], change)


def schema_holders(root: Part) -> Iterator[tuple[Part, str]]:
    """Yield where each schema is that is in no other schema: an object of the document, and its key."""
    for kind, part in [*objects(root)]:
        if kind == "components" and isinstance(part.get("schemas"), dict):
            yield from ((part["schemas"], name) for name in part["schemas"])
        elif kind in ("parameter", "header", "media") and isinstance(part.get("schema"), dict):
            yield part, "schema"

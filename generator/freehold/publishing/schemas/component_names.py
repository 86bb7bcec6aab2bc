"""Names of schemas that the served document adds to `components`. Names of the contract come first."""

import re
from typing import Any

from freehold.contract.operations.request_bodies import fresh_name
from freehold.publishing.schemas.schema_parts import named_schemas, reference_to
from freehold.publishing.tree import Part

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_LONGEST_NAME = 100


def component_name(*words: str) -> str:
    """Return the words as one name in PascalCase: `list-tasks` and `sort` become `ListTasksSort`."""
    pieces = [piece for word in words for piece in _WORDS.findall(word)]
    name = "".join(piece if piece.isupper() else piece.capitalize() for piece in pieces)
    return (name if name[:1].isalpha() else f"Schema{name}")[:_LONGEST_NAME]


def add_component(root: Part, wanted: str, schema: Any) -> Part:
    """Add a schema to `components` and return a reference to it. A taken name gets a number."""
    schemas = named_schemas(root)
    name = fresh_name(schemas, wanted)
    schemas[name] = schema
    return reference_to(name)

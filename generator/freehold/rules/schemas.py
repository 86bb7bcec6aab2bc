"""Rules about schemas: what a keyword says is honoured, or it is refused."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from freehold.columns import base_type, present
from freehold.contract import Document, Node
from freehold.naming import LONGEST, allowed
from freehold.problems import Problem
from freehold.vocabulary import operations, schemas

_ANNOTATIONS = {"title", "description", "examples", "example", "deprecated", "externalDocs", "$comment"}
_STRUCTURE = {"type", "nullable", "format", "enum", "const", "default", "readOnly", "writeOnly", "items"}
_OBJECTS = {"properties", "required", "additionalProperties", "allOf", "oneOf", "anyOf", "discriminator"}
_LIMITS = {"minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_HONOURED = _ANNOTATIONS | _STRUCTURE | _OBJECTS | _LIMITS | {"multipleOf", "minItems", "maxItems"}
_TYPES = {"string", "integer", "number", "boolean", "object", "array"}
_COMPOSED = ("allOf", "oneOf", "anyOf")
_LOOKS = re.compile(r"\(\?[=!<]|\\[1-9]")


def names(document: Document) -> Iterator[Problem]:
    """The name of a schema becomes the name of a class."""
    for name, schema in schemas(document):
        if not allowed(name) or "-" in name:
            fix = f"Use letters, digits and `_`, {LONGEST} at most, and no word that Python needs for itself."
            yield schema.problem(f"a schema cannot be called {name}", fix)


def keywords(document: Document) -> Iterator[Problem]:
    """Each keyword of each schema is one that the service holds."""
    for _, schema in schemas(document):
        yield from _inside(schema)
    for operation in operations(document):
        for parameter in operation.parameters():
            inner = parameter.get("schema")
            if inner is not None:
                yield from _inside(inner)


def _inside(schema: Node) -> Iterator[Problem]:
    if not isinstance(schema.value, dict):
        yield schema.problem("a schema must be a mapping", "Write `{type: string}`, for example.")
        return
    for keyword, part in schema.items():
        if keyword not in _HONOURED and not keyword.startswith("x-"):
            close = get_close_matches(keyword, _HONOURED, 1)
            fix = (
                f"Did you mean {close[0]}?"
                if close
                else "Remove it, or say the same in words of the contract."
            )
            yield part.problem(f"the keyword {keyword} is not supported, and would not be held", fix)
    yield from _type(schema)
    yield from _pattern(schema)
    for _, inner in _parts(schema):
        yield from _inside(inner)


def _type(schema: Node) -> Iterator[Problem]:
    kind = base_type(present(schema))
    if kind not in _TYPES and not (kind is None and any(schema.get(word) for word in _COMPOSED)):
        said = schema.get("type") or schema
        close = get_close_matches(str(kind), _TYPES, 1)
        fix = f"Did you mean {close[0]}?" if close else f"Write one of {', '.join(sorted(_TYPES))}."
        yield said.problem("a schema needs one type, with or without null", fix)


def _pattern(schema: Node) -> Iterator[Problem]:
    """Patterns run in an engine that is linear in the text, which cannot look around or back."""
    pattern = schema.get("pattern")
    if pattern is None:
        return
    try:
        re.compile(str(pattern.value))
    except re.error as error:
        yield pattern.problem(f"the pattern is not a regular expression: {error}")
    if _LOOKS.search(str(pattern.value)):
        yield pattern.problem(
            "the pattern looks around or back", "Say it without (?=...), (?!...), (?<...) and \\1."
        )


def _parts(schema: Node) -> Iterator[tuple[str, Node]]:
    """The schemas that are written inside a schema, not those it refers to."""
    properties = schema.get("properties")
    inside = list(properties.items()) if properties else []
    items = schema.get("items")
    inside += [("items", items)] if items else []
    for word in _COMPOSED:
        choices = schema.get(word)
        inside += (
            [(word, part) for part in choices.elements() if part.plain("type") != "null"] if choices else []
        )
    yield from ((name, part) for name, part in inside if part.pointer.startswith(schema.pointer + "/"))

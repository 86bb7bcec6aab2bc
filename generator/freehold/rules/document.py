"""Rules about the structure of the contract, its version and its paths."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import jsonschema_rs

from freehold.contract import vocabulary
from freehold.ground.naming import closest_match
from freehold.ground.problems import Problem
from freehold.reading.document import Document
from freehold.reading.json_pointers import escape_token, unescape_token

_CODES = {
    "required": "FH101",
    "additionalProperties": "FH102",
    "type": "FH103",
    "enum": "FH104",
    "const": "FH104",
}
_WRITTEN_AS = {
    "object": "a mapping, such as `{}`",
    "array": "a list, such as `[]`",
    "string": "a text, in quotes if it looks like something else",
    "boolean": "`true` or `false`",
    "integer": "an integer",
    "number": "a number",
}
_VERSION = re.compile(r"3\.[01]\.\d+")


@dataclass(frozen=True)
class ShapeError:
    """A value of another type than OpenAPI requires, or an object without a required key."""

    pointer: str
    missing: str | None
    """The required key."""
    problem: Problem


def shape(document: Document) -> Iterator[Problem]:
    """Every value has the type that OpenAPI requires, so that all other rules can rely on it."""
    yield from (error.problem for error in shape_errors(document))


def shape_errors(document: Document) -> Iterator[ShapeError]:
    """Yield what differs from `shape.json` (JSON Schema 2020-12), with a code for the violated keyword."""
    meant = {
        (found.parent_pointer, found.suggestion)
        for found in vocabulary.find_unknown_keys(document.root)
        if found.suggestion
    }
    for error in _validator().iter_errors(document.root):
        pointer = "".join(f"/{escape_token(str(step))}" for step in error.instance_path)
        name = pointer.rpartition("/")[2] or "the contract"
        missing = getattr(error.kind, "property", None)
        if (pointer, missing) in meant:
            continue
        fix = f"Add `{missing}: ...`." if missing else _allowed_values_fix(error) or _type_fix(error)
        what = f"{unescape_token(name)}: {error.message}"
        yield ShapeError(pointer, missing, document.problem(pointer, what, fix, _code_of(error)))


def _type_fix(error: jsonschema_rs.ValidationError) -> str:
    """Say what a value of another type has to be, or nothing."""
    wanted = [_WRITTEN_AS[word] for word in getattr(error.kind, "types", ()) if word in _WRITTEN_AS]
    return f"Write {', or '.join(wanted)}." if wanted else ""


def _allowed_values_fix(error: jsonschema_rs.ValidationError) -> str:
    """Return the allowed values of an enum, and a suggestion for a misspelled value."""
    options = getattr(error.kind, "options", None) or [getattr(error.kind, "expected_value", None)]
    known = [json.dumps(option).strip('"') for option in options if option is not None]
    meant = closest_match(str(error.instance), known)
    allowed = f"Allowed values: {', '.join(known)}." if known else ""
    return f"Did you mean {meant}? {allowed}" if meant else allowed


def _code_of(error: jsonschema_rs.ValidationError) -> str:
    """Return the code for the violated keyword."""
    if error.instance_path and error.instance_path[-1] == "$ref":
        return "FH106"
    return _CODES.get(str(error.schema_path[-1]), "FH105")


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    text = (files("freehold") / "rules" / "shape.json").read_text("utf-8")
    return jsonschema_rs.Draft202012Validator(json.loads(text))


def version(document: Document) -> Iterator[Problem]:
    """The version of OpenAPI is 3.1 or 3.0."""
    found = document.root_node.get("openapi")
    if found and not _VERSION.fullmatch(found.value):
        fix = "Use OpenAPI 3.1 (`openapi: 3.1.0`) or 3.0."
        yield found.problem(f"OpenAPI {found.value} is not supported", fix)

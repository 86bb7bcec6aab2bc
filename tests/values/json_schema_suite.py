"""The JSON-Schema-Test-Suite, read from ../shared/suites and rewritten as components of a contract."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from tests.values.contracts import Entry
from tests.values.json_text import Json, read
from tests.values.shared import SUITES

SUITE = SUITES / "json-schema" / "tests"
MISSING_SUITE = "the JSON-Schema-Test-Suite is not at ../shared/suites"
WHOLE = ("not", "if", "then", "else", "contains", "items", "propertyNames", "additionalProperties",
         "additionalItems", "unevaluatedItems", "unevaluatedProperties", "contentSchema")  # fmt: skip
LISTED = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies")
_KEPT_WHOLE = {"$id", "id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef", "$vocabulary"}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ANNOTATION = "only an annotation by default"
_RESERVED = "ab--cd.example"
"""A hostname in draft 4. 2020-12 reserves -- there (RFC 5891, 4.2.3.1), and 3.0 is translated to 2020-12."""
_WORDS_3_0 = {
    "$ref", "title", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
    "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties",
    "required", "enum", "type", "not", "allOf", "oneOf", "anyOf", "items", "properties",
    "additionalProperties", "description", "format", "default", "definitions",
}  # fmt: skip
_LEFT_OUT = {"zeroTerminatedFloats.json"}
"""In draft 4 an implementation may tell 1.0 from 1; nobody who reads JSON with JavaScript can."""


@dataclass(frozen=True)
class Case:
    """A value, and whether the suite says that it is valid."""

    name: str
    value: Json
    valid: bool


@dataclass(frozen=True)
class Group:
    """A schema of the suite with its cases."""

    title: str
    written: Json
    """The schema as the suite has it."""
    entry: Entry
    cases: tuple[Case, ...]


def draft_2020_12() -> list[Group]:
    """All cases but those that take `format` for an annotation: this service asserts formats."""
    return list(_groups("draft2020-12", lambda _: True))


def draft_4() -> list[Group]:
    """The cases that are written in words of OpenAPI 3.0."""
    return list(_groups("draft4", _in_words_of_3_0))


def _groups(draft: str, fits: Callable[[Json], bool]) -> Iterator[Group]:
    number = 0
    for file in sorted((SUITE / draft).rglob("*.json")):
        name = file.relative_to(SUITE / draft).with_suffix("").as_posix()
        for group in read(file.read_bytes()) if file.name not in _LEFT_OUT else ():
            if fits(group["schema"]):
                number += 1
                yield _group(f"{name}: {group['description']}", group, f"v{number}")


def _group(title: str, group: Json, name: str) -> Group:
    cases = tuple(
        Case(test["description"], test["data"], test["valid"])
        for test in group["tests"]
        if _ANNOTATION not in test["description"] and test["data"] != _RESERVED
    )
    return Group(title, group["schema"], rewrite(group["schema"], name), cases)


def rewrite(schema: Json, name: str) -> Entry:
    """The schema as components: `$defs` beside it, and references led to their new places."""
    top = f"#/components/schemas/{name.capitalize()}"
    if not isinstance(schema, dict):
        return Entry(name, schema)
    plain = {key: value for key, value in schema.items() if key != "$schema" or value != _DIALECT}
    apart = [] if any(_KEPT_WHOLE & set(part) for part in subschemas(plain)) else ["$defs", "definitions"]
    moved: dict[str, str] = {}
    parts: dict[str, Json] = {}
    for word in apart:
        for key, part in plain.get(word, {}).items():
            moved[f"/{word}/{key}"] = f"{name.capitalize()}D{len(moved)}"
            parts[moved[f"/{word}/{key}"]] = part
    rest = {key: value for key, value in plain.items() if key not in apart}

    def lead(reference: str) -> str:
        if reference != "#" and not reference.startswith("#/"):
            return reference
        pointer = reference[1:]
        steps = pointer.split("/")
        target = moved.get("/".join(_unescape(step) for step in steps[:3]))
        if target is None:
            return top + pointer
        return "/".join([f"#/components/schemas/{target}", *steps[3:]])

    return Entry(name, _led(rest, lead), {key: _led(part, lead) for key, part in parts.items()})


def _unescape(step: str) -> str:
    return unquote(step).replace("~1", "/").replace("~0", "~")


def _led(schema: Json, lead: Callable[[str], str]) -> Json:
    """The schema with other references. A `$ref` in a value, or as a name, is no reference."""
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Json] = {}
    for word, said in schema.items():
        if word in NAMED and isinstance(said, dict):
            made[word] = {key: _led(part, lead) for key, part in said.items()}
        elif word in LISTED and isinstance(said, list):
            made[word] = [_led(part, lead) for part in said]
        elif word in WHOLE:
            made[word] = _led(said, lead)
        else:
            made[word] = lead(said) if word == "$ref" and isinstance(said, str) else said
    return made


def subschemas(schema: Json) -> Iterator[Mapping[str, Json]]:
    """A schema and every schema in it, where each is an object."""
    if not isinstance(schema, dict):
        return
    yield schema
    for word, said in schema.items():
        parts: list[Json] = []
        if word in NAMED and isinstance(said, dict):
            parts = list(said.values())
        elif word in LISTED and isinstance(said, list):
            parts = said
        elif word in WHOLE:
            parts = [said]
        for part in parts:
            yield from subschemas(part)


def _in_words_of_3_0(schema: Json) -> bool:
    return isinstance(schema, dict) and all(
        set(part) <= _WORDS_3_0
        and isinstance(part.get("type", ""), str)
        and part.get("type") not in ("null", "any")
        and not isinstance(part.get("items"), list)
        and str(part.get("$ref", "#")).startswith("#")
        and ("definitions" not in part or part is schema)
        for part in subschemas(schema)
    )


def patterns(schema: Json) -> Iterator[str]:
    """Every regular expression in a schema."""
    for part in subschemas(schema):
        if isinstance(part.get("pattern"), str):
            yield part["pattern"]
        yield from part.get("patternProperties", {})


def looks_around(pattern: str) -> bool:
    """Whether an engine would have to go back for this pattern."""
    return bool(re.search(r"\(\?<?[=!]|\\[1-9]|\\k<", pattern))


def available() -> bool:
    return SUITE.is_dir()

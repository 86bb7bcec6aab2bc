"""Rules about patterns, enum values, and readOnly or writeOnly inside values."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from freehold.contract.normalizing.patterns.lookaheads import LOOKAROUND
from freehold.contract.operations.column_values import integer_bounds, is_stored, number_fits
from freehold.contract.operations.inference import operations
from freehold.contract.resources import columns_of, resources
from freehold.contract.rows.column_types import base_type
from freehold.contract.rows.hidden_parts import EACH_ITEM, HiddenPlace, Place, hidden_places
from freehold.contract.validation.json_text import unstorable
from freehold.contract.validation.schema_dialect import (
    HOLDERS,
    SCHEMA_LISTS,
    SCHEMA_MAPPINGS,
    SINGLE_SCHEMAS,
)
from freehold.contract.validation.validators import matcher
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.rules.foreign_patterns import ecma_pattern, is_foreign
from freehold.rules.schemas import all_schemas

_FLAGS = re.compile(r"\(\?[a-zA-Z#P-]")
_REPETITION = re.compile(r"\{(\d+)?(?:,(\d+)?)?\}")
_MAX_REPETITIONS = 1000  # repetitions
_MAX_LENGTH = 2000  # characters of a pattern


def patterns(document: Document) -> Iterator[Problem]:
    """Patterns can be matched in linear time, so they have no lookaround or backreferences."""
    for schema in all_schemas(document):
        pattern, by_name = schema.get("pattern"), schema.get("patternProperties")
        if pattern is not None:
            yield from (pattern.problem(what, fix) for what, fix in _pattern_problems(str(pattern.value)))
        for name, part in by_name.items() if by_name else ():
            yield from (part.problem(what, fix) for what, fix in _pattern_problems(name))


@cache
def _pattern_problems(pattern: str) -> tuple[tuple[str, str], ...]:
    """Return message and fix for a pattern that cannot be used."""
    if LOOKAROUND.search(pattern):
        fix = "Do not use (?=...), (?!...), (?<...) or \\1."
        return (("the pattern uses lookaround or backreferences", fix),)
    if len(pattern) > _MAX_LENGTH:
        return ((f"the pattern is longer than {_MAX_LENGTH} characters", "Use a shorter pattern."),)
    counts = [int(count[:9]) for found in _REPETITION.findall(pattern) for count in found if count]
    if any(count > _MAX_REPETITIONS for count in counts):
        fix = "Use `minLength` and `maxLength` instead."
        return ((f"the pattern repeats more than {_MAX_REPETITIONS} times", fix),)
    if _FLAGS.search(pattern):
        return (("the pattern sets flags, which ECMA-262 does not have", "Write both cases: [Aa]."),)
    if is_foreign(pattern):
        what = "the pattern uses a POSIX class, an escape or a quantifier that ECMA-262 does not have"
        translated = ecma_pattern(pattern)
        same = f"Use `pattern: {json.dumps(translated, ensure_ascii=False)}`." if translated else ""
        return ((what, same or "Write what ECMA-262 has: [A-Za-z], \\p{L}, ^, $."),)
    return _engine_problems(pattern)


def _engine_problems(pattern: str) -> tuple[tuple[str, str], ...]:
    """Return message and fix for a pattern that the regex engine rejects."""
    if _compiles(pattern):
        return ()
    if _compiles(_REPETITION.sub("", pattern)):
        fix = "Use fewer and smaller repetitions."
        return (("the pattern cannot be matched in linear time: it is too large", fix),)
    what = "the pattern is not a regular expression of ECMA-262 that the service can run"
    return (
        (
            what,
            "Rewrite the pattern. Write \\x00 for \\0, [\\s\\S] for [^], and a character for two surrogates.",
        ),
    )


def _compiles(pattern: str) -> bool:
    try:
        matcher(pattern)
    except ValueError:
        return False
    return True


def nested_directions(document: Document) -> Iterator[Problem]:
    """Inside values, readOnly is only where nothing sets them, and writeOnly where no answer shows them."""
    rows = list(resources(document).values())
    bodies = filter(None, (o.row_body() for o in operations(document) if o.kind != "custom"))
    yield from _directed([*rows, *bodies], "readOnly", set())
    yield from _directed(rows, "writeOnly", _held(rows))


def has_nested_directions(resource: Node) -> bool:
    """Whether the values of a resource have such parts, which may be in schemas of other resources, too."""
    found = (
        *_directed([resource], "readOnly", set()),
        *_directed([resource], "writeOnly", _held([resource])),
    )
    return bool(found)


def _held(rows: list[Node]) -> set[HiddenPlace]:
    return {place for row in rows for prop in columns_of(row).values() for place in hidden_places(prop)}


def _directed(schemas: list[Node], word: str, held: set[HiddenPlace]) -> Iterator[Problem]:
    """Yield the parts inside the values of properties that are marked with a word which nothing holds there.

    A schema can be used at several places, of which only some are held.
    """
    reached = {pointer for pointer, _, _ in held}
    found: dict[str, Node] = {}
    left = [
        step
        for part in schemas
        for prop in columns_of(part).values()
        if word != "readOnly" or prop.get_value(word) is not True
        for step in _steps(prop, (prop.pointer, ()) if prop.pointer in reached else None)
    ]
    seen: set[tuple[str, Place | None]] = set()
    while left:
        part, place = left.pop()
        is_held = place is not None and (*place, part.pointer) in held
        if is_held or (part.pointer, place) in seen:
            continue
        seen.add((part.pointer, place))
        left += _steps(part, place)
        declared = part.get(word)
        if declared is not None and declared.value:
            found[declared.pointer] = declared
    fix = f"Mark the property of the resource that it is in `{word}`, or remove it here."
    for declared in found.values():
        yield declared.problem(f"{word} inside a nested value would be ignored", fix)


def _steps(schema: Node, place: Place | None) -> Iterator[tuple[Node, Place | None]]:
    """Yield the schemas in a schema with their places; without one where no path leads to the value."""
    if not isinstance(schema.value, dict) or HOLDERS.isdisjoint(schema.value):
        return
    for word in SCHEMA_MAPPINGS:
        mapping = schema.get(word) if word != "$defs" else None
        for name, part in mapping.items() if mapping else ():
            yield part, (place[0], (*place[1], name)) if place and word == "properties" else None
    for word in SINGLE_SCHEMAS:
        single = schema.get(word)
        if single is not None:
            yield single, (place[0], (*place[1], EACH_ITEM)) if place and word == "items" else None
    for word in SCHEMA_LISTS:
        choices = schema.get(word)
        for part in choices.elements() if choices else ():
            yield part, place if word in ("allOf", "oneOf", "anyOf") else None


def enum_values(document: Document) -> Iterator[Problem]:
    """The values of enum and const are of the declared type, and PostgreSQL can store them."""
    for schema in all_schemas(document):
        choices, constant = schema.get("enum"), schema.get("const")
        declared = schema.get_value("type")
        for value in (*(choices.elements() if choices else ()), *([constant] if constant else ())):
            if unstorable(value.value):
                fix = "Remove the value."
                yield value.problem("PostgreSQL cannot store U+0000 or half of a surrogate pair", fix)
            elif None not in (declared, value.value) and not _is_of_type(declared, value.value):
                fix = f"Use a value of type {base_type(schema)}, or change the type."
                yield value.problem(f"{value.value!r} does not match the type of its schema", fix)
            elif is_stored(schema) and not number_fits(schema, value.value):
                yield value.problem(*_unfit_number(schema, value.value))


def _unfit_number(schema: Node, value: int) -> tuple[str, str]:
    """Return why a number cannot be stored as it is, and what to do."""
    bounds = integer_bounds(schema)
    if bounds is None:
        return f"no double has the value {value}, so a column cannot store it", "Remove the value."
    kind = "int32" if schema.get_value("format") == "int32" else "int64"
    wider = ", or use `format: int64`" if kind == "int32" and number_fits(_wider(schema), value) else ""
    return (
        f"{value} is not between {bounds[0]} and {bounds[1]}, as each {kind} is",
        f"Remove the value{wider}.",
    )


def _wider(schema: Node) -> Node:
    return schema._replace(value={**schema.value, "format": "int64"})


def _is_of_type(declared: Any, value: Any) -> bool:
    try:
        return jsonschema_rs.is_valid({"type": declared}, value)
    except jsonschema_rs.ValidationError:
        return True  # the type is invalid, which another rule reports

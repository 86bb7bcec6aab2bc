"""Why a value that one schema accepts may not be one of another: of a column, or of an answer."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from freehold.contract.rows.column_types import (
    ColumnType,
    allowed_values,
    base_type,
    column_type,
    is_decimal_or_number,
    is_nullable,
    without_null,
)
from freehold.contract.rows.shown_rows import all_properties, required_names
from freehold.contract.vocabulary import HELD_FORMATS
from freehold.reading.document import Node

_CHOICES = ("anyOf", "oneOf")
_TYPING = {"type", "enum", "const", "allOf", *_CHOICES}  # without them, values of all types are accepted
_INT32 = (-(2**31), 2**31 - 1)
_NARROWER_FORMATS = {("uri", "uri-reference")}  # each value of the first format is valid in the second


@dataclass(frozen=True)
class _Bound:
    """The keywords of a lower or upper limit. The last one is exclusive."""

    words: tuple[str, ...]
    tighter: Callable[..., Any]
    step: int


_LEAST = _Bound(("minimum", "minLength", "minItems", "exclusiveMinimum"), max, 1)
_MOST = _Bound(("maximum", "maxItems", "exclusiveMaximum"), min, -1)  # the column enforces maxLength

Mismatch = tuple[Node, str, str]
"""The node, the message, and the fix."""
_Seen = set[tuple[str, str]]
"""The pointers of the schemas that were compared: each pair once, also if they are inside themselves."""


def mismatches(prop: Node, target: Node, *, is_whole: bool = False) -> Iterator[Mismatch]:
    """Yield why values of one property do not fit another.

    What is inside JSON is compared if the value is stored as a whole, and not merged into what was stored.
    """
    if is_decimal_or_number(without_null(prop).value) and column_type(target).column == "Double":
        prop = _as_number(without_null(prop))  # the column converts it
    yield from _mismatches(prop, target, set() if is_whole else None)


def _as_number(decimal: Node) -> Node:
    """Return the schema of the number that is stored for a decimal."""
    kept = {word: part for word, part in decimal.value.items() if word not in ("format", "pattern")}
    return decimal._replace(value={**kept, "type": "number"})


def _mismatches(prop: Node, target: Node, seen: _Seen | None) -> Iterator[Mismatch]:
    """Yield why a value does not fit. Without a set of what was seen, what is inside JSON is not compared."""
    own_type, target_type = column_type(prop), column_type(target)
    prop, target = without_null(prop), without_null(target)
    if prop.pointer == target.pointer:
        return
    if not _has_same_kind(prop, own_type, target, target_type):
        fix = f"Use the same type: `{_type_keywords(target)}`."
        is_said = (base_type(prop), prop.get_value("format")) == (
            base_type(target),
            target.get_value("format"),
        )
        yield prop, "has a different type than", "Use the same schema in both." if is_said else fix
    elif own_type.column.startswith("ARRAY"):
        yield from _looser_limits(prop, target)
        inner, outer = prop.get("items"), target.get("items")
        yield from _mismatches(inner, outer, seen) if inner and outer else ()
    elif target_type.column != "JSONB":
        yield from _extra_values(prop, target)
        yield from _oversized(prop, own_type, target_type)
        yield from _looser_limits(prop, target)
    elif seen is not None and not target.get_value("writeOnly"):
        seen.add((prop.pointer, target.pointer))
        yield from _json_mismatches(prop, target, seen)


def _json_mismatches(prop: Node, target: Node, seen: _Seen) -> Iterator[Mismatch]:
    """Yield why JSON does not fit. Of a choice in a target, nothing is said."""
    choices = [part for word in _CHOICES if (found := prop.get(word)) for part in found.elements()]
    inner, outer = prop.get("items"), target.get("items")
    if any(word in target.value for word in _CHOICES):
        return
    if choices:
        for choice in choices:
            yield from _inner_mismatches(choice, target, seen)
    elif base_type(target) == "array":
        yield from _inner_mismatches(inner, outer, seen) if inner and outer else ()
    elif base_type(target) == "object":
        yield from _object_mismatches(prop, target, seen)


def _object_mismatches(prop: Node, target: Node, seen: _Seen) -> Iterator[Mismatch]:
    own, known = all_properties(prop), all_properties(target)
    missing = required_names(target) - required_names(prop)
    for name in (name for name in known if name in missing and not known[name].get_value("writeOnly")):
        yield prop, f"can lack {name}, which is required", f"Add {name} to its properties and to `required`."
    others = _other_values(target)
    for name, part in own.items():
        if name not in known and others.value is False:
            yield part, f"can have {name}, which is not allowed", "Remove it."
        else:
            yield from _inner_mismatches(part, known.get(name, others), seen)
    yield from _map_mismatches(prop, target, seen)
    yield from _pattern_mismatches(prop, target, seen)


def _map_mismatches(prop: Node, target: Node, seen: _Seen) -> Iterator[Mismatch]:
    """Yield why properties that an object does not list do not fit.

    Where it says nothing about them, they are not compared with the properties that the target lists.
    """
    values, allowed = _other_values(prop), _other_values(target)
    if values.value is False:
        return
    own, known = all_properties(prop), all_properties(target)
    if "additionalProperties" in prop.value:
        for name in (name for name in known if name not in own):
            yield from _inner_mismatches(values, known[name], seen)
    fix = "Use `additionalProperties: false` here, too."
    yield from _unlisted_mismatches(values, allowed, fix, seen)


def _pattern_mismatches(prop: Node, target: Node, seen: _Seen) -> Iterator[Mismatch]:
    """Yield why properties whose names match a pattern do not fit those of the target that do, or others."""
    patterns, others = prop.get("patternProperties"), target.get("patternProperties")
    for pattern, part in patterns.items() if patterns else ():
        allowed = (others.get(pattern) if others else None) or _other_values(target)
        yield from _unlisted_mismatches(part, allowed, "Remove it, or use it in both.", seen)


def _unlisted_mismatches(values: Node, allowed: Node, fix: str, seen: _Seen) -> Iterator[Mismatch]:
    if allowed.value is False:
        yield values, "can have properties that are not allowed", fix
    else:
        yield from _inner_mismatches(values, allowed, seen)


def _other_values(schema: Node) -> Node:
    """Return the schema of the properties that an object does not list, or False."""
    declared = schema.get("additionalProperties")
    if declared and (declared.value is False or isinstance(declared.value, dict)):
        return declared
    return schema._replace(pointer=f"{schema.pointer}/additionalProperties", value={})


def _inner_mismatches(prop: Node, target: Node, seen: _Seen) -> Iterator[Mismatch]:
    pair = prop.pointer, target.pointer
    are_schemas = isinstance(prop.value, dict) and isinstance(target.value, dict)
    if pair in seen or prop.pointer == target.pointer or not (are_schemas and target.value.keys() & _TYPING):
        return
    seen.add(pair)
    if is_nullable(prop) and not is_nullable(target):
        yield prop, "can have null where it is not allowed", "Remove null here, or allow null in both."
    if base_type(target) is not None or column_type(target).column != "JSONB":
        yield from _mismatches(prop, target, seen)


def _has_same_kind(prop: Node, own_type: ColumnType, target: Node, target_type: ColumnType) -> bool:
    """Whether both have the same type and format. Limits may differ."""
    if _column_family(own_type) != _column_family(target_type):
        return _column_family(own_type) == "Integer" and target_type.column == "Double"
    if target_type.column == "JSONB":
        is_choice = any(word in prop.value for word in _CHOICES)
        return base_type(target) is None or is_choice or base_type(prop) == base_type(target)
    declared, wanted = prop.get_value("format"), target.get_value("format")
    if (
        _column_family(target_type) != "Text"
        or allowed_values(prop)
        or wanted == declared
        or wanted not in HELD_FORMATS
    ):
        return True
    return (declared, wanted) in _NARROWER_FORMATS


def _column_family(types: ColumnType) -> str:
    """Return the column type without its size."""
    if types.column.startswith("ARRAY"):
        return "ARRAY"
    if types.column.startswith("String"):
        return "Text"
    return "Integer" if types.column == "BigInteger" else str(types.column)


def _extra_values(prop: Node, target: Node) -> Iterator[Mismatch]:
    """Yield values that are not in the enum of the resource."""
    wanted = {json.dumps(value) for value in allowed_values(target)}
    choices = prop.get("enum")
    declared = list(choices.elements()) if choices else [value for value in [prop.get("const")] if value]
    fix = f"Use `enum: [{', '.join(map(str, allowed_values(target)))}]`, or a subset."
    if wanted and not declared:
        yield prop, "accepts values that are not allowed", fix
    for value in declared if wanted else ():
        if value.value is not None and json.dumps(value.value) not in wanted:
            yield value, f"accepts {value.value}, which is not allowed", fix


def _oversized(prop: Node, own_type: ColumnType, target_type: ColumnType) -> Iterator[Mismatch]:
    """Yield strings that are longer, and integers that are larger, than the column allows."""
    if target_type.column.startswith("String"):
        upper = int(target_type.column.removeprefix("String(").removesuffix(")"))
        max_length = max(map(len, map(str, allowed_values(prop))), default=prop.get_value("maxLength"))
        if max_length is None or max_length > upper:
            place = prop.get("maxLength") or prop
            yield place, "can be longer than", f"Use `maxLength: {upper}` or less."
    if (own_type.column, target_type.column) == ("BigInteger", "Integer") and not _is_int32(prop):
        yield prop, "can be larger than", "Use the same format: `format: int32`."


def _looser_limits(prop: Node, target: Node) -> Iterator[Mismatch]:
    """Yield values that violate a limit or the pattern of the resource."""
    if target.get_value("writeOnly") or (allowed_values(target) and not allowed_values(prop)):
        return  # never returned, or reported by the enum check
    for side, more in ((_LEAST, "more"), (_MOST, "less")):
        own_limit, target_limit = _limit(prop, side), _limit(target, side)
        for word in (word for word in side.words if target_limit is not None and word in target.value):
            if own_limit is None or side.tighter(own_limit, target_limit) != own_limit:
                fix = f"Use `{word}: {target.get_value(word)}` or {more}."
                yield prop.get(word) or prop, f"can violate the {word}", fix
    pattern = target.get_value("pattern")
    if pattern is not None and prop.get_value("pattern") != pattern and not allowed_values(prop):
        yield (
            prop.get("pattern") or prop,
            "can violate the pattern",
            f"Use `pattern: {json.dumps(pattern, ensure_ascii=False)}`.",
        )


def _limit(schema: Node, side: _Bound) -> tuple[float, int] | None:
    """Return the limit of a value or length, and an offset that is not 0 if the limit is exclusive."""
    plain = (value for value in allowed_values(schema) if isinstance(value, str | int))  # others are rejected
    values = [len(value) if isinstance(value, str) else value for value in plain]
    if values:
        return (min(values) if side is _LEAST else max(values)), 0
    *inclusive, last = side.words
    found = [(schema.get_value(word), 0) for word in inclusive if word in schema.value]
    exclusive = schema.get_value(last)
    if isinstance(exclusive, bool):  # in OpenAPI 3.0
        exclusive = schema.get_value(inclusive[0]) if exclusive else None
    if exclusive is not None:
        whole = base_type(schema) == "integer"
        found.append((exclusive + side.step, 0) if whole else (exclusive, side.step))
    return side.tighter(found) if found else None


def _is_int32(prop: Node) -> bool:
    """Whether every value fits into 32 bits."""
    values = allowed_values(prop)
    lower = prop.get_value("minimum", prop.get_value("exclusiveMinimum"))
    upper = prop.get_value("maximum", prop.get_value("exclusiveMaximum"))
    values = values or [value for value in (lower, upper) if value is not None]
    return len(values) > 1 - bool(allowed_values(prop)) and all(_INT32[0] <= v <= _INT32[1] for v in values)


def _type_keywords(target: Node) -> str:
    """Return the keywords of a schema that define its type."""
    keywords = {
        word: target.get_value(word) for word in ("type", "format", "maxLength") if word in target.value
    }
    items = target.get("items")
    kind = base_type(target)
    found = [f"{word}: {kind if word == 'type' else value}" for word, value in keywords.items()]
    return ", ".join([*found, f"items: {{{_type_keywords(items)}}}"] if items else found)

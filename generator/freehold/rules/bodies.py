"""Rules about bodies: what a client may send fits the columns that it is kept in."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from freehold.contract.column_types import (
    ColumnType,
    allowed_values,
    base_type,
    column_type,
    is_nullable,
    without_null,
)
from freehold.contract.operations import ContractOperation, operations
from freehold.contract.resources import properties, resources
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_WRITING = ("create", "update", "replace")
_COMPOSED = ("allOf", "oneOf", "anyOf")
_INT32 = (-(2**31), 2**31 - 1)
_NARROWER_FORMATS = {("uri", "uri-reference")}  # each of the first is one of the second


@dataclass(frozen=True)
class _Bound:
    """The limits on one side: their words, of which the last one excludes what it names."""

    words: tuple[str, ...]
    tighter: Callable[..., Any]
    step: int


_LEAST = _Bound(("minimum", "minLength", "minItems", "exclusiveMinimum"), max, 1)
_MOST = _Bound(("maximum", "maxItems", "exclusiveMaximum"), min, -1)  # the column itself holds maxLength

Mismatch = tuple[Node, str, str]
"""Where, what is wrong with it, and what to write instead."""


def plain_objects(document: Document) -> Iterator[Problem]:
    """A body is an object, and one that sets columns says itself which."""
    for operation in operations(document):
        body = operation.body_schema()
        if body is None:
            continue
        composed = [word for word in _COMPOSED if body.get(word) is not None]
        if base_type(body) != "object" and composed != ["allOf"]:
            what = f"the request body of {operation.id} is not an object"
            yield body.problem(what, "Use `type: object` with `properties`.")
        elif composed and operation.kind in _WRITING:
            fix = f"List its properties instead of using {composed[0]}, so that its columns are known."
            yield body.problem(f"the request body of {operation.id} is composed of other schemas", fix)


def column_compatibility(document: Document) -> Iterator[Problem]:
    """What a body lets through, the column of the resource takes, and answers may show."""
    known = resources(document)
    for operation in operations(document):
        body, resource = operation.body_schema(), known.get(operation.resource or "")
        if body is None or resource is None or operation.kind not in _WRITING:
            continue
        for key, prop in _shared_properties(operation, body, resource):
            target = properties(resource)[key]
            if is_nullable(prop) and _is_required(resource, key, target):
                what = f"{key} of {body.name} can be null, but {key} of {resource.name} cannot"
                yield prop.problem(what, "Remove null here, or allow null in both.")
            for place, what, fix in _mismatches(prop, target):
                yield place.problem(f"{key} of {body.name} {what} in {resource.name}", fix)


def _shared_properties(
    operation: ContractOperation, body: Node, resource: Node
) -> Iterator[tuple[str, Node]]:
    """The properties of a body that the resource has too, and says otherwise."""
    if body.name == operation.resource:
        return
    for key, prop in properties(body).items():
        target = properties(resource).get(key)
        if target is not None and not target.get_value("readOnly") and prop.pointer != target.pointer:
            yield key, prop


def _is_required(resource: Node, key: str, target: Node) -> bool:
    """Whether the column is NOT NULL."""
    return not is_nullable(target) and (
        "default" in target.value or key in resource.get_value("required", [])
    )


def _mismatches(prop: Node, target: Node) -> Iterator[Mismatch]:
    mine, theirs = column_type(prop), column_type(target)
    prop, target = without_null(prop), without_null(target)
    if theirs is None or prop.pointer == target.pointer:
        return  # without a column the resource is refused itself
    if mine is None or not _has_same_kind(prop, mine, target, theirs):
        yield prop, "has a different type than", f"Use the same type: `{_type_keywords(target)}`."
    elif mine.column.startswith("ARRAY"):
        yield from _looser_limits(prop, target)
        inner, outer = prop.get("items"), target.get("items")
        yield from _mismatches(inner, outer) if inner and outer else ()
    elif theirs.column != "JSONB":
        yield from _extra_values(prop, target)
        yield from _oversized(prop, mine, theirs)
        yield from _looser_limits(prop, target)


def _has_same_kind(prop: Node, mine: ColumnType, target: Node, theirs: ColumnType) -> bool:
    """Whether the two are of one type and format; the limits may differ."""
    if _column_family(mine) != _column_family(theirs):
        return _column_family(mine) == "Integer" and theirs.column == "Double"
    if theirs.column == "JSONB":
        kinds = {base_type(prop), base_type(target)}
        return None in kinds or len(kinds) == 1
    said, wanted = prop.get_value("format"), target.get_value("format")
    if _column_family(theirs) != "Text" or allowed_values(prop) or wanted in (None, "password", said):
        return True
    return (said, wanted) in _NARROWER_FORMATS


def _column_family(types: ColumnType) -> str:
    """The column's type without its size."""
    if types.column.startswith("ARRAY"):
        return "ARRAY"
    if types.column.startswith("String"):
        return "Text"
    return "Integer" if types.column == "BigInteger" else str(types.column)


def _extra_values(prop: Node, target: Node) -> Iterator[Mismatch]:
    """Values that are not among those of the resource."""
    wanted = {json.dumps(value) for value in allowed_values(target)}
    choices = prop.get("enum")
    said = list(choices.elements()) if choices else [value for value in [prop.get("const")] if value]
    fix = f"Use `enum: [{', '.join(map(str, allowed_values(target)))}]`, or a subset."
    if wanted and not said:
        yield prop, "accepts values that are not allowed", fix
    for value in said if wanted else ():
        if value.value is not None and json.dumps(value.value) not in wanted:
            yield value, f"accepts {value.value}, which is not allowed", fix


def _oversized(prop: Node, mine: ColumnType, theirs: ColumnType) -> Iterator[Mismatch]:
    """Texts that are longer, and integers that are larger, than the column takes."""
    if theirs.column.startswith("String"):
        most = int(theirs.column.removeprefix("String(").removesuffix(")"))
        longest = max(map(len, map(str, allowed_values(prop))), default=prop.get_value("maxLength"))
        if longest is None or longest > most:
            place = prop.get("maxLength") or prop
            yield place, "can be longer than", f"Use `maxLength: {most}` or less."
    if (mine.column, theirs.column) == ("BigInteger", "Integer") and not _is_int32(prop):
        yield prop, "can be larger than", "Use the same format: `format: int32`."


def _looser_limits(prop: Node, target: Node) -> Iterator[Mismatch]:
    """Values that an answer may not show: beyond a limit of the resource, or of another pattern."""
    if target.get_value("writeOnly") or (allowed_values(target) and not allowed_values(prop)):
        return  # no answer shows it, or the enum is all there is to say
    for side, more in ((_LEAST, "more"), (_MOST, "less")):
        mine, theirs = _limit(prop, side), _limit(target, side)
        for word in (word for word in side.words if theirs is not None and word in target.value):
            if mine is None or side.tighter(mine, theirs) != mine:
                fix = f"Use `{word}: {target.get_value(word)}` or {more}."
                yield prop.get(word) or prop, f"can violate the {word}", fix
    said = target.get_value("pattern")
    if said is not None and prop.get_value("pattern") != said and not allowed_values(prop):
        yield prop.get("pattern") or prop, "can violate the pattern", f"Use `pattern: {said!r}`."


def _limit(schema: Node, side: _Bound) -> tuple[float, int] | None:
    """How small or large a number can be, a text or an array; beside it how far it stays away from that."""
    plain = (value for value in allowed_values(schema) if isinstance(value, str | int))  # others are refused
    values = [len(value) if isinstance(value, str) else value for value in plain]
    if values:
        return (min(values) if side is _LEAST else max(values)), 0
    found = [(schema.get_value(word), 0) for word in side.words if word in schema.value]
    exclusive = schema.get_value(side.words[-1])
    if exclusive is not None:
        whole = base_type(schema) == "integer"
        found[-1] = (exclusive + side.step, 0) if whole else (exclusive, side.step)
    return side.tighter(found) if found else None


def _is_int32(prop: Node) -> bool:
    """Whether each value fits into 32 bits."""
    values = allowed_values(prop)
    least = prop.get_value("minimum", prop.get_value("exclusiveMinimum"))
    most = prop.get_value("maximum", prop.get_value("exclusiveMaximum"))
    values = values or [value for value in (least, most) if value is not None]
    return len(values) > 1 - bool(allowed_values(prop)) and all(_INT32[0] <= v <= _INT32[1] for v in values)


def _type_keywords(target: Node) -> str:
    """The words of a schema that say its type."""
    said = {word: target.get_value(word) for word in ("type", "format", "maxLength") if word in target.value}
    items = target.get("items")
    kind = base_type(target)
    found = [f"{word}: {kind if word == 'type' else value}" for word, value in said.items()]
    return ", ".join([*found, f"items: {{{_type_keywords(items)}}}"] if items else found)

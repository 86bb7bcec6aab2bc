"""Rules about lower and upper limits."""

from collections.abc import Iterator
from math import ceil, floor

from freehold.contract.operations.column_values import integer_bounds, is_stored
from freehold.contract.rows.column_types import base_type, without_null
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.reading.referenced_files import is_data
from freehold.rules.schemas import all_schemas

_SIZES = (("minLength", "maxLength"), ("minItems", "maxItems"))
_LEAST, _MOST = ("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")
_UPPER = frozenset({"maxLength", "maxItems", *_MOST})


def empty_ranges(document: Document) -> Iterator[Problem]:
    """A lower and an upper limit allow at least one value."""
    places = {pointer.rpartition("/")[0] for pointer in document.positions if _is_upper(pointer)}
    for place in sorted(places):
        schema = document.node_at(place)
        if schema is None or not isinstance(schema.value, dict):
            continue
        for low, high in (*_SIZES, *((low, high) for low in _LEAST for high in _MOST)):
            lower, upper = schema.get_value(low), schema.get_value(high)
            if _are_numbers(lower, upper) and _is_empty(schema, low, high):
                fix = f"Change {high} so that at least one value is allowed, or remove one of the two."
                what = f"no value satisfies {low} {lower} and {high} {upper}"
                yield document.problem(f"{place}/{high}", what, fix)
    yield from _beyond_integers(document)


def _beyond_integers(document: Document) -> Iterator[Problem]:
    """A limit allows an integer of the format, or of 64 bits, where the column or the format has no other."""
    for schema in all_schemas(document):
        bounds = integer_bounds(schema) if isinstance(schema.value, dict) else None
        if bounds is None:
            continue
        is_bounded = is_stored(schema)
        for words, others, bound in ((_LEAST, _MOST, bounds[1]), (_MOST, _LEAST, bounds[0])):
            for word in words if is_bounded or not {*others} & schema.value.keys() else ():
                limit = schema.get(word)
                if limit is not None and _are_numbers(limit.value) and _excludes(word, limit.value, bound):
                    what = f"no integer that can be stored satisfies {word} {limit.value}"
                    least, most = bounds
                    yield limit.problem(what, f"Remove it, or use a value between {least} and {most}.")


def _excludes(word: str, limit: float, bound: int) -> bool:
    """Whether a limit excludes the last integer, and so each one."""
    sign = 1 if word in _LEAST else -1
    return sign * limit >= sign * bound if "exclusive" in word else sign * limit > sign * bound


def _is_upper(pointer: str) -> bool:
    return pointer.rpartition("/")[2] in _UPPER and not is_data(pointer)


def _are_numbers(*values: object) -> bool:
    """Whether all are numbers. Properties can have the name of a limit."""
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _is_empty(schema: Node, low: str, high: str) -> bool:
    lower, upper = schema.get_value(low), schema.get_value(high)
    if base_type(without_null(schema)) == "integer":
        lower = floor(lower) + 1 if low == "exclusiveMinimum" else ceil(lower)
        upper = ceil(upper) - 1 if high == "exclusiveMaximum" else floor(upper)
        return bool(lower > upper)
    return bool(lower > upper or (lower == upper and "exclusive" in low + high))

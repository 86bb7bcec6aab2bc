"""Rules about limits: some value lies between the least and the most."""

from collections.abc import Iterator
from math import ceil, floor

from freehold.contract.column_types import base_type, without_null
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_SIZES = (("minLength", "maxLength"), ("minItems", "maxItems"))
_LEAST, _MOST = ("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")
_UPPER = frozenset({"maxLength", "maxItems", *_MOST})


def empty_ranges(document: Document) -> Iterator[Problem]:
    """Whoever says a least and a most leaves something between them."""
    places = {pointer.rpartition("/")[0] for pointer in document.positions if _is_upper(pointer)}
    for place in sorted(places):
        schema = document.node_at(place)
        if schema is None or not isinstance(schema.value, dict):
            continue
        for low, high in (*_SIZES, *((low, high) for low in _LEAST for high in _MOST)):
            least, most = schema.get_value(low), schema.get_value(high)
            if _are_numbers(least, most) and _is_empty(schema, low, high):
                fix = f"Change {high} so that at least one value is allowed, or remove one of the two."
                what = f"no value satisfies {low} {least} and {high} {most}"
                yield document.problem(f"{place}/{high}", what, fix)


def _is_upper(pointer: str) -> bool:
    return pointer.rpartition("/")[2] in _UPPER and "/example" not in pointer


def _are_numbers(*values: object) -> bool:
    """Not so for properties that are called as a limit is."""
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _is_empty(schema: Node, low: str, high: str) -> bool:
    least, most = schema.get_value(low), schema.get_value(high)
    if base_type(without_null(schema)) == "integer":
        least = floor(least) + 1 if low == "exclusiveMinimum" else ceil(least)
        most = ceil(most) - 1 if high == "exclusiveMaximum" else floor(most)
        return bool(least > most)
    return bool(least > most or (least == most and "exclusive" in low + high))

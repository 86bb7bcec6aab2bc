"""Schemas and bodies of about one mebibyte that make a careless judge work for minutes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.values.contracts import Entry
from tests.values.json_text import Json

SIZE = 1_040_000  # bytes, a little below what the service takes
DEPTH = 28  # levels, a little below what the service reads
NAME = r"^[\p{L}\p{M} '-]{1,200}$"
_TREE = {"$ref": "#/components/schemas/TreeD0"}


@dataclass(frozen=True)
class Expensive:
    """A schema, the value to send, the status that it must get, and what it may cost beyond parsing at most.

    The unit is what json.loads takes for a mebibyte of numbers, which is about 10 ms.
    """

    entry: Entry
    make: Callable[[], Json]
    status: int
    most: float = 5

    def body(self) -> bytes:
        return json.dumps({self.entry.name: self.make()}, ensure_ascii=False).encode()


def _filled(item: Json, last: Json | None = None) -> list[Json]:
    """A list as long as a body can be."""
    each = len(json.dumps(item, ensure_ascii=False).encode()) + 2
    made = [item] * (SIZE // each)
    return made if last is None else [*made[1:], last]


def _nested(leaf: Json, depth: int) -> Json:
    made = leaf
    for _ in range(depth):
        made = {"l": made}
    return made


def _choices(count: int) -> Json:
    branches = [
        {
            "type": "object",
            "required": ["kind", "v"],
            "properties": {"kind": {"const": f"k{number}"}, "v": {"type": "integer"}},
        }
        for number in range(count)
    ]
    return {"type": "array", "items": {"oneOf": branches}}


_PARTS: Mapping[str, Json] = {
    "TreeD0": {
        "anyOf": [
            {"type": "null"},
            {"type": "object", "properties": {"l": _TREE}, "additionalProperties": False},
            {"type": "object", "properties": {"l": _TREE, "x": {"type": "integer"}}},
            {"type": "array", "items": _TREE},
        ]
    }
}
_TREES: Json = {"type": "array", "items": _TREE}
_MANY = _choices(30)
_STRICT: Json = {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": False}
_MAP: Json = {
    "type": "object",
    "patternProperties": {r"^\p{L}+$": {"type": "integer"}},
    "additionalProperties": False,
}
_NAMES: Json = {"type": "array", "items": {"type": "string", "pattern": NAME}}


def _list_of(items: Json, **limits: Json) -> Json:
    return {"type": "array", "items": items, **limits}


BODIES = [
    Expensive(Entry("tree", _TREES, _PARTS), lambda: _filled(_nested("wrong", DEPTH)), 422),
    Expensive(Entry("deep", {"type": "object"}), lambda: {"a": _filled(_nested(1, DEPTH - 1))}, 201),
    Expensive(Entry("branches", _MANY), lambda: _filled({"kind": "k29", "v": "wrong"})[:20_000], 422),
    Expensive(Entry("chosen", _MANY), lambda: _filled({"kind": "k29", "v": 1})[:20_000], 201),
    Expensive(Entry("items", _list_of({"type": "object"})), lambda: [0] * 300_000, 422),
    Expensive(Entry("numbers", _list_of({"type": "integer"})), lambda: _filled({}), 422),
    Expensive(Entry("unknown", _STRICT), lambda: {f"k{number}": 0 for number in range(60_000)}, 422),
    Expensive(Entry("namedMap", _MAP), lambda: {f"k{number}": 0 for number in range(60_000)}, 422),
    Expensive(Entry("names", _NAMES), lambda: _filled("ä" * 199, "ä" * 199 + "1"), 422),
    Expensive(Entry("namesake", _NAMES), lambda: _filled("ä" * 199), 201),
    Expensive(
        Entry("long", {"type": "string", "pattern": r"^(\p{L}+ ?)+$"}), lambda: "ä" * (SIZE // 2) + "1", 422
    ),
    Expensive(
        Entry("unique", _list_of({}, uniqueItems=True)),
        lambda: [{"a": number} for number in range(60_000)],
        201,
    ),
    Expensive(
        Entry("twice", _list_of({"type": "integer"}, uniqueItems=True)),
        lambda: [*range(140_000), 0],
        422,
        most=20,  # four looks at 140,000 items, with memory for each: 10 on a quiet machine
    ),
]

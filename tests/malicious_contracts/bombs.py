"""Contracts of an allowed size that a careless reader would need hours, or all memory, for."""

import json
from collections.abc import Callable
from typing import Any

from tests.malicious_contracts.harness import PLAIN
from tests.support.contracts import SAMPLE

_LAUGHS = "\n".join(
    ["l0: &l0 [lol, lol, lol]", *(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]" for i in range(1, 9))]
)


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _with(schemas: dict[str, Any]) -> str:
    """The contract with more schemas; a property is the first of them."""
    root = json.loads(json.dumps(PLAIN))
    known = root["components"]["schemas"]
    for name in ("Bed", "BedUpdate"):
        known[name]["properties"]["bomb"] = _ref(next(iter(schemas)))
    known |= schemas
    return json.dumps(root)


def _chain(length: int, link: Callable[[str], Any]) -> str:
    links = {f"C{n}": link(f"C{n + 1}") for n in range(length)}
    return _with(links | {f"C{length}": {"type": "object"}})


def _twice(word: str) -> str:
    """Sixty levels, each made of two of the next one: 2^60 when they are written out."""
    levels = {
        f"{letter}{n}": {word: [_ref(f"C{n + 1}"), _ref(f"D{n + 1}")]} for n in range(60) for letter in "CD"
    }
    return _with(levels | {"C60": {"type": "object"}, "D60": {"type": "object"}})


def _item(value: str, count: int) -> str:
    return f"{SAMPLE}x-many: [{f'{value},' * count}1]\n"


def _in_json(value: str, count: int) -> str:
    """The contract in JSON with a member of many values, each on a line of its own."""
    start = json.dumps(PLAIN).removesuffix("}")
    opening, closing = "{}" if '":' in value else "[]"
    return f'{start}, "x-many": {opening}{f"{value},{chr(10)}" * count}{value}{closing}}}'


BOMBS: dict[str, Callable[[], str]] = {
    "aliases of aliases": lambda: _LAUGHS,
    "brackets": lambda: "[" * 1_000_000,
    "braces": lambda: "{a: " * 400_000,
    "a list of a million numbers": lambda: _item("1", 900_000),
    "many mappings": lambda: _item("{a: 1}", 200_000),
    "many tags": lambda: _item("!a 1", 99_000),
    "many keys twice": lambda: f"{SAMPLE}x-many: {{{'a: 1,' * 45_000}}}\n",
    "many keys twice in JSON": lambda: _in_json('"a": 1', 90_000),
    "many numbers too large in JSON": lambda: _in_json("1e999", 90_000),
    "many halves of characters in JSON": lambda: _in_json(r'"\ud800"', 90_000),
    "many words that YAML 1.1 reads otherwise": lambda: _item("no", 90_000),
    "many lines that end unseen": lambda: f"{SAMPLE}# {chr(0x85) * 500_000}\n",
    "a number with many underscores": lambda: f"{SAMPLE}x-many: 1{'_' * 1_000_000}x\n",
    "a fraction with many underscores": lambda: f"{SAMPLE}x-many: 1.{'_' * 1_000_000}x\n",
    "a time of many minutes": lambda: f"{SAMPLE}x-many: {':1' * 900_000}x\n",
    "a number of many digits": lambda: f"{SAMPLE}x-many: {'1' * 1_500_000}\n",
    "a long chain of references": lambda: _chain(2000, _ref),
    "a long chain of lists": lambda: _chain(900, lambda name: {"type": "array", "items": _ref(name)}),
    "a long chain of choices": lambda: _chain(900, lambda name: {"anyOf": [_ref(name), {"type": "null"}]}),
    "a long chain of objects": lambda: _chain(2000, lambda name: {"properties": {"a": _ref(name)}}),
    "choices of choices": lambda: _twice("anyOf"),
    "one of one of": lambda: _twice("oneOf"),
    "all of all of": lambda: _twice("allOf"),
    "a schema of itself": lambda: _with({"A": {"allOf": [_ref("A")]}}),
    "two schemas of each other": lambda: _with({"A": {"oneOf": [_ref("B")]}, "B": {"oneOf": [_ref("A")]}}),
    "a list of itself": lambda: _with({"A": {"type": "array", "items": _ref("A")}}),
    "many parts that describe": lambda: _with(
        {"A": {"allOf": [*({"title": f"{n}"} for n in range(30_000)), {"type": "string"}]}}
    ),
    "many schemas": lambda: _with({f"A{n}": {"type": "object"} for n in range(20_000)}),
    "many properties": lambda: _with({"A": {"properties": {f"a{n}": {} for n in range(15_000)}}}),
    "many operations": lambda: json.dumps(PLAIN).replace(
        '"/beds":', "".join(f'"/p{n}": {{"get": {{"responses": {{}}}}}},' for n in range(5000)) + '"/beds":'
    ),
    "many references to nothing": lambda: _with({f"A{n}": {"items": _ref(f"B{n}")} for n in range(3000)}),
    "a pattern of repetitions": lambda: _with({"A": {"type": "string", "pattern": "((a{99}){99}){99}"}}),
    "a pattern of parentheses": lambda: _with({"A": {"type": "string", "pattern": "(" * 1000 + ")" * 1000}}),
}  # fmt: skip

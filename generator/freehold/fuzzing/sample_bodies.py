"""Request bodies for tests: the examples of the contract, and else values that its schemas accept."""

import copy
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from freehold.contract.column_types import contract_schemas
from freehold.contract.operations import ContractOperation
from freehold.contract.resources import properties
from freehold.reading.document import Node

_DEPTH = 12  # of nested objects
_MARK_LENGTH = 12  # characters
_TEXTS = {
    "byte": "AAAA",
    "date": "2030-01-31",
    "date-time": "2030-01-31T12:00:00Z",
    "decimal": "1",
    "duration": "P1D",
    "email": "somebody@example.com",
    "hostname": "example.com",
    "idn-email": "somebody@example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "iri": "https://example.com/",
    "regex": "a",
    "time": "12:00:00Z",
    "uri": "https://example.com/",
    "uri-reference": "/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_FREE = {"enum", "const", "format", "pattern", "contentEncoding", "contentMediaType"}
"""Keywords that leave no freedom in a text."""


def sample_bodies(operation: ContractOperation) -> Iterator[Any]:
    """Yield valid bodies: each example of the contract, else one with the required properties.

    There is none if the contract has no example and no simple value matches the schema.
    """
    schema = operation.body_schema()
    if schema is None:
        return
    found = [body for body in map(_Fit(schema), _examples(operation)) if is_valid(schema, body)]
    composed = compose(schema)
    if not found and is_valid(schema, composed):
        found = [composed]
    yield from (body for index, body in enumerate(found) if body not in found[:index])


def compose(schema: Node, depth: int = _DEPTH) -> Any:
    """Return a simple value of a schema, as far as its keywords tell: check whether it is valid."""
    value = schema.value if isinstance(schema.value, Mapping) else {}
    declared = [*value.get("examples", ()), value.get("example"), value.get("const"), value.get("default")]
    declared += value.get("enum", ())
    for example in declared:
        if example is not None and is_valid(schema, example):
            return copy.deepcopy(example)
    for word in ("oneOf", "anyOf"):
        alternatives = list(schema.get(word).elements()) if word in value else []  # type: ignore[union-attr]
        for alternative in alternatives if depth else ():
            composed = compose(alternative, depth - 1)
            if composed is not None and is_valid(schema, composed):
                return composed
    return _of_type(schema, _main_type(value), depth)


def is_valid(schema: Node, value: object) -> bool:
    """Whether a schema of the contract accepts a value."""
    return bool(contract_schemas(schema.document).validator(schema.pointer).is_valid(value))


def mark_texts(schema: Node, body: Any) -> tuple[Any, tuple[str, ...]]:
    """Return the body with a word of its own in each text that may be any text, and these words.

    The word tells in which answers the values of a row appear; it also keeps unique values apart.
    """
    if not isinstance(body, dict):
        return body, ()
    marked = dict(body)
    words: list[str] = []
    for name, prop in properties(schema).items():
        limit = prop.get_value("maxLength", 1000)
        free = isinstance(prop.value, Mapping) and not _FREE & prop.value.keys()
        if isinstance(body.get(name), str) and free and limit >= _MARK_LENGTH:
            word = secrets.token_hex(_MARK_LENGTH // 2)
            text = f"{body[name][: limit - _MARK_LENGTH - 1]} {word}".strip()
            candidate = {**marked, name: text}
            if is_valid(schema, candidate):
                marked, words = candidate, [*words, word]
    return marked, tuple(words)


def vary(schema: Node, body: Any, names: set[str]) -> tuple[Any, tuple[str, ...]]:
    """Return the body with new values for these properties, and those of them that are texts.

    They are the parts of unique keys. A value is kept where no simple one is valid.
    """
    if not isinstance(body, dict):
        return body, ()
    varied, texts = dict(body), []
    for name in sorted(names & properties(schema).keys() & varied.keys()):
        candidates = (
            {**varied, name: value} for value in _variations(properties(schema)[name], varied[name])
        )
        varied = next((candidate for candidate in candidates if is_valid(schema, candidate)), varied)
        is_new = isinstance(varied[name], str) and varied[name] != body[name]
        texts += [varied[name]] if is_new and "enum" not in properties(schema)[name].value else []
    return varied, tuple(texts)


def _variations(schema: Node, value: object) -> Iterator[object]:
    word, number = secrets.token_hex(8), secrets.randbelow(1_000_000)
    if isinstance(value, str):
        day = f"20{secrets.randbelow(90) + 10}-{secrets.randbelow(12) + 1:02}-{secrets.randbelow(28) + 1:02}"
        uuid = f"{word[:8]}-{word[8:12]}-4{word[13:16]}-8{word[:3]}-{word}{word[:4]}"[:36]
        yield from (f"{word}@example.com", f"https://example.com/{word}", uuid, day)
        yield from (f"{day}T12:00:00Z", f"{value} {word}", f"{value}{word}", word, word[:4], word[:2])
    elif isinstance(value, int) and not isinstance(value, bool):
        low = schema.get_value("minimum", 0)
        yield from (low + number, low + number % 1000, low + number % 100, low + number % 10)
    yield from (other for other in schema.get_value("enum", ()) if other != value)


class _Fit:
    """Fits an example to the schema of a body: without what only answers have."""

    def __init__(self, schema: Node) -> None:
        self._known, self._closed = set(properties(schema)), not schema.get_value("additionalProperties")

    def __call__(self, example: Any) -> Any:
        if not isinstance(example, dict) or not self._known or not self._closed:
            return copy.deepcopy(example)
        return {name: copy.deepcopy(value) for name, value in example.items() if name in self._known}


def _examples(operation: ContractOperation) -> Iterator[Any]:
    """Yield the declared examples of a body: of its media types, then of its schema."""
    content = operation.node.get_path("requestBody", "content")
    for _, media in content.items() if content else ():
        named = media.get("examples")
        yield from [] if media.get("example") is None else [media.get_value("example")]
        yield from (entry.get_value("value") for _, entry in named.items()) if named else ()
    schema = operation.body_schema()
    if schema is not None:
        yield from schema.get_value("examples", ())
        yield from [] if schema.get("example") is None else [schema.get_value("example")]


def _main_type(schema: Mapping[str, Any]) -> str:
    types = schema.get("type", "object" if "properties" in schema or "allOf" in schema else "")
    named = types if isinstance(types, list) else [types]
    return next((name for name in named if name != "null"), "null")


def _of_type(schema: Node, kind: str, depth: int) -> Any:
    value = schema.value if isinstance(schema.value, Mapping) else {}
    if kind == "object":
        return _object(schema, depth) if depth else None
    if kind == "array":
        items = schema.get("items")
        wanted = value.get("minItems", 0)
        return [compose(items, depth - 1) for _ in range(wanted)] if items and depth else []
    if kind in ("integer", "number"):
        return _number(value)
    if kind == "boolean":
        return False
    return _text(value) if kind == "string" else None


def _object(schema: Node, depth: int) -> dict[str, Any]:
    parts = schema.get("allOf")
    composed: dict[str, Any] = {}
    for part in parts.elements() if parts else ():
        found = compose(part, depth - 1)
        composed |= found if isinstance(found, dict) else {}
    known = properties(schema)
    return composed | {
        name: compose(known[name], depth - 1) for name in schema.get_value("required", ()) if name in known
    }


def _number(schema: Mapping[str, Any]) -> Any:
    step = schema.get("multipleOf", 1)
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    candidates = [step, low, high]
    candidates += [low + step] if low is not None else []
    candidates += [high - step] if high is not None else []
    fitting = (number for number in candidates if number is not None and _is_within(schema, number))
    return next(fitting, step)


def _is_within(schema: Mapping[str, Any], number: float) -> bool:
    return (
        schema.get("minimum", number) <= number <= schema.get("maximum", number)
        and ("exclusiveMinimum" not in schema or schema["exclusiveMinimum"] < number)
        and ("exclusiveMaximum" not in schema or schema["exclusiveMaximum"] > number)
    )


def _text(schema: Mapping[str, Any]) -> str:
    shortest = schema.get("minLength", 1)
    text: str = _TEXTS.get(str(schema.get("format")), "x" * max(1, shortest))
    return text[: schema.get("maxLength", len(text))]

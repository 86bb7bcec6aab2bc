"""Request bodies for tests: the examples of the contract, and else values that its schemas accept."""

import copy
import secrets
import string
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.resources import id_property, properties
from freehold.contract.samples.maker import Maker, NoSample, is_valid
from freehold.reading.document import Node

_MARK_LENGTH = 12  # characters
_TRIES = 4  # of texts in the form of another one
_FREE = {"enum", "const", "format", "pattern", "contentEncoding", "contentMediaType"}
"""Keywords that leave no freedom in a text."""


def row_in(operation: ContractOperation, body: Any) -> Any:
    """Return the row in a body: what is in its envelope, the first of several, or the body itself."""
    row = operation.written_row()
    if row and row.is_item and isinstance(body, list):
        return body[0] if body else {}
    return body.get(row.envelope, {}) if row and row.envelope and isinstance(body, dict) else body


def shown_in(answer: Any, resource: Node) -> Any:
    """Return the row that an answer of a create shows: what is in its envelope, or the answer itself."""
    row_id = id_property(resource)
    parts = answer.values() if isinstance(answer, dict) and row_id not in answer else ()
    rows = [part for part in parts if isinstance(part, dict) and row_id in part]
    return rows[0] if len(rows) == 1 else answer


def with_row(operation: ContractOperation, body: Any, changed: Any) -> Any:
    """Return a body with another row in it."""
    row = operation.written_row()
    if row and row.is_item and isinstance(body, list):
        return [changed] if body else body
    return {**body, row.envelope: changed} if row and row.envelope else changed


def sample_bodies(operation: ContractOperation, wanted: Collection[str] = ()) -> Iterator[Any]:
    """Yield valid bodies: each example of the contract, else one with the required properties.

    Their rows have values for the `wanted` properties, too, where these are known. There is none if the
    contract has no example and no simple value matches the schema.
    """
    schema = operation.body_schema()
    if schema is None:
        return
    found = [body for body in map(_Fit(schema), _examples(operation)) if is_valid(schema, body)]
    composed = compose(schema)
    if not found and is_valid(schema, composed):
        found = [composed]
    row = operation.row_body()
    if wanted and row is not None:
        found = [
            with_row(operation, body, _with_values(row, row_in(operation, body), wanted)) for body in found
        ]
    yield from (body for index, body in enumerate(found) if body not in found[:index])


def compose(schema: Node) -> Any:
    """Return a valid value with what the schema requires, or None if no simple one is valid."""
    try:
        return Maker(required_only=True).sample(schema)
    except NoSample:
        return None


def _with_values(schema: Node, row: Any, names: Collection[str]) -> Any:
    """Return a row with a value for each of these properties that it can have, and lacks."""
    if not isinstance(row, dict):
        return row
    lacking = (name for name in properties(schema) if name in names and row.get(name) is None)
    filled = row | {name: compose(properties(schema)[name]) for name in lacking}
    return filled if is_valid(schema, filled) else row


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
        candidates = ({**varied, name: value} for value in variations(properties(schema)[name], varied[name]))
        varied = next((candidate for candidate in candidates if is_valid(schema, candidate)), varied)
        is_new = isinstance(varied[name], str) and varied[name] != body[name]
        texts += [varied[name]] if is_new and "enum" not in properties(schema)[name].value else []
    return varied, tuple(texts)


def variations(schema: Node, value: object) -> Iterator[object]:
    """Yield other values like one, by chance; not each is valid."""
    word, number = secrets.token_hex(8), secrets.randbelow(1_000_000)
    if isinstance(value, str):
        day = f"20{secrets.randbelow(90) + 10}-{secrets.randbelow(12) + 1:02}-{secrets.randbelow(28) + 1:02}"
        uuid = f"{word[:8]}-{word[8:12]}-4{word[13:16]}-8{word[:3]}-{word}{word[:4]}"[:36]
        yield from (f"{word}@example.com", f"https://example.com/{word}", uuid, day)
        yield from (f"{day}T12:00:00Z", f"{value} {word}", f"{value}{word}", word)
        likes = ("".join(map(_like, value)) for _ in range(_TRIES))
        yield from (text for text in likes if text != value)
        yield from (word[:4], word[:2])
    elif isinstance(value, int) and not isinstance(value, bool):
        low = schema.get_value("minimum", 0)
        yield from (low + number, low + number % 1000, low + number % 100, low + number % 10)
    yield from (other for other in schema.get_value("enum", ()) if other != value)


def _like(character: str) -> str:
    """Another letter for a letter, and a digit for a digit, so that a text keeps the form of its pattern."""
    for alphabet in (string.ascii_lowercase, string.ascii_uppercase, string.digits):
        if character in alphabet:
            return secrets.choice(alphabet)
    return character


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

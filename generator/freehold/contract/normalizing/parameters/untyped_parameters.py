"""Reads parameters that accept any text as text: `schema: {}`, and a choice of which a text is one part."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from freehold.contract.operations.contract_operation import parameter_holders
from freehold.contract.rows.column_types import decimal_text
from freehold.contract.vocabulary import DESCRIBING_KEYWORDS
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_CODE = "FH908"
_CHOICES = {"anyOf", "oneOf", "type"}
_SCALARS = {"string", "number", "integer", "boolean", "null"}
_FIX = "Write `type: string` into its schema, or what you mean."


def read_as_text(document: Document) -> Document:
    """Return the contract with the type of such parameters, and of elements of such arrays, with notes."""
    notes = [note for holder in parameter_holders(document) for note in _typed(holder)]
    return document.with_notes(notes).with_root(document.root) if notes else document


def _typed(holder: Node) -> Iterator[Problem]:
    """Type the parameters of a holder. Each gets a schema of its own: others can refer to the one it had."""
    parameters = holder.get("parameters")
    for parameter in parameters.elements() if parameters else ():
        schema, name = parameter.get("schema"), parameter.get_value("name")
        written = parameter.document.node_at(parameter.pointer)
        is_whole = written is not None and written.value is parameter.value
        if schema is None or not isinstance(schema.value, dict) or not is_whole:
            continue
        said = [parameter.get_value("example", ""), *_values(schema.value)]
        items = schema.value.get("items", {})
        if _is_any_text_or_scalar(schema.value):
            parameter.value["schema"] = _text_schema(schema.value)
            yield parameter.problem(f"{name} can be any text: it is a text", _FIX, _CODE)
        elif schema.value.keys() <= DESCRIBING_KEYWORDS and _are_texts(said):
            parameter.value["schema"] = {**schema.value, "type": "string"}
            yield parameter.problem(f"{name} has no type: it is a text", _FIX, _CODE)
        elif schema.value.get("type") == "array" and isinstance(items, dict):
            elements = [each for value in said if isinstance(value, list) for each in value]
            if items.keys() <= DESCRIBING_KEYWORDS and _are_texts([*_values(items), *elements]):
                parameter.value["schema"] = {**schema.value, "items": {**items, "type": "string"}}
                yield parameter.problem(f"the elements of {name} have no type: they are texts", _FIX, _CODE)


def _is_any_text_or_scalar(schema: Mapping[str, Any]) -> bool:
    """Whether a schema is a choice of any text and other scalars, such as a decimal of older pydantic."""
    said = schema.keys() - DESCRIBING_KEYWORDS
    parts = schema.get(next(iter(said))) if len(said) == 1 and said <= _CHOICES else None
    if not isinstance(parts, list):
        return False
    parts = [{"type": kind} for kind in parts] if "type" in said else parts
    kinds = [str(part.get("type")) if isinstance(part, dict) else "" for part in parts]
    texts = [part for part, kind in zip(parts, kinds, strict=True) if kind == "string"]
    is_any = any(part.keys() <= DESCRIBING_KEYWORDS | {"type"} for part in texts)
    return is_any and {*kinds} <= _SCALARS and not {*kinds} <= {"string", "null"}


def _text_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a text, with a default and examples that are texts, too."""
    kept = {word: part for word, part in schema.items() if word not in _CHOICES}
    for word in ("default", "example"):
        if word in kept:
            value = kept.pop(word)
            kept |= {word: _text_of(value)} if value is not None else {}
    if isinstance(kept.get("examples"), list):
        kept["examples"] = [_text_of(value) for value in kept["examples"] if value is not None]
    return {**kept, "type": "string"}


def _text_of(value: Any) -> str:
    """Return a value as it is written in a URL."""
    if isinstance(value, str):
        return value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return decimal_text(value) if is_number else json.dumps(value)


def _values(schema: Mapping[str, Any]) -> list[Any]:
    """The values that a schema shows: its default, and its examples."""
    examples = schema.get("examples", [])
    shown = [schema[word] for word in ("default", "example") if word in schema]
    return [*shown, *(examples if isinstance(examples, list) else [])]


def _are_texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)

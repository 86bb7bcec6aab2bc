"""What an answer says beside its row or its page: a status, a message, and what is always the same."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

from freehold.contract.rows.column_types import base_type, is_nullable, without_null
from freehold.contract.validation.schema_dialect import INTEGERS
from freehold.contract.vocabulary import DECIDING_KEYWORDS
from freehold.ground.naming import column_name, snake_case
from freehold.reading.document import Node

_MESSAGES = ("message", "msg")
_STATUS_CODES = ("status", "status_code", "http_status", "http_status_code", "code")
_SUCCESS = {
    **dict.fromkeys(("success", "is_success", "ok", "status"), True),
    **dict.fromkeys(("error", "is_error"), False),
}
_SUCCESS_TEXTS = ("success", "successful", "succeeded", "ok")
_OFTEN_ABSENT = (
    "error", "errors", "meta", "metadata", "links", "_links", "timestamp", "path", "request_id", "trace_id",
)  # fmt: skip
"""What an envelope has for other answers than this one, or for people who read logs."""
_PLAIN = frozenset({"type", "nullable", "enum", "const"})
"""What the schema of a known value says, besides words that only describe it."""
_MOST = 8
"""An object with more properties is no envelope."""
_STATUSES = range(100, 600)  # RFC 9110, 15
_CONST_TYPES = (str, int, float, bool)

Source = Literal["value", "status", "description"]


@dataclass(frozen=True)
class FixedValue:
    """The value of a property that says nothing of the row: itself, or what it is of the operation."""

    source: Source
    value: Any = None


def envelope_part(parts: Mapping[str, Node], required: Collection[str]) -> str:
    """Return the only property of an object that can have a row, or many; "" if it has none, or several.

    `parts` are its properties, and `required` those that it requires. All others are fixed, or left out.
    """
    if len(parts) == 1:
        return next(iter(parts))
    if not parts or len(parts) > _MOST or len({*map(column_name, parts)}) < len(parts):
        return ""
    open_parts = [name for name, prop in parts.items() if fixed_value(name, prop) is None]
    if len(open_parts) > 1:
        open_parts = [name for name in open_parts if not is_left_out(name, parts[name], required)]
    return open_parts[0] if len(open_parts) == 1 else ""


def fixed_value(name: str, prop: Node) -> FixedValue | None:
    """Return what a property beside a row says in each answer, or None if that is not known.

    Known are a `const` and the only value of an `enum`, and by their names a text that is a message, the
    status of the answer as a number or as a word, and whether it is a success.
    """
    plain, word = without_null(prop), snake_case(name)
    kind, example, only = base_type(plain), _example(plain), plain.get_value("enum")
    said = DECIDING_KEYWORDS & plain.value.keys() - _PLAIN
    if said - ({"format"} if plain.get_value("format") in INTEGERS else set()):
        return None
    if "const" in plain.value or (isinstance(only, list) and len(only) == 1):
        value = plain.value["const"] if "const" in plain.value else only[0]
        return FixedValue("value", value) if isinstance(value, _CONST_TYPES) else None
    if kind == "boolean" and word in _SUCCESS:
        return FixedValue("value", _SUCCESS[word])
    if kind == "integer" and word in _STATUS_CODES and only is None:
        return _status_code(word, example)
    if kind == "string" and word == "status":
        texts = [*(only if isinstance(only, list) else ()), example]
        success = [text for text in texts if isinstance(text, str) and text.lower() in _SUCCESS_TEXTS]
        return FixedValue("value", success[0]) if success else None
    is_message = kind == "string" and word in _MESSAGES and only is None
    return FixedValue("description", example if isinstance(example, str) else None) if is_message else None


def _status_code(word: str, example: object) -> FixedValue | None:
    """The status of the answer; a code that is no status, such as 0, only if the contract has it."""
    if isinstance(example, int) and not isinstance(example, bool) and example not in _STATUSES:
        return FixedValue("value", example)
    return None if word == "code" and example is None else FixedValue("status")


def _example(schema: Node) -> object:
    examples = schema.get_value("examples")
    first = examples[0] if isinstance(examples, list) and examples else None
    return schema.get_value("example", first)


def says_status(parts: Mapping[str, Node]) -> bool:
    """Whether one of some properties beside a row depends on the status of the answer."""
    fixed = (fixed_value(name, prop) for name, prop in parts.items())
    return any(one is not None and one.source != "value" and one.value is None for one in fixed)


def is_left_out(name: str, prop: Node, required: Collection[str]) -> bool:
    """Whether an answer can do without a property beside its row, which has a usual name for that."""
    return snake_case(name) in _OFTEN_ABSENT and (name not in required or is_nullable(prop))


def is_beside(name: str, prop: Node, required: Collection[str]) -> bool:
    """Whether the service can answer without knowing more of a property: it is fixed, or can be left out."""
    return fixed_value(name, prop) is not None or is_left_out(name, prop, required)


def fixed_values(
    parts: Mapping[str, Node], required: Collection[str], success: tuple[str, Node]
) -> dict[str, Any]:
    """Return the values beside a row by property: null for what is left out, and yet required.

    `parts` are the properties beside the row; `success` has the status of the answer, and its declaration.
    """
    status, response = success
    found: dict[str, Any] = {}
    for name, prop in parts.items():
        fixed = fixed_value(name, prop)
        if fixed is None:
            found |= {name: None} if name in required else {}
        elif fixed.source == "value":
            found[name] = fixed.value
        else:
            found[name] = int(status) if fixed.source == "status" else _message(fixed, status, response)
    return found


def _message(fixed: FixedValue, status: str, response: Node) -> str:
    """The text of a message: its example, or what the contract says of the answer in a line."""
    described = str(response.get_value("description", "")).strip()
    text = fixed.value or (described if "\n" not in described else "")
    return str(text or HTTPStatus(int(status)).phrase)

"""JSON values: their types (JSON Schema 2020-12, 6.1.1 of validation), and pointers to places in them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _is_integer(value: object) -> bool:
    """Whether a number has no fraction: 1.0 is an integer."""
    if isinstance(value, Decimal):
        return value == value.to_integral_value()
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


_TYPES: Mapping[str, Callable[[object], bool]] = {
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "integer": _is_integer,
    "null": lambda value: value is None,
    "number": _is_number,
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
}


def is_of_type(types: str | list[str], value: object) -> bool:
    """Whether a parsed value is of one of the types that the keyword `type` names."""
    return any(_TYPES[name](value) for name in ([types] if isinstance(types, str) else types))


def are_distinct(items: list[object]) -> bool | None:
    """Whether no two items are equal; None where Python compares in another way than JSON Schema."""
    if not {*map(type, items)} <= _COMPARABLE:
        return None
    return len({*items}) == len(items)


_COMPARABLE = frozenset({str, int, float, type(None)})


def escape_step(step: object) -> str:
    """A name or an index as one step of a pointer."""
    return str(step).replace("~", "~0").replace("/", "~1")


def pointer_to(steps: Iterable[object]) -> str:
    """The pointer from the steps to a place."""
    return "".join(f"/{escape_step(step)}" for step in steps)


def steps_of(pointer: str) -> Iterator[str]:
    """The names and indexes that a pointer leads through."""
    return (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])

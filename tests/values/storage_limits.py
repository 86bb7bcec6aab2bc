"""The values that a schema allows and PostgreSQL cannot keep: the service may refuse these, and no others.

Each has a reason. Such a value may be answered 400 or 422; when it is accepted, it must come back equal
like any other.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from tests.values.json_text import Json, texts
from tests.values.round_trip import formats, instant

_INTEGERS = {"int32": 2**31}
_FRACTION = re.compile(r":\d\d\.\d{7,}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt].*")

Components = Mapping[str, Json]
Check = Callable[[Json, Json, Components], bool]


def _null_byte(value: Json, _schema: Json, _components: Components) -> bool:
    return any("\0" in text for text in texts(value))


def _surrogate(value: Json, _schema: Json, _components: Components) -> bool:
    return any("\ud800" <= letter <= "\udfff" for text in texts(value) for letter in text)


def _integer(value: Json, schema: Json, components: Components) -> bool:
    """Also in an array, which becomes an array of integers."""
    values = value if isinstance(value, list) else [value]
    kinds = set(_types(schema, components))
    largest = min([2**63, *(_INTEGERS.get(name, 2**63) for name in formats(schema, components))])
    numbers = (number for number in values if not isinstance(number, str | bool | dict | list | None))
    return "integer" in kinds and any(not -largest <= number < largest for number in numbers)


def _double(value: Json, schema: Json, components: Components) -> bool:
    """A number with more digits than a double has, also in an array."""
    values = value if isinstance(value, list) else [value]
    numbers = [Decimal(number) for number in values if isinstance(number, int | Decimal)]
    return "number" in _types(schema, components) and any(not _is_double(number) for number in numbers)


def _is_double(number: Decimal) -> bool:
    return Decimal(repr(float(number))) == number


def _types(schema: Json, components: Components, depth: int = 8) -> list[str]:
    """The types of a value, and of the items of an array; `enum` and `const` have those of their values."""
    if not isinstance(schema, dict) or not depth:
        return []
    name = str(schema.get("$ref", "")).removeprefix("#/components/schemas/")
    said = schema.get("type", [])
    kinds = [said] if isinstance(said, str) else list(said)
    values = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else [])]
    kinds += ["integer" for value in values if isinstance(value, int)]
    parts = (components.get(name), schema.get("items"), *schema.get("anyOf", ()), *schema.get("oneOf", ()))
    return kinds + [kind for part in parts for kind in _types(part, components, depth - 1)]


def _fraction(value: Json, _schema: Json, _components: Components) -> bool:
    return any(_FRACTION.search(text) for text in texts(value))


def _year(value: Json, schema: Json, components: Components) -> bool:
    moments = [text for text in texts(value) if _MOMENT.fullmatch(text)]
    beyond = any(instant(text) is None for text in moments) and "date-time" in formats(schema, components)
    return beyond or any(text.startswith("0000-") for text in texts(value))


LIMITS: Mapping[str, tuple[str, Check]] = {
    "U+0000": ("neither text nor jsonb can hold it", _null_byte),
    "half of a surrogate pair": ("it is not UTF-8, which a database keeps", _surrogate),
    "an integer beyond its column": ("int64, or int32 where the format says so", _integer),
    "a number beyond its column": ("a double has 17 significant digits", _double),
    "more than six digits of a second": ("timestamptz and timetz count microseconds", _fraction),
    "the year 0000": ("neither PostgreSQL nor Python has it; also year 10000 when moved to UTC", _year),
}


def limit(value: Json, schema: Json, components: Components) -> str | None:
    """The name of the storage limit that a value is beyond, if any."""
    found = (name for name, (_, beyond) in LIMITS.items() if beyond(value, schema, components))
    return next(found, None)

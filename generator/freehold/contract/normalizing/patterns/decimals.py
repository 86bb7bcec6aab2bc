"""Reads the decimals of pydantic and Django: a text with its pattern, alone or beside a number."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from freehold.contract.normalizing.patterns.schema_parts import schemas_to_rewrite
from freehold.contract.rows.column_types import decimal_text
from freehold.contract.validation.schema_dialect import NUMBER_LIMITS
from freehold.contract.vocabulary import DESCRIBING_KEYWORDS
from freehold.reading.document import Document

_START = r"\^\(\?!\^\[-\+\.\]\*\$\)\[\+-\]\?0\*"
_WHOLE = r"\(\?:\\d\{0,(?P<before>\d{1,2})\}\|\(\?=\[\\d\.\]\{1,\d+\}0\*\$\)"
_OF_DJANGO = re.compile(r"\^-\?\\d\{0,(?P<before>\d{1,2})\}\(\?:\\\.\\d\{0,(?P<after>\d{1,2})\}\)\?\$")
"""What Django REST framework writes beside the format decimal."""
_PATTERNS = [
    re.compile(_START + rest)
    for rest in (
        r"\\d\*\\\.\?\\d\*\$",
        r"\\d\*\\\.\?\\d\{0,(?P<after>\d{1,2})\}0\*\$",
        _WHOLE + r"\\d\*\\\.\\d\*0\*\$\)",
        _WHOLE + r"\\d\{0,(?P=before)\}\\\.\\d\{0,(?P<after>\d{1,2})\}0\*\$\)",
    )
]
"""Those of pydantic: without a limit, with `decimal_places`, with `max_digits`, and with both."""
_MOST_DIGITS = 100  # on each side of the point: those of the format decimal
_BESIDE_CHOICES = DESCRIBING_KEYWORDS | {"anyOf"}


@dataclass(frozen=True)
class Digits:
    """How many digits a decimal has at most before the point, and after it."""

    before: int = _MOST_DIGITS
    after: int = _MOST_DIGITS

    @property
    def text(self) -> dict[str, Any]:
        """The schema of the text of such a number."""
        schema = {"type": "string", "format": "decimal"}
        if self == Digits():
            return schema
        whole = f"[0-9]{{1,{self.before}}}" if self.before else "0"
        rest = rf"(\.[0-9]{{1,{self.after}}})?" if self.after else ""
        return schema | {"pattern": f"^-?{whole}{rest}$"}

    def limits(self, number: dict[str, Any]) -> dict[str, Any]:
        """What holds a number within these digits, and within the bounds that its schema has."""
        bound = 10**self.before if self.before < _MOST_DIGITS else float(10**self.before)
        limits = {word: limit for word, limit in number.items() if word in NUMBER_LIMITS}
        if all(limits.get(word, -bound) <= -bound for word in ("minimum", "exclusiveMinimum")):
            limits = {word: limit for word, limit in limits.items() if word != "minimum"}
            limits["exclusiveMinimum"] = -bound
        if all(limits.get(word, bound) >= bound for word in ("maximum", "exclusiveMaximum")):
            limits = {word: limit for word, limit in limits.items() if word != "maximum"}
            limits["exclusiveMaximum"] = bound
        steps = {} if self.after == _MOST_DIGITS else {"multipleOf": 10**-self.after}
        return steps | limits

    def beside_number(
        self, number: dict[str, Any], schema: dict[str, Any], *, or_null: bool
    ) -> dict[str, Any]:
        """Return the keywords of a schema that accepts such a number as a text, and as a number."""
        kinds = ["string", "number", *(["null"] if or_null else [])]
        return {**self.text, **self.limits(number), "type": kinds, **texted_default(schema)}


def read_decimals(document: Document) -> Document:
    """Return the contract with the format `decimal` where pydantic has written its pattern.

    The pattern needs lookaround, and accepts texts that are no numbers. In a body, `anyOf` of a number and of
    such a text becomes one schema of both, whose values are stored as decimals; OpenAPI 3.0 cannot say that.
    """
    read = _read_text if str(document.root.get("openapi")).startswith("3.0") else _read
    found = list(schemas_to_rewrite(document.root, read))
    for _, schema, new in found:
        for word in ("anyOf", "pattern"):
            schema.pop(word, None)
        schema.update(new)
    if not found:
        return document
    known = "the pattern of a decimal of pydantic or Django"
    what = f"{len(found)} schemas have {known}: they are read as `format: decimal`"
    fix = 'Texts such as "1.", ".5" and "+1" are refused. Write `format: decimal`, without the pattern.'
    return document.with_notes([document.problem(found[0][0], what, fix, "FH908")]).with_root(document.root)


def _read_text(schema: dict[str, Any]) -> dict[str, Any] | None:
    """Return the keywords that the text of a decimal has instead, if a schema is one of pydantic's."""
    digits = _text_digits(schema)
    return {**digits.text, **texted_default(schema)} if digits else None


def _read(schema: dict[str, Any]) -> dict[str, Any] | None:
    """Return the same for the text of a decimal, and for a choice of a number and such a text."""
    if schema.get("type") == "string":
        return _read_text(schema)
    parts = schema.get("anyOf")
    if not isinstance(parts, list) or schema.keys() - _BESIDE_CHOICES:
        return None
    texts = [digits for part in parts if isinstance(part, dict) and (digits := _text_digits(part))]
    numbers = [part for part in parts if isinstance(part, dict) and part.get("type") == "number"]
    nulls = [part for part in parts if part == {"type": "null"}]
    if len(texts) != 1 or len(numbers) != 1 or len(nulls) != len(parts) - len(texts) - len(numbers):
        return None
    return texts[0].beside_number(numbers[0], schema, or_null=bool(nulls))


def texted_default(schema: dict[str, Any]) -> dict[str, str]:
    """Return the default of a decimal as the text that it is, if it is a number."""
    default = schema.get("default")
    if isinstance(default, bool) or not isinstance(default, int | float | Decimal):
        return {}
    return {"default": decimal_text(default)}


def _text_digits(part: dict[str, Any]) -> Digits | None:
    pattern = part.get("pattern")
    if part.get("type") != "string" or not isinstance(pattern, str):
        return None
    known = [*_PATTERNS, *([_OF_DJANGO] if part.get("format") == "decimal" else [])]
    found = next((found for one in known if (found := one.fullmatch(pattern))), None)
    return Digits(**{name: int(count) for name, count in found.groupdict().items()}) if found else None

"""Numbers that a schema accepts and a person would write."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from freehold.contract.samples.words import NUMBERS, look_up
from freehold.contract.validation.schema_dialect import NUMBER_LIMITS

_STEP = Decimal("0.5")
_PLACES = Decimal("0.01")


def make_number(schema: Mapping[str, Any], name: str, variant: int = 0) -> int | float:
    """Return a number within the bounds of a schema, if they leave one: check whether it is valid."""
    is_integer = schema.get("type") == "integer" or "integer" in _kinds(schema)
    value = _fit(schema, _wanted(name, is_integer=is_integer) + variant, is_integer=is_integer)
    return int(value) if is_integer or value == value.to_integral_value() else float(value)


def make_decimal(schema: Mapping[str, Any], name: str, variant: int = 0) -> str:
    """Return the text of a decimal number within the bounds of a schema."""
    value = _fit(schema, _wanted(name, is_integer=False) + variant, is_integer=False)
    money = value.quantize(_PLACES)
    return f"{money if money == value else value:f}"


def _kinds(schema: Mapping[str, Any]) -> list[Any]:
    kinds = schema.get("type")
    return [kind for kind in kinds if kind != "null"][:1] if isinstance(kinds, list) else []


def _wanted(name: str, *, is_integer: bool) -> Decimal:
    found = look_up(NUMBERS, name)
    value = Decimal(str(found)) if found is not None else Decimal(1)
    return value.to_integral_value(ROUND_CEILING) if is_integer else value


def _fit(schema: Mapping[str, Any], wanted: Decimal, *, is_integer: bool) -> Decimal:
    limits = {word: _decimal(schema[word]) for word in NUMBER_LIMITS if _is_number(schema.get(word))}
    step = limits.get("multipleOf") or (Decimal(1) if is_integer else None)
    gap = step or _STEP
    least, most = limits.get("minimum"), limits.get("maximum")
    above, below = limits.get("exclusiveMinimum"), limits.get("exclusiveMaximum")
    if schema.get("exclusiveMinimum") is True and least is not None:  # OpenAPI 3.0
        least, above = None, least
    if schema.get("exclusiveMaximum") is True and most is not None:
        most, below = None, most
    if above is not None and below is not None and not step:
        gap = min(gap, (below - above) / 2)
    least = least if above is None else max(above + gap, least if least is not None else above + gap)
    most = most if below is None else min(below - gap, most if most is not None else below - gap)
    value = wanted if least is None else max(wanted, least)
    value = value if most is None else min(value, most)
    if step:
        rounded = (value / step).to_integral_value(ROUND_CEILING) * step
        value = (
            rounded
            if most is None or rounded <= most
            else (value / step).to_integral_value(ROUND_FLOOR) * step
        )
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _decimal(value: object) -> Decimal:
    return Decimal(str(value))

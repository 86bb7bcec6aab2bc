"""The integers that a contract names fit their columns, or what else holds them."""

import json
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from freehold.contract import effective_contract
from freehold.rules import registry
from tests.rules.mistakes_more import column
from tests.support import contracts as c
from tests.support.contracts import Load, changed

_FORMATS = {"int32": 31, "int64": 63, "": 63, "uint64": 63}
_CASES = [
    (form, sign * 2**bits + over, over)
    for form, bits in _FORMATS.items()
    for sign, over in ((1, -1), (1, 0), (-1, 0), (-1, -1))
]
"""The smallest and the largest integer of each format, and those next to them."""
_WORDS: dict[str, Callable[[dict[str, Any], int], dict[str, Any]]] = {
    "enum": lambda schema, value: {**schema, "enum": [1, value]},
    "const": lambda schema, value: {**schema, "const": value},
    "const with a point": lambda schema, value: {**schema, "const": float(value)},
    "nullable": lambda schema, value: {**schema, "type": ["integer", "null"], "enum": [None, value]},
    "choice": lambda schema, value: {"anyOf": [{**schema, "enum": [value]}, {"type": "null"}]},
    "elements": lambda schema, value: {"type": "array", "items": {**schema, "enum": [value]}},
}


def schema_of(form: str) -> dict[str, Any]:
    return {"type": "integer", **({"format": form} if form else {})}


def fits(form: str, value: int) -> bool:
    largest: int = 2 ** _FORMATS[form]
    return -largest <= value < largest


def with_property(load: Load, schema: dict[str, Any]) -> Any:
    text = f"        size: {json.dumps(schema)}\n"
    return load(changed((c.COMPLETED, text + c.COMPLETED)))


@pytest.mark.parametrize(("case", "word"), list(product(_CASES, _WORDS)))
def test_enums_and_constants_of_columns(load: Load, case: tuple[str, int, int], word: str) -> None:
    form, value, _ = case
    if "point" in word and int(float(value)) != value:
        return  # no double has the value
    document = with_property(load, _WORDS[word](schema_of(form), value))

    found = registry.problems_of("FH209", document)

    assert len(found) == (not fits(form, value))
    wider = "int32" in form and fits("int64", value)
    assert all(("Remove the value" in p.fix, "format: int64" in p.fix) == (True, wider) for p in found)


@pytest.mark.parametrize("case", _CASES)
def test_parameters_that_are_compared_with_columns(load: Load, case: tuple[str, int, int]) -> None:
    form, value, _ = case
    text = json.dumps({"name": "size", "in": "query", "schema": {**schema_of(form), "enum": [1, value]}})
    sized = (c.COMPLETED, f"        size: {json.dumps(schema_of(form))}\n{c.COMPLETED}")
    document = load(changed((c.DONE, f"        - {text}\n{c.DONE}"), sized))

    assert len(registry.problems_of("FH209", document)) == (not fits(form, value))


@pytest.mark.parametrize("case", _CASES)
def test_values_inside_of_json_have_the_limits_of_their_format_alone(
    load: Load, case: tuple[str, int, int]
) -> None:
    form, value, _ = case
    inner = {**schema_of(form), "enum": [value]}
    document = with_property(load, {"type": "object", "properties": {"inner": inner}})

    is_held = form in ("int32", "int64")
    assert len(registry.problems_of("FH209", document)) == (is_held and not fits(form, value))


@pytest.mark.parametrize(
    ("form", "word", "by"),
    list(product(_FORMATS, ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"), (-1, 0, 1))),
)
def test_limits_leave_an_integer_of_the_column(load: Load, form: str, word: str, by: int) -> None:
    bits = _FORMATS[form]
    last = 2**bits - 1 if "inimum" in word else -(2**bits)
    limit = last + by
    document = with_property(load, {**schema_of(form), word: limit})
    inside = with_property(load, {"type": "object", "properties": {"a": {**schema_of(form), word: limit}}})

    is_empty = limit > last if word == "minimum" else limit >= last if "inimum" in word else limit < last
    is_empty = limit <= last if word == "exclusiveMaximum" else is_empty
    assert len(registry.problems_of("FH206", document)) == is_empty
    assert len(registry.problems_of("FH206", inside)) == is_empty


def test_inside_of_json_an_integer_without_a_format_may_be_of_any_size(load: Load) -> None:
    large = {"type": "integer", "minimum": 2**63, "maximum": 2**70}

    assert (
        registry.problems_of("FH206", with_property(load, {"type": "object", "properties": {"a": large}}))
        == []
    )
    assert len(registry.problems_of("FH206", with_property(load, large))) == 1


@pytest.mark.parametrize(
    ("form", "words"),
    list(
        product(
            _FORMATS,
            (
                {"maximum": 1.5e30, "minimum": -1.5e30},
                {"maximum": 2**63, "minimum": -(2**63) - 1},
                {"exclusiveMaximum": 2**64, "exclusiveMinimum": -(2**64)},
            ),
        )
    ),
)
def test_the_limits_of_a_body_are_at_most_those_of_the_column(
    load: Load, form: str, words: dict[str, float]
) -> None:
    schema = json.dumps({**schema_of(form), **words})
    document = load(changed(*column(schema[1:-1], schema)))

    whole = effective_contract.build_effective_contract(document)

    sent = whole.root_node.get_path("components", "schemas", "TaskUpdate", "properties", "size")
    assert sent is not None
    limits = {word: limit for word, limit in sent.value.items() if "imum" in word}
    assert limits == {"minimum": -(2 ** _FORMATS[form]), "maximum": 2 ** _FORMATS[form] - 1}


@pytest.mark.parametrize("value", [2**53, 2**53 + 1, 10**22, 10**23 + 1])
def test_integers_among_numbers_are_doubles(load: Load, value: int) -> None:
    document = with_property(load, {"type": "number", "enum": [value]})

    assert len(registry.problems_of("FH209", document)) == (int(float(value)) != value)

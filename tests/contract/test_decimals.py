"""The decimals of pydantic: the pattern that it writes for their texts, alone or beside a number."""

import ast
import json
import random
import re
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

import pytest

from freehold.contract.rows.column_types import column_type, contract_schemas, default_value
from freehold.printing import pydantic_models
from freehold.rules import registry
from tests.support import contracts as c
from tests.support.contracts import Load, before, changed

START = r"^(?!^[-+.]*$)[+-]?0*"
LIMITS = [(None, None), (None, 2), (None, 0), (9, None), (10, 2), (5, 5), (18, 0), (40, 12)]
"""`max_digits` and `decimal_places` of a field."""


def pattern(digits: int | None, places: int | None) -> str:
    """What pydantic writes for such a field."""
    if digits is None:
        return START + (r"\d*\.?\d*$" if places is None else rf"\d*\.?\d{{0,{places}}}0*$")
    length = rf"(?=[\d.]{{1,{digits + 1}}}0*$)"
    if places is None:
        return rf"{START}(?:\d{{0,{digits}}}|{length}\d*\.\d*0*$)"
    return rf"{START}(?:\d{{0,{digits - places}}}|{length}\d{{0,{digits - places}}}\.\d{{0,{places}}}0*$)"


def loaded(load: Load, **schemas: dict[str, Any]) -> Any:
    """The normal form of properties of a row."""
    lines = "".join(f"        {name}: {json.dumps(schema)}\n" for name, schema in schemas.items())
    document = load(changed(before(c.ID, lines)))
    assert registry.problems_of("FH208", document) == []
    return document


def text(digits: int | None, places: int | None, **words: Any) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern(digits, places), **words}


def random_decimal(chance: random.Random, digits: int | None, places: int | None) -> str:
    after = chance.randrange((places if places is not None else 9) + 1)
    before_point = chance.randrange(1, max(2, (digits if digits is not None else 30) - (places or 0) + 1))
    whole = str(chance.randrange(10**before_point)) if digits is None or digits > (places or 0) else "0"
    fraction = "".join(chance.choices("0123456789", k=after))
    return chance.choice(["", "-"]) + whole + (f".{fraction}" if after else "")


@pytest.mark.parametrize(("digits", "places"), LIMITS)
@pytest.mark.parametrize("beside_number", [False, True])
def test_a_decimal_takes_the_texts_of_its_digits(
    load: Load, digits: int | None, places: int | None, *, beside_number: bool
) -> None:
    schema = text(digits, places)
    document = loaded(load, price={"anyOf": [{"type": "number"}, schema]} if beside_number else schema)

    pointer = "/components/schemas/Task/properties/price"
    validator = contract_schemas(document).validator(pointer)

    assert column_type(document.node_at(pointer)).column == "Numeric"
    chance = random.Random(1)
    for value in (random_decimal(chance, digits, places) for _ in range(300)):
        assert re.search(schema["pattern"], value), value
        assert validator.is_valid(value), value
    for value in (
        "",
        ".",
        "-",
        "x",
        "1e3",
        "0x1",
        "NaN",
        " 1",
        "1 ",
        "1,5",
        "1\n",
        *(["0.001"] * (places == 2)),
    ):
        assert not validator.is_valid(value), value
    assert validator.is_valid(1) is (beside_number and (digits, places) != (5, 5))
    assert not validator.is_valid(1e101)
    assert [note.code for note in document.notes] == ["FH908"]


def test_a_number_beside_a_decimal_keeps_its_bounds_and_null(load: Load) -> None:
    number = {"type": "number", "minimum": 0, "maximum": 1e9, "title": "no keyword"}
    document = loaded(load, price={"anyOf": [number, text(10, 2), {"type": "null"}], "title": "Price"})

    price = document.root["components"]["schemas"]["Task"]["properties"]["price"]
    assert price == {
        "type": ["string", "number", "null"],
        "format": "decimal",
        "pattern": r"^-?[0-9]{1,8}(\.[0-9]{1,2})?$",
        "minimum": 0,
        "exclusiveMaximum": 10**8,
        "multipleOf": 0.01,
        "title": "Price",
    }


def test_in_openapi_3_0_a_choice_stays_one(load: Load) -> None:
    choice = {"anyOf": [{"type": "number"}, text(None, None)]}
    line = f"        price: {json.dumps(choice)}\n"
    document = load(changed(before(c.ID, line)).replace("openapi: 3.1.0", "openapi: 3.0.3"))

    price = document.root["components"]["schemas"]["Task"]["properties"]["price"]
    assert price == {"anyOf": [{"type": "number"}, {"type": "string", "format": "decimal"}]}


def test_properties_may_be_called_like_keywords(load: Load) -> None:
    document = loaded(load, default=text(None, None), example=text(9, None), pattern={"type": "string"})

    written = document.root["components"]["schemas"]["Task"]["properties"]
    assert (written["default"]["format"], written["example"]["format"]) == ("decimal", "decimal")


NUMBER, TEXT, NULL = {"type": "number"}, {"type": "string"}, {"type": "null"}
NUMBER_OR_TEXT = {"anyOf": [{"type": "number", "minimum": 0}, TEXT], "title": "Price"}


def in_bodies(load: Load, row: dict[str, Any], body: dict[str, Any]) -> tuple[Any, Any, Any]:
    """A price as the row has it, and as the bodies of creates have it; and the document."""
    lines = before(c.ID, f"        price: {json.dumps(row)}\n")
    head = f"{c.CREATED_HEAD}      required: [title]\n      properties:\n"
    document = load(changed(lines, (head, f"{head}        price: {json.dumps(body)}\n")))
    known = document.root["components"]["schemas"]
    return (*(known[name]["properties"]["price"] for name in ("Task", "TaskCreate")), document)


@pytest.mark.parametrize(
    ("row", "read"),
    [
        (TEXT, {"type": "string", "format": "decimal"}),
        ({**TEXT, "default": 0, "title": "T"}, {**TEXT, "format": "decimal", "default": "0", "title": "T"}),
        ({**TEXT, "format": "decimal"}, {"type": "string", "format": "decimal"}),
        ({"anyOf": [TEXT, NULL]}, {"type": ["string", "null"], "format": "decimal"}),
        (NUMBER, NUMBER),
    ],
)
def test_any_text_beside_a_number_is_a_decimal_if_rows_have_a_text_or_a_number(
    load: Load, row: dict[str, Any], read: dict[str, Any]
) -> None:
    shown, sent, document = in_bodies(load, row, NUMBER_OR_TEXT | {"default": 0.5})

    assert shown == read
    assert sent == {
        "type": ["number", "string"] if row is NUMBER else ["string", "number"],
        "format": "decimal",
        "minimum": 0,
        "exclusiveMaximum": 1e100,
        "title": "Price",
        "default": "0.5",
    }
    assert [p for code in ("FH203", "FH341") for p in registry.problems_of(code, document)] == []
    assert "FH908" in [note.code for note in document.notes]


def test_a_schema_that_others_refer_to_stays(load: Load) -> None:
    shared = {"$ref": "#/components/schemas/Text"}
    named = (c.TASK, f"    Text: {json.dumps(TEXT)}\n{c.TASK}")
    lines = before(c.ID, f"        price: {json.dumps(shared)}\n        text: {json.dumps(shared)}\n")
    head = f"{c.CREATED_HEAD}      required: [title]\n      properties:\n"
    price = f"{head}        price: {json.dumps(NUMBER_OR_TEXT)}\n"
    document = load(changed(named, lines, (head, price)))

    assert document.root["components"]["schemas"]["Text"] == TEXT
    assert registry.problems_of("FH341", document)


def test_rows_of_others_keep_their_texts(load: Load) -> None:
    other = {"type": "object", "x-resource": {}, "properties": {"id": {}, "title": TEXT, "price": TEXT}}
    named = f"    Offer: {json.dumps(other)}\n"
    head = f"{c.CREATED_HEAD}      required: [title]\n      properties:\n"
    price = f"{head}        price: {json.dumps(NUMBER_OR_TEXT)}\n"
    lines = before(c.ID, f"        price: {json.dumps(TEXT)}\n")
    document = load(changed((c.TASK, named + c.TASK), lines, (head, price)))

    known = document.root["components"]["schemas"]
    assert known["Task"]["properties"]["price"]["format"] == "decimal"
    assert known["Offer"]["properties"]["price"] == TEXT


@pytest.mark.parametrize(
    ("default", "text"), [(0.1, "0.1"), (1.5e-7, "0.00000015"), (-3, "-3"), ("0.10", "0.10")]
)
def test_the_default_of_a_decimal_is_exact(load: Load, default: float | str, text: str) -> None:
    price = {"type": ["string", "number"], "format": "decimal", "default": default}
    document = loaded(load, price=price)

    prop = document.node_at("/components/schemas/Task/properties/price")
    assert default_value(prop) == text
    models = pydantic_models.begin(document, "overrides")()[PurePosixPath("schemas.py")]
    written = re.search(r"price: DecimalText = Decimal\((.*)\)", models)
    assert written
    assert Decimal(ast.literal_eval(written[1])) == Decimal(text)


@pytest.mark.parametrize(
    ("row", "body"),
    [
        (TEXT, {"anyOf": [NUMBER, {**TEXT, "maxLength": 9}]}),
        (TEXT, {"anyOf": [NUMBER, TEXT, {"type": "boolean"}]}),
        (TEXT, {"anyOf": [NUMBER, TEXT], "not": {"const": 1}}),
        ({**TEXT, "maxLength": 9}, NUMBER_OR_TEXT),
        ({**TEXT, "format": "email"}, NUMBER_OR_TEXT),
        ({"anyOf": [NUMBER, TEXT]}, NUMBER_OR_TEXT),
        (TEXT, TEXT),
    ],
)
def test_other_choices_stay(load: Load, row: dict[str, Any], body: dict[str, Any]) -> None:
    assert in_bodies(load, row, body)[:2] == (row, body)


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"type": "number"}, text(9, 2), {"type": "boolean"}]},
        {"anyOf": [{"type": "number"}, text(9, 2)], "not": {"const": 1}},
        {"type": "string", "pattern": START + "x$"},
        {"type": "string", "pattern": pattern(9, 2) + "x"},
    ],
)
def test_other_schemas_keep_what_no_decimal_has(load: Load, schema: dict[str, Any]) -> None:
    line = f"        price: {json.dumps(schema)}\n"
    document = load(changed(before(c.ID, line)))

    price = document.root["components"]["schemas"]["Task"]["properties"]["price"]
    assert "format" not in price
    assert schema.keys() - {"pattern"} <= price.keys()


@pytest.mark.parametrize(("before_point", "after_point"), [(8, 2), (1, 0), (0, 6), (12, 10)])
def test_the_pattern_of_django_accepts_numbers_alone(load: Load, before_point: int, after_point: int) -> None:
    pattern = rf"^-?\d{{0,{before_point}}}(?:\.\d{{0,{after_point}}})?$"

    document = loaded(load, price={"type": "string", "format": "decimal", "pattern": pattern})

    schema = contract_schemas(document).validator("/components/schemas/Task/properties/price")
    digits, places = "9" * before_point or "0", "9" * after_point
    largest = f"{digits}.{places}" if places else digits
    assert all(map(schema.is_valid, (digits, f"-{digits}", largest, f"-{largest}", "0")))
    assert not any(
        map(
            schema.is_valid,
            ("", "-", ".", "1.", ".5", "-.", f"1{digits}", f"{largest}1" if places else "1.0"),
        )
    )


def test_a_text_with_that_pattern_stays_one(load: Load) -> None:
    text = {"type": "string", "pattern": r"^-?\d{0,3}(?:\.\d{0,2})?$"}

    document = loaded(load, price=text)

    assert document.root["components"]["schemas"]["Task"]["properties"]["price"] == text

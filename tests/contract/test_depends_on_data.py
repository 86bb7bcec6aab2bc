"""The operations that the served document marks as depending on what is stored."""

import pytest

from freehold.contract.effective_contract import DEPENDS_ON_DATA, build_effective_contract
from freehold.contract.operations.inference import operations
from tests.support.contracts import CREATE, CREATED_HEAD, Load, changed

COMPLETE = "      operationId: completeTask\n"


def marked(load: Load, text: str) -> dict[str, bool | None]:
    whole = build_effective_contract(load(text))
    again = build_effective_contract(whole)
    found = {o.id: o.node.get_value(DEPENDS_ON_DATA) for o in operations(whole)}

    assert found == {o.id: o.node.get_value(DEPENDS_ON_DATA) for o in operations(again)}
    return found


def test_operations_of_plain_values_are_not_marked(load: Load) -> None:
    assert set(marked(load, changed()).values()) == {None}


def test_an_idempotency_key_marks_its_operation(load: Load) -> None:
    key = "      parameters: [{name: Idempotency-Key, in: header, schema: {type: string}}]\n"

    found = marked(load, changed((CREATE, CREATE + key)))

    assert [name for name, mark in found.items() if mark] == ["createTask"]


@pytest.mark.parametrize(
    ("limit", "is_marked"),
    [
        ("minimum: 0", True),
        ("multipleOf: 0.5", True),
        ("exclusiveMaximum: 1.0e+100", False),
        ("title: A", False),
    ],
)
@pytest.mark.parametrize("place", ["a property", "an element", "a parameter"])
def test_the_limits_of_a_decimal_mark_its_operation(
    load: Load, limit: str, place: str, *, is_marked: bool
) -> None:
    decimal = f"{{type: string, format: decimal, {limit}}}"
    schema = f"{{type: array, items: {decimal}}}" if place == "an element" else decimal
    parameter = f"      parameters: [{{name: least, in: query, schema: {decimal}}}]\n"
    head = f"{CREATED_HEAD}      required: [title]\n      properties:\n"
    change = (
        (head, f"{head}        price: {schema}\n")
        if place != "a parameter"
        else (COMPLETE, COMPLETE + parameter)
    )

    found = marked(load, changed(change))

    name = "completeTask" if place == "a parameter" else "createTask"
    assert [name for name, mark in found.items() if mark] == [name] * is_marked


def test_the_author_decides(load: Load) -> None:
    key = "      parameters: [{name: Idempotency-Key, in: header, schema: {type: string}}]\n"

    found = marked(load, changed((CREATE, f"{CREATE}      x-depends-on-data: false\n{key}")))

    assert found["createTask"] is False

"""The operations that the served document marks as depending on what is stored."""

from freehold.contract.effective_contract import DEPENDS_ON_DATA, build_effective_contract
from freehold.contract.operations.inference import operations
from tests.support.contracts import CREATE, Load, changed


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


def test_the_author_decides(load: Load) -> None:
    key = "      parameters: [{name: Idempotency-Key, in: header, schema: {type: string}}]\n"

    found = marked(load, changed((CREATE, f"{CREATE}      x-depends-on-data: false\n{key}")))

    assert found["createTask"] is False

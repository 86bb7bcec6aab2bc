"""What a failing test says: who did what, what was expected, what came, what it means, what to do."""

import textwrap
from collections.abc import Iterable
from typing import NoReturn

import pytest

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.ground.naming import operation_name
from freehold.testing.tested_contract import TestedContract
from freehold.testing.users import Exchange

_WIDTH = 100


def fail(
    contract: TestedContract,
    operation: ContractOperation,
    what: str,
    exchanges: Iterable[Exchange],
    *,
    meaning: str,
    advice: str = "",
) -> NoReturn:
    """Fail the test of an operation with a message for whoever did not write the test."""
    shown = "\n".join(exchange.describe() for exchange in exchanges)
    parts = [f"{operation.id}: {what}", shown, _wrapped(f"What it means: {meaning}")]
    parts += [_wrapped(f"What to do: {advice or implementation_advice(contract, operation)}")]
    pytest.fail("\n\n".join(part for part in parts if part), pytrace=False)


def skip(operation: ContractOperation, why: str, advice: str) -> NoReturn:
    """Say that a test cannot be derived from the contract, and what would make it possible."""
    pytest.skip(f"{operation.id}: {why}. {advice}")


def implementation_advice(contract: TestedContract, operation: ContractOperation) -> str:
    """Say where the statement of an operation is, and how it is held to its owner."""
    place, method = contract.implementations.get(operation.id, "generated"), operation_name(operation.id)
    if place == "generated":
        return (
            f"{method} is generated: look for an override of `visible()`, of a statement or of a base class"
            " in overrides/, and for edits in generated/ (`freehold check`). If there are none, it is a"
            " mistake of Freehold: please report it."
        )
    return (
        f"{method} is in {place}. Build its statements from _select_one(), _select_page(), _update_one(),"
        " _delete_one() and _insert(), which carry the owner and the parents, raise NotFound for a row that"
        " they do not return, and keep nothing in a module or a class between two requests."
    )


def differences(one: Exchange, other: Exchange) -> list[str]:
    """Name the parts in which two answers differ; none if a client cannot tell them apart."""
    found = []
    if one.status != other.status:
        found.append(f"the status ({one.status} and {other.status})")
    names = one.visible_headers.keys() | other.visible_headers.keys()
    headers = sorted(n for n in names if one.visible_headers.get(n) != other.visible_headers.get(n))
    if headers:
        found.append(f"the header{'s' if len(headers) > 1 else ''} {', '.join(headers)}")
    if one.text != other.text:
        found.append("the body")
    return found


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)

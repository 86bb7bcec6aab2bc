"""Compares answers, and the rows before and after."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.testing import reports
from freehold.testing.requests import Request
from freehold.testing.scene import Scene
from freehold.testing.users import Exchange, User


def assert_alike(
    scene: Scene, operation: ContractOperation, foreign: Exchange, missing: Exchange, *, what: str
) -> None:
    """Assert that a client cannot tell two answers apart."""
    found = reports.differences(foreign, missing)
    if found:
        reports.fail(
            scene.contract,
            operation,
            f"{what} is not answered like one that does not exist: {', '.join(found)} differ.",
            [foreign, missing],
            meaning=f"by asking, {foreign.user} learns that it exists, or even reaches it.",
        )


def assert_refused(scene: Scene, operation: ContractOperation, answer: Exchange, *, what: str) -> None:
    """Assert that an answer is a failure of the client."""
    if not 400 <= answer.status < 500:  # noqa: PLR2004 - RFC 9110, 15.5
        meaning = f"{answer.user} reaches what the request must not reach."
        reports.fail(scene.contract, operation, f"{what} is not refused.", [answer], meaning=meaning)


@contextmanager
def nothing_changes(scene: Scene, operation: ContractOperation, *users: User) -> Iterator[list[Exchange]]:
    """Assert that no row of these users is changed, added or removed. The requests are put into the list.

    They are made before: for the references of a body, rows are created.
    """
    exchanges: list[Exchange] = []
    before = [scene.stored.of_owner(user.subject) for user in users]
    yield exchanges
    for user, rows in zip(users, before, strict=True):
        now = scene.stored.of_owner(user.subject)
        changed = sorted(table for table in rows if rows[table] != now[table])
        if changed:
            what = f"rows of {user.name} in {', '.join(changed)} have changed."
            meaning = "a request that is refused, or that is about other rows, must leave them as they are."
            reports.fail(scene.contract, operation, what, exchanges, meaning=meaning)


def variants(request: Request) -> Iterator[Request]:
    """Yield a request, and others of the same operation that the service refuses in other places."""
    yield request
    if request.body is not None:
        others: tuple[Any, ...] = ({}, [], {"no such property": 1})
        yield from (replace(request, body=body) for body in others)
    for parameter in request.operation.parameters():
        name = str(parameter.get_value("name"))
        if parameter.get_value("in") == "header" and name.lower() in ("if-match", "if-none-match"):
            for tag in ("*", '"1"', '"999"', "no tag"):
                yield replace(request, headers={**request.headers, name: tag})

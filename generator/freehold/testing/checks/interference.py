"""What one user does, and what another user is answered, have nothing to do with each other."""

import re
from collections.abc import Iterator

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.resources import (
    GENERATED_TYPES,
    chosen_key,
    generated_properties,
    links,
    properties,
)
from freehold.ground.naming import column_name
from freehold.testing import reports
from freehold.testing.checks.lists import CURSOR_NAME
from freehold.testing.scene import Scene
from freehold.testing.users import Exchange, User

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ROUNDS = 2  # of what other users do


def other_users_change_nothing(scene: Scene, operation: ContractOperation) -> None:
    """New users who do the same get the same answers, whatever others have done in between.

    Ids, moments, entity tags and the words that the test puts into texts differ by nature; they are left out.
    """
    first = _trace(scene, scene.users.create("bob"), operation)
    busy = scene.users.create("alice")
    for _ in range(_ROUNDS):
        _trace(scene, busy, operation)
    second = _trace(scene, scene.users.create("carol"), operation)
    for one, other in zip(first, second, strict=True):
        if one[0] != other[0]:
            what = "two new users who do the same get different answers, since alice was busy in between."
            meaning = (
                "an answer depends on rows, or on the memory of the service, that belong to another user: a"
                " count over all owners, or a value that is kept from one request to the next."
            )
            exchanges = [one[1], other[1]]
            reports.fail(scene.contract, operation, what, exchanges, meaning=meaning)


def _trace(scene: Scene, user: User, operation: ContractOperation) -> list[tuple[object, Exchange]]:
    """What a user is answered: once on a new row, then again after a further row."""
    answers = []
    for _ in range(2):
        request = scene.request(user, operation, scene.place(user, operation))
        answer = scene.send(user, request)
        answers.append((_comparable(scene, user, operation, answer), answer))
    return answers


def _comparable(scene: Scene, user: User, operation: ContractOperation, answer: Exchange) -> object:
    text, words = answer.text, sorted(user.known, key=len, reverse=True)
    for word in words:
        text = text.replace(word, "<own>")
    text = _UUID.sub("<id>", _MOMENT.sub("<moment>", text))
    for name in _varying(scene, operation):
        text = re.sub(rf'("{re.escape(name)}": ?)(\d+|"[^"]*")', r"\1<generated>", text)
    for name in _linked(scene):
        text = re.sub(rf'("{re.escape(name)}": ?)(\d+)', lambda found: _echo(found, answer), text)
    headers = sorted(answer.headers.keys() - {"content-length", "date"})
    return answer.status, headers, text


def _linked(scene: Scene) -> Iterator[str]:
    """The properties that name a parent, or another row."""
    for resource in scene.contract.resources.values():
        linked = {link.field for link in links(resource)}
        yield from (name for name in properties(resource) if column_name(name) in linked)


def _echo(found: "re.Match[str]", answer: Exchange) -> str:
    """The number of a row that the request has named, too: each user has another one."""
    is_sent = re.search(rf"\b{found[2]}\b", answer.sent) is not None
    return f"{found[1]}<sent>" if is_sent else found[0]


def _varying(scene: Scene, operation: ContractOperation) -> Iterator[str]:
    """The properties whose values are counted up or chosen, and the cursors that are made of them."""
    for resource in scene.contract.resources.values():
        for kind in GENERATED_TYPES:
            yield from generated_properties(resource, kind) if kind != "version" else ()
        yield from filter(None, [chosen_key(resource)])
    schema = operation.response_schema()
    yield from (name for name in properties(schema) if CURSOR_NAME.search(name))

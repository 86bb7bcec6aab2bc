"""Bodies with what belongs to another owner: references, unique values and idempotency keys."""

from dataclasses import replace

from freehold.contract.operations.contract_operation import IDEMPOTENCY_KEY, ContractOperation
from freehold.fuzzing.bodies.row_keys import missing_key
from freehold.fuzzing.bodies.sample_bodies import row_in, with_row
from freehold.testing import reports
from freehold.testing.checks.comparisons import assert_alike, assert_refused, nothing_changes
from freehold.testing.requests import Request
from freehold.testing.scene import Scene
from freehold.testing.users import Exchange, User


def foreign_reference(scene: Scene, operation: ContractOperation) -> None:
    """A body that refers to a row of another owner is answered like one that refers to no row."""
    alice, bob = scene.users.create("alice"), scene.users.create("bob")
    request = scene.request(bob, operation, scene.place(bob, operation))
    links = scene.contract.references_in_body(operation)
    targets = {link.field: scene.contract.resources[link.resource] for link in links}
    hers = {name: scene.referenced_row(alice, target) for name, target in targets.items()}
    with nothing_changes(scene, operation, alice, bob) as exchanges:
        for name, target in targets.items():
            bodies = (_with(request, name, row_id) for row_id in (hers[name], missing_key(target)))
            foreign, missing = (scene.send(bob, body) for body in bodies)
            exchanges.extend((foreign, missing))
            assert_refused(scene, operation, missing, what=f"{name} with the id of no row")
            assert_alike(scene, operation, foreign, missing, what=f"{name} with a row of another owner")


def _with(request: Request, name: str, row_id: str) -> Request:
    operation, value = request.operation, int(row_id) if row_id.isdecimal() else row_id
    row = {**row_in(operation, request.body), name: value}
    return replace(request, body=with_row(operation, request.body, row))


def values_of_another_owner(scene: Scene, operation: ContractOperation) -> None:
    """What another owner has stored takes no value away: the same body creates a row for each of them."""
    alice, bob = scene.users.create("alice"), scene.users.create("bob")
    body = scene.request(alice, operation, scene.place(alice, operation)).body
    answers = []
    for user in (alice, bob):
        request = scene.request(user, operation, scene.place(user, operation))
        answers.append(scene.send(user, replace(request, body=_own_links(scene, operation, body, request))))
    if answers[0].status == answers[1].status:
        return
    meaning = "a unique key lacks the owner, so that bob learns which values alice has."
    place = scene.contract.implementations.get(operation.id, "generated")
    look = "look for values among the rows of their owner only"
    advice = f"begin each unique index with the owner's column; in code ({place}), {look}."
    what = "bob cannot create what alice has created."
    reports.fail(scene.contract, operation, what, answers, meaning=meaning, advice=advice)


def _own_links(scene: Scene, operation: ContractOperation, body: object, own: Request) -> object:
    """A body of somebody else, with the references of one's own."""
    row, mine = row_in(operation, body), row_in(operation, own.body)
    if not isinstance(row, dict) or not isinstance(mine, dict):
        return body
    links = {link.field for link in scene.contract.references_in_body(operation)}
    linked = {name: mine.get(name, value) if name in links else value for name, value in row.items()}
    return with_row(operation, body, linked)


def foreign_idempotency_key(scene: Scene, operation: ContractOperation) -> None:
    """A key that another owner has used is a new one; one's own gives the stored answer."""
    alice, bob = scene.users.create("alice"), scene.users.create("bob")
    hers = _once(scene, operation, alice)
    key = {name: value for name, value in hers.headers.items() if name.lower() == IDEMPOTENCY_KEY}
    first = scene.send(alice, hers)
    his = _once(scene, operation, bob)
    answer = scene.send(bob, replace(his, headers={**his.headers, **key}))
    if answer.status != first.status:
        what = "an idempotency key that alice has used is not a new one for bob."
        meaning = "bob learns which keys alice has used, or gets her answer."
        reports.fail(scene.contract, operation, what, [first, answer], meaning=meaning)
    if 200 <= first.status < 300:  # noqa: PLR2004 - failures are not stored
        _assert_repeats(scene, operation, first, scene.send(alice, hers))


def _once(scene: Scene, operation: ContractOperation, user: User) -> Request:
    """A valid request that has an idempotency key, even where none is required."""
    return scene.request(user, operation, scene.place(user, operation))


def _assert_repeats(scene: Scene, operation: ContractOperation, first: Exchange, again: Exchange) -> None:
    if first.status != again.status or first.text != again.text:
        what = "a request that is repeated with its idempotency key gets another answer."
        meaning = "what the first request did is done twice, or its answer is not the stored one."
        reports.fail(scene.contract, operation, what, [first, again], meaning=meaning)

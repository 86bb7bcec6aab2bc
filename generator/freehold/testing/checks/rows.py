"""Operations on one row: of another owner, below another parent, and below a parent of another owner."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from freehold.contract.operations.contract_operation import IF_MATCH, ContractOperation
from freehold.contract.operations.path_parameters import ancestors
from freehold.contract.resources import foreign_is_forbidden
from freehold.contract.rows.readers import tells_foreign
from freehold.fuzzing.bodies.row_keys import missing_key
from freehold.testing import reports
from freehold.testing.checks.comparisons import assert_alike, nothing_changes, variants
from freehold.testing.requests import ROW, Ids, with_missing_row
from freehold.testing.scene import Scene
from freehold.testing.users import Exchange, User

_CREATED, _NOT_FOUND, _FORBIDDEN = 201, 404, 403
_ELSEWHERE = "Whether others change it could not be seen: does an override store rows somewhere else?"


def foreign_row(scene: Scene, operation: ContractOperation) -> None:
    """A row of another owner is answered like one that does not exist, and stays as it is.

    The owner has read it, and has performed the operation on another one, for whatever is kept from that.
    """
    alice, bob = scene.users.create("alice"), scene.users.create("bob")
    hers, his = scene.place(alice, operation), scene.place(bob, operation)
    used = _used(scene, alice, operation, hers)
    seen = _read(scene, alice, operation, hers)
    _assert_is_stored(scene, alice, operation, hers)
    nowhere = with_missing_row(scene.contract, operation, his)
    valid = scene.request(bob, operation, hers)
    with nothing_changes(scene, operation, alice, bob) as exchanges:
        for request in variants(valid):
            for foreign_at, missing_at in (
                *_places(scene, operation, hers, his, nowhere),
                *_places(scene, operation, used, his, nowhere),
            ):
                foreign, missing = (scene.send(bob, request.at(place)) for place in (foreign_at, missing_at))
                exchanges.extend((foreign, missing))
                _compare(scene, operation, foreign, missing, what="a row of another owner")
    for was, now in zip(seen, _read(scene, alice, operation, hers), strict=True):
        if reports.differences(was, now):
            what = "alice no longer gets the same answer for her row."
            meaning = "what bob has tried has changed what the owner sees."
            reports.fail(scene.contract, operation, what, [was, *exchanges[:2], now], meaning=meaning)


def _used(scene: Scene, user: User, operation: ContractOperation, ids: Ids) -> dict[str, str]:
    """A row beside another one, on which the owner has performed the operation."""
    resource = scene.contract.resource_of(operation)
    place = scene.prepared_row(user, operation, resource, ids) if resource else dict(ids)
    scene.send(user, scene.request(user, operation, place))
    return place


def _assert_is_stored(scene: Scene, user: User, operation: ContractOperation, ids: Ids) -> None:
    if not any(ids[ROW] in row for rows in scene.stored.of_owner(user.subject).values() for row in rows):
        reports.skip(
            operation, f"the row {ids[ROW]} is in no table under the owner {user.subject}", _ELSEWHERE
        )


def _places(
    scene: Scene, operation: ContractOperation, hers: Ids, his: Ids, nowhere: Ids
) -> Iterator[tuple[Mapping[str, str], Mapping[str, str]]]:
    """Yield a place with something of hers, and one without, which must be answered alike."""
    row_missing = {**hers, ROW: nowhere[ROW]}
    yield {**his, ROW: hers[ROW]}, nowhere
    if not scene.contract.parents_in_path(operation):
        return
    missing_parents = {**missing_parents_of(scene, operation), ROW: nowhere[ROW]}
    yield hers, missing_parents
    yield row_missing, missing_parents
    if scene.contract.is_generated(operation):
        yield missing_parents, nowhere


def _compare(
    scene: Scene, operation: ContractOperation, foreign: Exchange, missing: Exchange, *, what: str
) -> None:
    resource = scene.contract.resource_of(operation)
    chain = [resource, *(above for _, above in ancestors(resource))] if resource else []
    if foreign.status == _FORBIDDEN and any(map(foreign_is_forbidden, filter(None, chain))):
        return  # as the contract says: `foreign: forbidden`
    if foreign.status == _FORBIDDEN and resource is not None and tells_foreign(operation, resource):
        return  # as the contract says: others read the row, and the operation declares 403
    assert_alike(scene, operation, foreign, missing, what=what)


def foreign_row_is_refused(scene: Scene, operation: ContractOperation) -> None:
    """A valid request for a row of another owner is a 404, or the 403 of `foreign: forbidden`."""
    alice, bob = scene.users.create("alice"), scene.users.create("bob")
    hers, his = scene.place(alice, operation), scene.place(bob, operation)
    resource = scene.contract.resource_of(operation)
    forbidden = resource is not None and (
        foreign_is_forbidden(resource) or tells_foreign(operation, resource)
    )
    request = scene.request(bob, operation, his)
    foreign = scene.send(bob, request.at({**his, ROW: hers[ROW]}))
    missing = scene.send(bob, request.at(with_missing_row(scene.contract, operation, his)))
    _assert_status(scene, operation, foreign, _FORBIDDEN if forbidden else _NOT_FOUND)
    _assert_status(scene, operation, missing, _NOT_FOUND)


def foreign_key_is_free(scene: Scene, operation: ContractOperation) -> None:
    """A PUT at a key that another owner has is answered like one at a key that nobody has."""
    alice, bob = scene.users.create("alice"), scene.users.create("bob")
    hers, his = scene.place(alice, operation), scene.place(bob, operation)
    request = scene.request(bob, operation, his)
    headers = {name: value for name, value in request.headers.items() if name.lower() != IF_MATCH}
    request = replace(request, headers=headers)
    with nothing_changes(scene, operation, alice) as exchanges:
        foreign = scene.send(bob, request.at({**his, ROW: hers[ROW]}))
        missing = scene.send(bob, request.at(with_missing_row(scene.contract, operation, his)))
        again = scene.send(bob, request.at({**his, ROW: hers[ROW]}))
        exchanges.extend((foreign, missing, again))
    _assert_created(scene, operation, foreign, missing)
    success = operation.success_response()
    _assert_status(scene, operation, again, int(success[0]) if success else _CREATED)


def singleton_is_own(scene: Scene, operation: ContractOperation) -> None:
    """A user who performs an operation on the own singleton neither changes nor sees that of another one."""
    alice, bob = scene.users.create("alice"), scene.users.create("bob")
    hers, his = scene.place(alice, operation), scene.place(bob, operation)
    scene.send(alice, scene.request(alice, operation, hers))
    seen = _read_singleton(scene, alice, operation, hers)
    with nothing_changes(scene, operation, alice) as exchanges:
        exchanges.extend(scene.send(bob, request) for request in scene.requests(bob, operation, his))
    for was, now in zip(seen, _read_singleton(scene, alice, operation, hers), strict=True):
        if reports.differences(was, now):
            what = "alice no longer gets the same answer for her row."
            meaning = "what bob has done has changed what alice sees."
            reports.fail(scene.contract, operation, what, [was, *exchanges[:2], now], meaning=meaning)


def _read_singleton(scene: Scene, user: User, operation: ContractOperation, ids: Ids) -> list[Exchange]:
    own = [o for o in scene.contract.operations if (o.resource, o.kind) == (operation.resource, "get")]
    reads = [found for found in own if not scene.contract.is_unwritten(found)]
    return [scene.send(user, scene.request(user, found, ids)) for found in reads]


def _assert_created(scene: Scene, operation: ContractOperation, foreign: Exchange, missing: Exchange) -> None:
    headers = [answer.visible_headers.keys() for answer in (foreign, missing)]
    if foreign.status != _CREATED or missing.status != _CREATED or headers[0] != headers[1]:
        what = "a key of alice is not answered like one that nobody has."
        meaning = "bob learns which keys alice has, or reaches her row."
        reports.fail(scene.contract, operation, what, [foreign, missing], meaning=meaning)


def _assert_status(scene: Scene, operation: ContractOperation, answer: Exchange, status: int) -> None:
    if answer.status != status:
        what = f"what is not bob's must be answered {status}."
        meaning = "a valid request for what is not there finds nothing, whatever else it asks for."
        reports.fail(scene.contract, operation, what, [answer], meaning=meaning)


def other_parent(scene: Scene, operation: ContractOperation) -> None:
    """The right row below another parent of the same owner is answered like one that does not exist."""
    alice = scene.users.create("alice")
    ids = scene.place(alice, operation)
    siblings = _siblings(scene, alice, operation, ids)
    valid = scene.request(alice, operation, ids)
    with nothing_changes(scene, operation, alice) as exchanges:
        for request in variants(valid):
            for field, sibling in siblings.items():
                wrong = {**ids, field: sibling}
                missing = _without_last(scene, operation, wrong)
                answers = [scene.send(alice, request.at(place)) for place in (wrong, missing)]
                exchanges.extend(answers)
                what = f"what is below another {field.removesuffix('_id')}"
                assert_alike(scene, operation, *answers, what=what)


def _siblings(scene: Scene, user: User, operation: ContractOperation, ids: Ids) -> dict[str, str]:
    """Another parent at each level that the path names, below the same ones, but for the lowest of a list.

    That one is the place of the list itself, which is not below it.
    """
    resource = scene.contract.resource_of(operation)
    named = scene.contract.parents_in_path(operation)
    levels = named if scene.contract.is_on_one_row(operation) else named[:-1]
    siblings = {}
    for link, above in ancestors(resource) if resource else ():
        if link.field in levels:
            siblings[link.field] = scene.row(user, above, ids)
    return siblings


def _without_last(scene: Scene, operation: ContractOperation, ids: Ids) -> dict[str, str]:
    """The same place, without what is lowest in it: the row, or the parent of a list."""
    if scene.contract.is_on_one_row(operation):
        return with_missing_row(scene.contract, operation, ids)
    lowest = scene.contract.parents_in_path(operation)[-1]
    return {**ids, lowest: missing_parents_of(scene, operation)[lowest]}


def foreign_parent(scene: Scene, operation: ContractOperation) -> None:
    """A parent of another owner is answered like one that does not exist, at each level."""
    alice, bob = scene.users.create("alice"), scene.users.create("bob")
    hers, his = scene.place(alice, operation), scene.place(bob, operation)
    nowhere = missing_parents_of(scene, operation)
    valid = scene.request(bob, operation, his)
    with nothing_changes(scene, operation, alice, bob) as exchanges:
        for request in variants(valid):
            for field in scene.contract.parents_in_path(operation):
                places = ({**his, field: ids[field]} for ids in (hers, nowhere))
                foreign, missing = (scene.send(bob, request.at(place)) for place in places)
                if not exchanges:
                    _assert_status(scene, operation, missing, _NOT_FOUND)
                exchanges.extend((foreign, missing))
                _compare(scene, operation, foreign, missing, what="a parent of another owner")


def missing_parents_of(scene: Scene, operation: ContractOperation) -> dict[str, str]:
    """An id of no row for each parent."""
    resource = scene.contract.resource_of(operation)
    return {link.field: missing_key(above) for link, above in ancestors(resource)} if resource else {}


def _read(scene: Scene, user: User, operation: ContractOperation, ids: Ids) -> list[Exchange]:
    """What the owner gets for a row from each operation that reads one of this resource."""
    reads = (
        o
        for o in scene.contract.operations
        if o.resource == operation.resource and o.method == "get" and scene.contract.is_on_one_row(o)
    )
    return [scene.send(user, scene.request(user, found, ids)) for found in reads]

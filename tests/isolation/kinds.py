"""The kinds of probes: what may belong to another owner in a request, and the same for what is missing."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import quote

from tests.isolation.operations import Operation, Resource
from tests.isolation.probes import FAILING, MALFORMED, Probe, Probes
from tests.isolation.world import KEY, Owner, Request, Stored, World
from tests.support.two_users import ROW

Make = Callable[[Probes, Operation, Resource], Probe | None]


def endless(world: World, rng: random.Random) -> Iterator[Probe]:
    """Yield probes of a world: each kind for each operation, in a new order each time."""
    probes = Probes(world, rng)
    combinations = [
        (o, o.resource, kind)
        for o in world.service.operations
        for kind in KINDS
        if o.resource and applies(o, o.resource, kind)
    ]
    while True:
        rng.shuffle(combinations)
        for operation, resource, kind in combinations:
            probe = KINDS[kind](probes, operation, resource)
            if probe is not None:
                yield replace(probe, kind=kind)


def applies(operation: Operation, resource: Resource, kind: str) -> bool:
    """Whether a kind of probe makes sense for an operation."""
    if not resource.is_owned:
        return kind == "shared rows"
    below, row, key = bool(resource.ancestors), operation.has_row, KEY.lower() in operation.headers
    return {
        "row": row,
        "row and parents": row and below,
        "row at parents of its owner": row and below,
        "row at parents of a third owner": row and below,
        "own row at another parent": row and below,
        "parent": below,
        "malformed id": row and below,
        "cursor": bool(operation.cursor),
        "reference in the body": bool(operation.references),
        "reference in the query": bool(operation.filters),
        "used key": key,
        "used key that creates": operation.kind == "create" and key,
        "owner in the path": operation.owner_parameter is not None,
        "empty list": _reads_rows(operation) and not below,
        "same body of two owners": operation.kind == "create" and not below and not resource.has_common_keys,
        "shared rows": False,
    }[kind]


def _reads_rows(operation: Operation) -> bool:
    """Whether an operation answers with rows that its path does not name: a list, or an export."""
    is_custom_read = operation.kind == "custom" and operation.method == "GET" and not operation.has_row
    return operation.kind == "list" or is_custom_read


def _row(probes: Probes, operation: Operation, resource: Resource) -> Probe:
    """A foreign row, or none, at parents of one's own."""
    user, other = probes.pair()
    own, foreign = probes.row(user, resource), probes.row(other, resource)
    missing = probes.missing_id(resource)
    if resource.is_forbidden:  # it says that the row exists, but must not say more
        missing = probes.row(other, resource).ids[ROW]
    place = {name: value for name, value in own.ids.items() if name != ROW}
    probe = probes.build(
        operation, user, place | {ROW: foreign.ids[ROW]}, place | {ROW: missing}, foreign.etag
    )
    read = probes.world.valid(other, operation, foreign.ids).encode(other.token)
    return replace(probe, before=read if operation.method == "GET" else None)


def _row_and_parents(probes: Probes, operation: Operation, resource: Resource) -> Probe:
    user, other = probes.pair()
    foreign = probes.row(other, resource)
    return probes.build(operation, user, foreign.ids, probes.missing_ids(resource), foreign.etag)


def _row_at_its_parents(probes: Probes, operation: Operation, resource: Resource) -> Probe:
    user, other = probes.pair()
    foreign, own = probes.row(other, resource), probes.row(user, resource)
    missing = own.ids | {ROW: probes.missing_id(resource)}
    return probes.build(operation, user, foreign.ids, missing, foreign.etag)


def _row_at_third(probes: Probes, operation: Operation, resource: Resource) -> Probe:
    user, other = probes.pair()
    foreign, third = probes.row(other, resource), probes.row(probes.rng.choice(probes.world.owners), resource)
    place = third.ids | {ROW: foreign.ids[ROW]}
    if third.ids.keys() == {ROW} or _is_at(foreign, third):
        place = foreign.ids
    return probes.build(operation, user, place, probes.missing_ids(resource), foreign.etag)


def _is_at(row: Stored, other: Stored) -> bool:
    return all(row.ids[name] == value for name, value in other.ids.items() if name != ROW)


def _wrong_parent(probes: Probes, operation: Operation, resource: Resource) -> Probe | None:
    user, _ = probes.pair()
    row = probes.row(user, resource)
    elsewhere = [other for other in user.rows[resource.name] if not _is_at(row, other)]
    if not elsewhere:
        return None
    place = probes.rng.choice(elsewhere).ids
    missing = place | {ROW: probes.missing_id(resource)}
    return probes.build(operation, user, place | {ROW: row.ids[ROW]}, missing, row.etag)


def _parent(probes: Probes, operation: Operation, resource: Resource) -> Probe:
    """One parent is foreign, or missing; the rest of the path is one's own, foreign or missing."""
    user, other = probes.pair()
    name, parent = probes.rng.choice(resource.ancestors)
    foreign = probes.row(other, resource)
    base = probes.rng.choice((probes.row(user, resource).ids, foreign.ids, probes.missing_ids(resource)))
    at = {name: foreign.ids[name]}
    return probes.build(
        operation, user, base | at, base | {name: probes.missing_id(probes.resources[parent])}, foreign.etag
    )


def _malformed(probes: Probes, operation: Operation, resource: Resource) -> Probe:
    user, other = probes.pair()
    wrong = {ROW: probes.rng.choice(MALFORMED)}
    foreign = probes.row(other, resource).ids | wrong
    return probes.build(operation, user, foreign, probes.missing_ids(resource) | wrong)


def _cursor(probes: Probes, operation: Operation, resource: Resource) -> Probe | None:
    """A cursor of another owner, or one that nobody was given."""
    user, other = probes.pair()
    if not other.cursors.get(operation.id):
        return None
    place, cursor = probes.rng.choice(other.cursors[operation.id])
    own = next((row.ids for name, row in _first_rows(user) if name == resource.name), place)
    ids = probes.rng.choice((place, own))
    letters = list(cursor)
    probes.rng.shuffle(letters)
    valid = probes.world.valid(user, operation, ids)
    found, unknown = (
        replace(valid, query=f"{operation.size}=1&{operation.cursor}={quote(text)}")
        for text in (cursor, "".join(letters))
    )
    return probes.probe(user, found, unknown)


def _first_rows(who: Owner) -> Iterator[tuple[str, Stored]]:
    yield from ((name, rows[0]) for name, rows in who.rows.items())


def _body_reference(probes: Probes, operation: Operation, resource: Resource) -> Probe:
    user, other = probes.pair()
    name, referenced = probes.rng.choice(operation.references)
    target = probes.resources[referenced]
    ids = (probes.row(other, target).ids[ROW], probes.missing_id(target))
    request = probes.world.valid(user, operation, probes.row(user, resource).ids)
    own = probes.world.row(operation)
    rows = (own | {name: int(row) if row.isdecimal() else row} for row in ids)
    bodies = (json.dumps(operation.in_envelope(row)).encode() for row in rows)
    found, none = (replace(request, body=body) for body in bodies)
    return probes.probe(user, found, none)


def _query_reference(probes: Probes, operation: Operation, resource: Resource) -> Probe:
    user, other = probes.pair()
    name, referenced = probes.rng.choice(operation.filters)
    target = probes.resources[referenced]
    request = probes.world.valid(user, operation, probes.row(user, resource).ids)
    ids = (probes.row(other, target).ids[ROW], probes.missing_id(target))
    found, none = (replace(request, query=f"{name}={row}") for row in ids)
    return probes.probe(user, found, none, refused=False)


def _used_key(probes: Probes, operation: Operation, resource: Resource) -> Probe | None:
    """A key that another owner has used, or nobody, for a request that fails."""
    user, other = probes.pair()
    keys = other.keys.get(operation.id) or next(iter(other.keys.values()), [])
    if not keys:
        return None
    place, key = probes.rng.choice(keys)
    if (user.subject, key) in probes.spent:
        return None
    if operation.has_row or (resource.ancestors and probes.rng.random() < 0.5):
        request = probes.world.valid(user, operation, probes.missing_ids(resource))
    else:
        valid = probes.world.valid(
            user, operation, probes.rng.choice((place, probes.row(user, resource).ids))
        )
        request = replace(valid, body=probes.rng.choice(FAILING))
    return _with_keys(probes, user, request, key)


def _creating_key(probes: Probes, operation: Operation, resource: Resource) -> Probe | None:
    """A key that another owner has used, or nobody, for a request that creates a row."""
    user, other = probes.pair()
    if probes.rng.random() < 0.8 or not other.keys.get(operation.id):  # each one adds rows
        return None
    _, key = probes.rng.choice(other.keys[operation.id])
    if (user.subject, key) in probes.spent:
        return None
    probes.spent.add((user.subject, key))
    request = probes.world.valid(user, operation, probes.row(user, resource).ids)
    return replace(_with_keys(probes, user, request, key, salt=True), refused=False, creates=True)


def _with_keys(probes: Probes, user: Owner, request: Request, key: str, *, salt: bool = False) -> Probe:
    found, unused = (
        replace(
            request,
            headers={**request.headers, KEY: name},
            body=json.dumps(probes.world.body(request.operation)).encode() if salt else request.body,
        )
        for name in (key, probes.world.uuid())
    )
    return probes.probe(user, found, unused)


def _path_owner(probes: Probes, operation: Operation, resource: Resource) -> Probe:
    """The path names another owner, or nobody."""
    user, other = probes.pair()
    foreign = probes.row(other, resource)
    ids = probes.rng.choice((foreign.ids, probes.row(user, resource).ids, probes.missing_ids(resource)))
    request = probes.varied(probes.world.valid(user, operation, ids), foreign.etag)
    found = replace(request, path_owner=other.subject)
    missing = probes.rng.choice((ids, probes.missing_ids(resource)))
    return probes.probe(user, found, replace(request, path_owner=probes.world.uuid(), ids=missing))


def _shared(probes: Probes, operation: Operation, resource: Resource) -> Probe:
    """Rows that all users share: it makes no difference who asks."""
    user, other = probes.pair()
    request = probes.varied(probes.world.valid(user, operation, probes.missing_ids(resource)))
    return Probe("", operation.id, request.encode(user.token), request.encode(other.token), refused=False)


def _empty_list(probes: Probes, operation: Operation, resource: Resource) -> Probe:
    """Two owners without rows, whatever all the others have."""
    user, other = probes.world.strangers
    request = probes.varied(probes.world.valid(user, operation, {}))
    first, second = (replace(request, path_owner=who.subject).encode(who.token) for who in (user, other))
    owner = probes.pair()[0]
    before = probes.world.valid(owner, operation, {}).encode(owner.token)
    return Probe(
        "", operation.id, first, second, refused=False, empty=operation.kind == "list", before=before
    )


def _same_body(probes: Probes, operation: Operation, resource: Resource) -> Probe:
    """Two owners create the same: what one has stored takes nothing away from the other."""
    user, other = probes.pair()
    request = probes.world.valid(user, operation, {})
    if probes.rng.random() < 0.8:  # each success adds rows
        request = replace(request, body=probes.rng.choice(FAILING))
    first, second = (replace(request, path_owner=who.subject).encode(who.token) for who in (user, other))
    return Probe("", operation.id, first, second, refused=False, creates=True)


KINDS: dict[str, Make] = {
    "row": _row,
    "row and parents": _row_and_parents,
    "row at parents of its owner": _row_at_its_parents,
    "row at parents of a third owner": _row_at_third,
    "own row at another parent": _wrong_parent,
    "parent": _parent,
    "malformed id": _malformed,
    "cursor": _cursor,
    "reference in the body": _body_reference,
    "reference in the query": _query_reference,
    "used key": _used_key,
    "used key that creates": _creating_key,
    "owner in the path": _path_owner,
    "empty list": _empty_list,
    "same body of two owners": _same_body,
    "shared rows": _shared,
}

"""Operations whose path names the owner."""

from dataclasses import replace
from uuid import uuid4

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.testing.checks.comparisons import assert_alike, assert_refused, nothing_changes, variants
from freehold.testing.requests import with_missing_row
from freehold.testing.scene import Scene


def another_owner(scene: Scene, operation: ContractOperation) -> None:
    """A path that names another owner is refused, and does not tell whether that owner, or a row, exists."""
    alice, bob = scene.users.create("alice"), scene.users.create("bob")
    hers, his = scene.place(alice, operation), scene.place(bob, operation)
    nowhere = with_missing_row(scene.contract, operation, his)
    valid = scene.request(bob, operation, his)
    with nothing_changes(scene, operation, alice, bob) as exchanges:
        for request in variants(valid):
            answers = [
                scene.send(bob, replace(request.at(place), path_owner=owner))
                for place, owner in (
                    (hers, alice.subject),
                    (his, alice.subject),
                    (nowhere, alice.subject),
                    (nowhere, str(uuid4())),
                )
            ]
            exchanges.extend(answers)
            assert_refused(scene, operation, answers[0], what="a path with another owner")
            for answer in answers[:-1]:
                assert_alike(scene, operation, answer, answers[-1], what="an owner in the path")

"""Operations that read the rows of all owners: everybody who may read gets the same."""

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.testing import reports
from freehold.testing.scene import Scene

_OK = 200


def others_read_the_same(scene: Scene, operation: ContractOperation) -> None:
    """A row, or a list, is answered to others as to its owner; without a token if it needs none."""
    alice, bob = scene.users.create("alice"), scene.users.create("bob")
    scene.place(bob, operation)
    request = scene.request(bob, operation, scene.place(alice, operation))
    readers = [alice, bob]
    readers += [] if operation.requires_token else [scene.users.with_headers(bob, "(no token)", {})]
    answers = [scene.send(reader, request) for reader in readers]
    if answers[0].status != _OK:
        what = "the owner cannot read the row that was just created."
        reports.fail(scene.contract, operation, what, answers[:1], meaning="nobody could read it.")
    for answer in answers[1:]:
        if found := reports.differences(answers[0], answer):
            what = f"the owner and {answer.user} read different things: {', '.join(found)} differ."
            meaning = "`read` of the contract says that both read the rows of all owners."
            reports.fail(scene.contract, operation, what, [answers[0], answer], meaning=meaning)

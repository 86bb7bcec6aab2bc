"""Each operation performed by the owner, with the examples of the contract."""

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.testing import reports
from freehold.testing.scene import NOT_IMPLEMENTED, Scene
from freehold.testing.users import Exchange

_NEEDS_A_STATE = (403, 404, 409, 412, 422)
"""Statuses that tell of a state, or of a value, that a contract does not know of."""


def owner_can_use(scene: Scene, operation: ContractOperation) -> None:
    """The owner performs the operation with each example of its body. The answers are as declared.

    An operation that is not written yet answers 501.
    """
    alice = scene.users.create("alice")
    success = operation.success_response()
    expected = int(success[0]) if success and success[0].isdecimal() else 200
    expected = NOT_IMPLEMENTED if scene.contract.is_unwritten(operation) else expected
    number = 0
    while True:
        place = scene.place(alice, operation)
        requests = list(scene.requests(alice, operation, place, even_unwritten=True))
        answer = scene.send(alice, requests[number])
        may_choose = operation.chooses_status and expected != NOT_IMPLEMENTED
        chosen = operation.success_responses() if may_choose else {}
        if answer.status != expected and str(answer.status) not in chosen:
            _explain(scene, operation, answer, expected, example=number)
        number += 1
        if number >= len(requests):
            return


def _explain(
    scene: Scene, operation: ContractOperation, answer: Exchange, expected: int, *, example: int
) -> None:
    generated = scene.contract.is_generated(operation)
    if not generated and answer.status in _NEEDS_A_STATE:
        advice = (
            "If it needs a row in another state, override `prepare` in your ContractTests; if it needs"
            " another body, write it as the first `example` of the contract, or into `bodies`."
        )
        why = f"it could not be performed on a new row:\n{answer.describe()}\nIts success was not tested"
        reports.skip(operation, why, advice)
    sent = f"example {example + 1} of the contract" if operation.body_schema() else "no body"
    reports.fail(
        scene.contract,
        operation,
        f"the owner must get a {expected} for a new row of theirs, with {sent}.",
        [answer],
        meaning="the operation does not do for its owner what the contract promises.",
    )

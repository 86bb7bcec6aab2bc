"""A write is never done without a condition that the client set (RFC 9110, 13.1)."""

import json
from contextlib import ExitStack

import pytest

from freehold.contract.operations.contract_operation import ContractOperation
from tests.hostile.judge import judge_of
from tests.hostile.requests import OPERATIONS, body_of, headers_of, path_of
from tests.hostile.wire import Answer, Wire
from tests.hostile.workspace import CONTRACT, Workspace
from tests.support.two_users import ROW, Ids, User

LONG_AGO = "Sun, 06 Nov 1994 08:49:37 GMT"
CONDITIONS = [
    ("If-Match", '"7"'),
    ("If-None-Match", "*"),
    ("If-None-Match", '"1"'),
    ("If-None-Match", '"a", W/"1"'),
    ("If-Unmodified-Since", LONG_AGO),
]
"""Those that a new row does not meet."""
ALWAYS_MET = {"If-Match": "*", "If-None-Match": '"a"', "If-Modified-Since": LONG_AGO}
WRITES = [name for name, operation in OPERATIONS.items() if operation.is_write]


class Writer:
    """A user with a row that an operation can change."""

    def __init__(self, workspace: Workspace, wire: Wire, operation: ContractOperation) -> None:
        self._workspace, self._wire, self._operation = workspace, wire, operation
        self._subject = CONTRACT.new_subject()

    def create(self, people: ExitStack) -> Ids:
        client = self._workspace.service.user(self._subject, CONTRACT.token_claims(self._subject))
        user = User(self._subject, people.enter_context(client))
        return {ROW: "1"} if self._operation.resource == "Plan" else CONTRACT.create(user, self._operation)

    def write(self, ids: Ids, **conditions: str) -> Answer:
        operation, body = self._operation, body_of(self._operation)
        content = None if body is None else json.dumps(body).encode()
        headers = {**headers_of(operation), **conditions}
        path = path_of(operation.path, ids)
        return self._wire.ask(
            self._workspace.request(self._subject, operation.method.upper(), path, content, **headers)
        )


@pytest.mark.parametrize("operation_id", WRITES)
def test_a_write_with_an_undeclared_condition_is_rejected_and_changes_nothing(
    workspace: Workspace, wire: Wire, people: ExitStack, operation_id: str
) -> None:
    operation = OPERATIONS[operation_id]
    writer = Writer(workspace, wire, operation)
    ids = writer.create(people)
    undeclared = [found for found in CONDITIONS if operation.request_header(found[0].lower()) is None]

    for name, value in undeclared:
        answer = writer.write(ids, **{name: value})
        assert (answer.status, json.loads(answer.body)["code"]) == (400, "unsupported_precondition"), answer
        assert list(judge_of(operation).faults(answer)) == []

    assert len(undeclared) >= 2
    assert writer.write(ids, **ALWAYS_MET).status < 300, "the row is still there, and is changed"

"""Only the token identifies the user, and responses match the contract (T01, T11 to T20)."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.resources import id_property, owner, properties, table_name
from tests.hostile.judge import judge_of
from tests.hostile.places import Schema, Schemas
from tests.hostile.requests import OPERATIONS, SECURED, WITH_BODIES, body_of, headers_of, path_of
from tests.hostile.wire import Answer, Request, Wire, wired
from tests.hostile.workspace import CONTRACT, Workspace, running
from tests.support.thoroughness import count
from tests.support.two_users import ROW, Ids, User, perform, visible_response

NOT_YOURS = [
    "owner_id",
    "org_id",
    "user_id",
    "id",
    "created_at",
    "updated_at",
    "deleted_at",
    "version",
    "is_admin",
]
UNKNOWN = {"code": "unknown", "detail": "This operation has no such parameter."}
ROUNDS = count("ONE_CONNECTION_ROUNDS", short=40, long=156)  # of six or seven requests: a thousand

Make = Callable[[], User]


@pytest.fixture
def make_user(workspace: Workspace, people: ExitStack) -> Make:
    def make() -> User:
        subject = CONTRACT.new_subject()
        return User(
            subject, people.enter_context(workspace.service.user(subject, CONTRACT.token_claims(subject)))
        )

    return make


def place_of(user: User, operation: ContractOperation) -> Ids:
    return {ROW: "1"} if operation.resource == "Plan" else CONTRACT.create(user, operation)


def refused(operation: ContractOperation, answer: Answer, challenge: str) -> None:
    assert answer.status == 401
    assert not list(judge_of(operation).faults(answer))
    assert answer.headers["www-authenticate"] == challenge


@pytest.mark.parametrize("operation_id", SECURED)
def test_t01_a_request_without_a_token_is_rejected(wire: Wire, operation_id: str) -> None:
    operation = OPERATIONS[operation_id]
    request = Request(operation.method.upper(), path_of(operation.path).encode(), body=b"{")

    refused(operation, wire.ask(request), "Bearer")


@pytest.mark.parametrize(
    ("scheme", "status"),
    [("Basic", 401), ("Token", 401), ("Bearer:", 401), ("", 401), ("bearer", 200), ("BEARER", 200)],
)
@pytest.mark.parametrize("operation_id", ["listProjects", "listContacts"])
def test_t11_only_a_bearer_token_is_accepted(
    workspace: Workspace, wire: Wire, operation_id: str, scheme: str, status: int
) -> None:
    operation = OPERATIONS[operation_id]
    said = f"{scheme} {workspace.token(CONTRACT.new_subject())}".strip()
    answer = wire.ask(Request("GET", operation.path.encode(), ((b"Authorization", said.encode()),)))

    if status == 200:
        assert answer.status == 200
    else:
        refused(operation, answer, 'Bearer error="invalid_token"')


@pytest.mark.parametrize("operation_id", SECURED)
def test_t11_a_token_in_another_place_is_ignored(workspace: Workspace, wire: Wire, operation_id: str) -> None:
    operation = OPERATIONS[operation_id]
    token, path = workspace.token(CONTRACT.new_subject()), path_of(operation.path)
    for target, header in (
        (f"{path}?access_token={token}", (b"X-User-Id", b"somebody")),
        (path, (b"Cookie", f"token={token}; session={token}; Authorization=Bearer {token}".encode())),
        (path, (b"X-Authorization", f"Bearer {token}".encode())),
        (path, (b"Proxy-Authorization", f"Bearer {token}".encode())),
    ):
        refused(operation, wire.ask(Request(operation.method.upper(), target.encode(), (header,))), "Bearer")


@pytest.mark.parametrize("operation_id", [o.id for o in CONTRACT.list_operations()])
def test_t11_a_header_with_a_user_name_does_not_authenticate(make_user: Make, operation_id: str) -> None:
    alice, bob, operation = make_user(), make_user(), OPERATIONS[operation_id]
    hers = CONTRACT.create(alice, operation)
    place = CONTRACT.create(bob, operation)
    path = path_of(operation.path, place)

    plain = bob.client.get(path)
    named = bob.client.get(path, headers={"X-User-Id": alice.subject, "X-Org-Id": alice.subject, "From": "x"})

    assert plain.status_code == 200
    assert visible_response(named) == visible_response(plain)
    assert str(hers[ROW]) not in named.text or len(str(hers[ROW])) < 10


@pytest.mark.parametrize("operation_id", [n for n in WITH_BODIES if OPERATIONS[n].kind != "custom"])
def test_t15_a_body_cannot_set_other_columns(
    workspace: Workspace, make_user: Make, operation_id: str
) -> None:
    alice, operation = make_user(), OPERATIONS[operation_id]
    ids, body = CONTRACT.create(alice, operation), operation.body_schema()
    before, known = CONTRACT.stored_row(workspace.service, operation, ids), properties(body) if body else {}
    path = path_of(operation.path, ids)

    for name in [name for name in NOT_YOURS if name not in known]:
        sent = {**(body_of(operation) or {}), name: "1"}
        answer = alice.client.request(
            operation.method.upper(), path, json=sent, headers=dict(headers_of(operation))
        )
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{name}"]
    assert CONTRACT.stored_row(workspace.service, operation, ids) == before


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_t16_a_query_cannot_name_an_owner_or_repeat_a_parameter(
    workspace: Workspace, make_user: Make, operation_id: str
) -> None:
    alice, operation = make_user(), OPERATIONS[operation_id]
    ids = place_of(alice, operation)
    path, before = path_of(operation.path, ids), rows(workspace, operation)
    declared = [str(p.get_value("name")) for p in operation.parameters() if p.get_value("in") == "query"]

    for name in ["owner_id", "user_id", "org_id", "sub", "_", "access_token"]:
        answer = ask(alice, operation, f"{path}?{name}={alice.subject}")
        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"parameter": name, **UNKNOWN}]
    for name in declared:
        twice = ask(alice, operation, f"{path}?{name}=1&{name}=1")
        assert [error["parameter"] for error in twice.json()["errors"]] == [name]
    assert rows(workspace, operation) == before


def ask(user: User, operation: ContractOperation, target: str) -> Any:
    return user.client.request(
        operation.method.upper(), target, json=body_of(operation), headers=dict(headers_of(operation))
    )


def rows(workspace: Workspace, operation: ContractOperation) -> object:
    resource = CONTRACT.resource_of(operation)
    return workspace.service.database.rows(f"SELECT count(*) FROM {table_name(resource.name, resource)}")


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_t17_a_response_has_exactly_the_properties_of_the_contract(
    make_user: Make, operation_id: str
) -> None:
    alice, operation = make_user(), OPERATIONS[operation_id]
    answer = perform(alice, operation, place_of(alice, operation))

    assert answer.status_code < 300, answer.text
    declared = operation.response_schema()
    if declared is None:
        assert answer.content == b""
    else:
        assert list(unknown(Schemas(declared.document), dict(declared.value), answer.json())) == []


def unknown(schemas: Schemas, schema: Schema, value: Any) -> list[str]:
    """Names in a value that are unknown to its schema or that must never be returned."""
    if isinstance(value, list):
        return [name for item in value for name in unknown(schemas, schemas.present(schema)["items"], item)]
    if not isinstance(value, dict):
        return []
    props = schemas.present(schema)["properties"]
    missing = [name for name in value if name not in props or props[name].get("writeOnly")]
    return missing + [
        inner for name in value if name in props for inner in unknown(schemas, props[name], value[name])
    ]


def test_t20_users_on_one_connection_are_isolated(workspace: Workspace, make_user: Make) -> None:
    """Alice's and Bob's requests alternate on one connection; some fail in every possible way."""
    settings = {"DATABASE_POOL_SIZE": "1", "BETTER_AUTH_SECRET": workspace.service.secret}
    with running(workspace.folder, workspace.service.database, **settings) as single, ExitStack() as stack:
        wire = stack.enter_context(wired(single.service.url))
        turns = [Turns(workspace, wire, make_user()) for _ in range(2)]
        for number in range(ROUNDS):
            for mine, other in (turns, reversed(turns)):
                mine.take(other, number)

        assert all(len(turn.known) == ROUNDS + 1 for turn in turns)
        assert "failed" in single.log()
    open_ones = workspace.service.database.rows(
        "SELECT state FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    )
    assert open_ones == []


class Turns:
    """The requests of one user, and checks that the rows are theirs."""

    def __init__(self, workspace: Workspace, wire: Wire, user: User) -> None:
        self._workspace, self._wire, self._user = workspace, wire, user
        self._token = user.client.headers["Authorization"]
        self.known: set[str] = set()
        self.broken = self._post("/projects", {"name": "Break", "goal": "to see"}, 201)["id"]
        self.known.add(self.broken)

    def take(self, other: "Turns", number: int) -> None:
        self.known.add(self._post("/projects", {"name": f"Garden {number}"}, 201)["id"])
        page = self._ask("GET", "/projects?per_page=1", None, 200)
        assert page["total"] == len(self.known)
        assert page["data"][0]["id"] in self.known
        self._ask("GET", f"/projects/{other.broken}", None, 404)
        if number % 10 == 0:
            self._post("/projects", {"name": ""}, 422)
            self._post(f"/projects/{self.broken}/archive", None, 500)

    def _post(self, path: str, body: Any, status: int) -> Any:
        return self._ask("POST", path, body, status)

    def _ask(self, method: str, path: str, body: Any, status: int) -> Any:
        content = None if body is None else json.dumps(body).encode()
        request = self._workspace.request(
            self._user.subject, method, path, content, Authorization=self._token
        )
        answer = self._wire.ask(request)
        assert answer.status == status, answer
        return json.loads(answer.body)


def test_every_owned_resource_is_tested() -> None:
    assert {o.resource for o in CONTRACT.owned_operations()} == {
        n for n, s in CONTRACT.resources.items() if owner(s)
    }
    assert all(id_property(schema) for schema in CONTRACT.resources.values())

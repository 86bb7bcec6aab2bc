"""Contracts as other teams write them: what they lack is told at once, and with that they are served.

Beside each `x.yaml` stands `x.fixed.yaml`, the same after somebody has followed the list.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from freehold.cli.main import main
from freehold.contract.operations import ContractOperation
from freehold.database import embedded_postgres
from tests.dialects.projects import freehold
from tests.support import two_users
from tests.support.service import Database, serving
from tests.support.two_users import User, observable, perform

HERE = Path(__file__).parent
NAMES = ("petstore", "blog", "invoices")
NAMED_BY_HAND = {"CustomerPage"}
SEND = """
from sqlalchemy import Update
from typing_extensions import override

from generated.invoices import repository
from generated.invoices.table import InvoiceRow
from generated.runtime import statement
from generated.schemas import Invoice


class InvoiceRepository(repository.InvoiceRepository):
    @statement
    def _send(cls) -> Update:
        return cls._update_one({InvoiceRow.status: "sent"})

    @override
    async def invoices_send(self, invoice_id: int) -> Invoice:
        return await self._fetch(self._send(), invoice_id)
"""


def start(name: str) -> Result:
    return CliRunner().invoke(main, ["init", "api", "--from", str(HERE / name)], catch_exceptions=False)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(printed: str) -> list[str]:
    """The problems of a list, each with its place."""
    return re.findall(r"^api/openapi/[\w.]+:(\d+:\d+: .*)$", printed, re.MULTILINE)


LISTS = {
    "petstore": [
        "123:5: Pet looks like a resource: /pets keeps them",
        "129:9: the id of Pet is made by the database, and a body could set it",
        "165:13: error[FH602]: the security scheme api_key is not a bearer token",
        "11:1: operations can answer more failures than the contract says (401, 404, 422, 503, ...)",
        "13:5: GET /pets has no operationId",
        "52:5: POST /pets has no operationId",
        "76:5: GET /pets/{petId} has no operationId",
        "101:5: DELETE /pets/{petId} has no operationId",
        "18:11: error[FH501]: limit has no maximum",
        "22:11: error[FH501]: limit needs a default",
        "22:11: error[FH501]: limit starts at 1",
        "28:11: error[FH501]: offset needs a default",
        "28:11: error[FH501]: offset starts at 0",
    ],
    "blog": [
        "118:5: Post looks like a resource: /v1/posts keeps them",
        "6:1: operations can answer more failures than the contract says (401, 404, 422, 503, ...)",
        "77:7: error[FH501]: page starts at 1",
        "78:5: error[FH501]: per_page has no maximum",
        "81:7: error[FH501]: per_page starts at 1",
    ],
    "invoices": [
        "155:5: Customer looks like a resource: /customers keeps them",
        "166:5: Invoice looks like a resource: /invoices keeps them",
        "140:13: error[FH602]: the security scheme oauth is not a bearer token",
        "7:1: operations can answer more failures than the contract says (401, 404, 422, 503, ...)",
        "173:9: error[FH403]: there is no column for amount of Invoice",
        "24:15: error[FH302]: GET /customers answers a schema without a name",
        "34:7: error[FH305]: a body that may be left out is not supported so far",
    ],
}


@pytest.mark.parametrize("name", NAMES)
def test_all_that_a_contract_lacks_is_told_with_its_place(desk: Path, name: str) -> None:
    result = start(f"{name}.yaml")

    assert (result.exit_code, result.stderr) == (0, "")
    assert told(result.stdout) == LISTS[name]
    assert f"\n{len(LISTS[name])} things to do in the contract. Then:\n" in result.stdout
    copied = desk / "api" / "openapi" / f"{name}.yaml"
    assert copied.read_bytes() == (HERE / f"{name}.yaml").read_bytes()
    assert not (desk / "api" / "generated").exists()


@pytest.mark.parametrize("name", NAMES)
def test_what_was_added_is_what_the_list_asked_for_and_no_more(desk: Path, name: str) -> None:
    asked = start(f"{name}.yaml").stdout
    before, after = (said((HERE / f"{name}{end}.yaml").read_text("utf-8")) for end in ("", ".fixed"))

    added = {words for words in after - before if not any(own in words for own in NAMED_BY_HAND)}

    assert {words for words in added if words not in asked} == set()
    assert len(added) >= 4


def said(text: str) -> set[str]:
    """Each key with its value, on lines of their own or not."""
    return {words.strip() for words in re.findall(r"[\w-]+: ?(?:\{\}|\[[^\]]*\]|[^,{}\n]+)", text)}


@pytest.fixture
def users() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize("name", NAMES)
def test_what_was_completed_is_served_and_two_users_do_not_meet(
    desk: Path, server: embedded_postgres.Server, users: ExitStack, name: str
) -> None:
    result = start(f"{name}.fixed.yaml")
    assert result.exit_code == 0, result.output
    embedded_postgres.create_database(server, f"foreign_{name}")
    database, folder = Database(server.url(f"foreign_{name}")), desk / "api"
    if "must be implemented" in result.stdout:
        (folder / "overrides" / "invoices.py").write_text(SEND, "utf-8")
        freehold(folder, database.url, "generate")
    freehold(folder, database.url, "migrate", "new", "-m", "Everything")
    freehold(folder, database.url, "migrate", "up")

    known = two_users.read(folder / "openapi" / f"{name}.fixed.yaml")
    with serving(folder, database) as service:
        alice, bob = (
            User(who, users.enter_context(service.user(who, known.claims(who)))) for who in ("alice", "bob")
        )
        for operation in known.on_a_row():
            must_stay_apart(known, operation, alice, bob)
        for operation in known.lists():
            known.create(alice, operation)
            assert len(rows(perform(alice, operation, {}).json())) > 0
            assert rows(perform(bob, operation, {}).json()) == []


def must_stay_apart(known: two_users.Contract, operation: ContractOperation, alice: User, bob: User) -> None:
    """Her row is served to her and is, for him, as one that is nowhere."""
    hers = known.create(alice, operation)
    foreign, missing = (perform(bob, operation, ids) for ids in (hers, known.missing(operation, hers)))
    served = perform(alice, operation, hers)

    success = operation.success_response()
    assert success is not None
    assert (served.status_code, missing.status_code) == (int(success[0]), 404), served.text
    assert observable(foreign) == observable(missing)


def rows(answer: object) -> list[object]:
    """What a list has answered, in whatever it puts its rows."""
    if isinstance(answer, dict):
        return next(value for value in answer.values() if isinstance(value, list))
    assert isinstance(answer, list)
    return answer

"""What holds for every dialect: two users never meet, the code is typed, the fuzzer finds nothing."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.dialects.conftest import Dialect
from tests.dialects.projects import HERE, NAMES, freehold
from tests.isolation import Contract, choices, observable, perform, read
from tests.test_fuzz import fuzz

CONTRACTS: dict[str, Contract] = {name: read(HERE / name / "contract.yaml") for name in NAMES}
ON_A_ROW = [(name, o.id) for name in NAMES for o in CONTRACTS[name].on_a_row()]
LISTS = [(name, o.id) for name in NAMES for o in CONTRACTS[name].lists()]
ALL = [(name, o.id) for name in NAMES for o in CONTRACTS[name].operations]
TELLS = {"forbidden"}

Run = Callable[[str], Dialect]


@pytest.mark.parametrize(("name", "operation_id"), ON_A_ROW)
def test_a_foreign_row_answers_as_the_contract_says(
    run_dialect: Run, people: ExitStack, name: str, operation_id: str
) -> None:
    dialect = run_dialect(name)
    contract, service = dialect.contract, dialect.service
    operation = next(o for o in contract.operations if o.id == operation_id)
    alice, bob = dialect.user(people), dialect.user(people)
    row = contract.create(alice, operation)
    before = contract.stored(service, operation, row)

    foreign = perform(bob, operation, str(row["id"]))
    missing = perform(bob, operation, contract.missing_id(operation))

    assert missing.status_code == 404
    if name in TELLS:
        assert foreign.status_code == 403
    else:
        assert observable(foreign) == observable(missing)
    assert contract.stored(service, operation, row) == before
    assert len(before) == 1


@pytest.mark.parametrize(("name", "operation_id"), ON_A_ROW)
def test_the_owner_is_served(run_dialect: Run, people: ExitStack, name: str, operation_id: str) -> None:
    dialect = run_dialect(name)
    operation = next(o for o in dialect.contract.operations if o.id == operation_id)
    alice = dialect.user(people)
    row = dialect.contract.create(alice, operation)

    response = perform(alice, operation, str(row["id"]))

    success = operation.success()
    assert success is not None
    assert response.status_code == int(success[0]), response.text


@pytest.mark.parametrize(("name", "operation_id"), LISTS)
def test_no_list_holds_a_foreign_row(
    run_dialect: Run, people: ExitStack, name: str, operation_id: str
) -> None:
    dialect = run_dialect(name)
    operation = next(o for o in dialect.contract.operations if o.id == operation_id)
    alice, bob = dialect.user(people), dialect.user(people)
    theirs = [str(dialect.contract.create(alice, operation)["id"]) for _ in range(2)]

    for query in choices(operation):
        path = operation.path.replace("{user_id}", bob.subject)
        page = bob.client.get(path, params=query)
        assert page.status_code == 200, page.text
        rows = (
            page.json()
            if isinstance(page.json(), list)
            else next(v for v in page.json().values() if isinstance(v, list))
        )
        assert rows == []
        assert not any(row_id in page.text for row_id in theirs if len(row_id) > 10)


@pytest.mark.parametrize(("name", "operation_id"), ALL)
def test_nobody_is_served_without_a_token(
    run_dialect: Run, people: ExitStack, name: str, operation_id: str
) -> None:
    dialect = run_dialect(name)
    operation = next(o for o in dialect.contract.operations if o.id == operation_id)
    nobody = dialect.user(people)
    del nobody.client.headers["Authorization"]

    assert perform(nobody, operation, dialect.contract.missing_id(operation)).status_code == 401


@pytest.mark.parametrize("name", NAMES)
def test_the_database_is_what_the_tables_say(run_dialect: Run, name: str) -> None:
    dialect = run_dialect(name)

    assert "is what the tables say" in freehold(
        dialect.folder, dialect.service.database.url, "migrate", "check"
    )
    assert "as the contract says" in freehold(dialect.folder, dialect.service.database.url, "check")


@pytest.mark.parametrize("name", NAMES)
def test_the_code_is_typed(run_dialect: Run, name: str) -> None:
    options = ["--strict", "--enable-error-code=explicit-override", "--explicit-package-bases"]
    command = [sys.executable, "-m", "mypy", *options, "generated", "overrides"]
    done = subprocess.run(command, cwd=run_dialect(name).folder, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_the_service_does_what_its_contract_says(run_dialect: Run, name: str, tmp_path: Path) -> None:
    dialect = run_dialect(name)
    users = (dialect.contract.subject(), dialect.contract.subject())

    done = fuzz(dialect.service, tmp_path, users=users)

    assert done.returncode == 0, done.stdout[-8000:]

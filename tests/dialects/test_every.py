"""What holds for every dialect: isolation between users, and no finding of the fuzzer."""

from collections.abc import Callable
from contextlib import ExitStack
from uuid import uuid4

import pytest

from freehold.contract.operations import ContractOperation, ancestors
from tests.dialects.conftest import Dialect
from tests.dialects.projects import HERE, LARGEST_FIRST, NAMES, freehold
from tests.runtime.test_fuzz import fuzz
from tests.support.two_users import ROW, Contract, list_queries, load_contract, perform, visible_response

CONTRACTS: dict[str, Contract] = {name: load_contract(HERE / name / "contract.yaml") for name in NAMES}
ROW_OPERATIONS = [(name, o.id) for name in NAMES for o in CONTRACTS[name].row_operations()]
LISTS = [(name, o.id) for name in NAMES for o in CONTRACTS[name].list_operations()]
BELOW_PARENT = [
    (name, o.id)
    for name in NAMES
    for o in CONTRACTS[name].owned_operations()
    if ancestors(CONTRACTS[name].resource_of(o))
]
ALL = [(name, o.id) for name in NAMES for o in CONTRACTS[name].operations]
ANSWERS_403 = {"forbidden"}

Run = Callable[[str], Dialect]


@pytest.mark.parametrize(("name", "operation_id"), ROW_OPERATIONS)
def test_a_row_of_another_owner_is_answered_as_declared(
    run_dialect: Run, people: ExitStack, name: str, operation_id: str
) -> None:
    dialect, operation = find_operation(run_dialect, name, operation_id)
    contract, service = dialect.contract, dialect.service
    alice, bob = dialect.user(people), dialect.user(people)
    hers, his = contract.create(alice, operation), contract.create(bob, operation)
    before = contract.stored_row(service, operation, hers)

    for place in (hers, his | {ROW: hers[ROW]}):  # all of it hers, or her row at his place
        foreign = perform(bob, operation, place)
        missing = perform(bob, operation, contract.with_missing_row(operation, his))
        assert missing.status_code == 404, missing.text
        if name in ANSWERS_403:
            assert foreign.status_code == 403
        else:
            assert visible_response(foreign) == visible_response(missing)
    assert contract.stored_row(service, operation, hers) == before
    assert len(before) == 1


@pytest.mark.parametrize(("name", "operation_id"), ROW_OPERATIONS)
def test_the_owner_can_use_every_row_operation(
    run_dialect: Run, people: ExitStack, name: str, operation_id: str
) -> None:
    dialect, operation = find_operation(run_dialect, name, operation_id)
    alice = dialect.user(people)

    response = perform(alice, operation, dialect.contract.create(alice, operation))

    success = operation.success_response()
    assert success is not None
    assert response.status_code == int(success[0]), response.text


@pytest.mark.parametrize(("name", "operation_id"), BELOW_PARENT)
def test_rows_below_a_parent_of_another_owner_are_not_found(
    run_dialect: Run, people: ExitStack, name: str, operation_id: str
) -> None:
    dialect, operation = find_operation(run_dialect, name, operation_id)
    contract = dialect.contract
    alice, bob = dialect.user(people), dialect.user(people)
    hers, his = contract.create(alice, operation), contract.create(bob, operation)

    for field in hers.keys() - {ROW}:
        nowhere = his | {field: contract.with_missing_row(operation, his)[ROW]}
        missing = perform(bob, operation, nowhere if "-" in his[field] else his | {field: "2147483647"})
        foreign = perform(bob, operation, his | {field: hers[field]})
        assert missing.status_code == 404, missing.text
        assert visible_response(foreign) == visible_response(missing)


@pytest.mark.parametrize(("name", "operation_id"), LISTS)
def test_lists_contain_only_rows_of_the_owner(
    run_dialect: Run, people: ExitStack, name: str, operation_id: str
) -> None:
    dialect, operation = find_operation(run_dialect, name, operation_id)
    alice, bob = dialect.user(people), dialect.user(people)
    theirs = [dialect.contract.create(alice, operation)[ROW] for _ in range(2)]
    place = dialect.contract.create(bob, operation)

    for query in list_queries(operation):
        page = perform(bob, operation, place, query=query)
        assert page.status_code == 200, page.text
        whole = page.json()
        rows = whole if isinstance(whole, list) else next(v for v in whole.values() if isinstance(v, list))
        assert len(rows) <= 1
        assert all(str(place[ROW]) in map(str, row.values()) for row in rows)
        assert not any(row_id in page.text for row_id in theirs if len(row_id) > 10)


@pytest.mark.parametrize(("name", "operation_id"), ALL)
def test_a_token_is_required(run_dialect: Run, people: ExitStack, name: str, operation_id: str) -> None:
    dialect, operation = find_operation(run_dialect, name, operation_id)
    nobody = dialect.user(people)
    del nobody.client.headers["Authorization"]
    parents = dict.fromkeys(
        (link.field for link, _ in ancestors(dialect.contract.resource_of(operation))), str(uuid4())
    )

    response = perform(nobody, operation, dialect.contract.with_missing_row(operation, parents))

    assert response.status_code == (200 if operation.is_public else 401)


def find_operation(run_dialect: Run, name: str, operation_id: str) -> tuple[Dialect, ContractOperation]:
    dialect = run_dialect(name)
    return dialect, next(o for o in dialect.contract.operations if o.id == operation_id)


@pytest.mark.parametrize("name", LARGEST_FIRST)
def test_the_migrated_database_matches_the_tables(run_dialect: Run, name: str) -> None:
    dialect = run_dialect(name)

    output = freehold(dialect.folder, dialect.service.database.url, "migrate check", "check")

    assert "schema is up to date" in output
    assert "generated/ is up to date" in output


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_the_service_conforms_to_its_contract(run_dialect: Run, name: str) -> None:
    dialect = run_dialect(name)

    report = fuzz(dialect.service, dialect.contract.operations[0].node.document)

    assert report.findings == ()
    assert all(part.requests > 0 for part in report.parts)

"""The probes of `freehold fuzz` find nothing on services that keep their owners apart."""

from collections.abc import Callable
from pathlib import Path

import pytest

from freehold.contract.rows.readers import reads_all_owners
from freehold.fuzzing.isolation_probes import IsolationProbes
from freehold.fuzzing.targets import Target, sign_users
from tests.dialects.projects import LARGEST_FIRST
from tests.support.service import Database, serving
from tests.support.two_users import load_contract


@pytest.mark.long
@pytest.mark.parametrize("name", LARGEST_FIRST)
def test_every_operation_is_probed_and_nothing_is_found(
    make_dialect: Callable[[str], tuple[Path, Database]], name: str
) -> None:
    folder, database = make_dialect(name)
    contract = load_contract(folder / "contract.yaml")
    document = contract.operations[0].node.document

    with serving(folder, database, LOG_REQUESTS="false") as service:
        target = Target(service.url, document, sign_users(document, service.secret, 1))
        part = IsolationProbes(target).run(lambda _: None)

    assert part.findings == ()
    assert part.notes == ()
    closed = [o for o in contract.owned_operations() if not reads_all_owners(o, contract.resource_of(o))]
    assert list(part.operations) == [operation.id for operation in closed]
    assert part.requests > len(contract.operations)

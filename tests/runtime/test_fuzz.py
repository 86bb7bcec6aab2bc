"""The service against the fuzzer: all phases and checks of Schemathesis, with two isolated users."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from freehold.fuzzing import campaign
from freehold.fuzzing.findings import Report
from freehold.fuzzing.isolation_probes import IsolationProbes
from freehold.fuzzing.options import Options, new_seed
from freehold.fuzzing.targets import Target, sign_users
from freehold.reading.document import Document
from tests.fuzzing.planted import plant
from tests.support.service import ROOT, Database, Service, serving
from tests.support.thoroughness import count
from tests.support.two_users import load_contract

EXAMPLES = count("FUZZ_EXAMPLES", short=10, long=30)
NASTY = count("FUZZ_NASTY", short=300, long=1500)
"""How many requests with nasty values are sent: `tests/hostile` has all of them, and judges more."""
RANDOM = "FUZZ_EXAMPLES" in os.environ
"""Whether each run tries other values: only those of `make fuzz` do."""


@pytest.fixture(autouse=True)
def _keep_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the table of all characters, which takes seconds to make. Examples are not kept."""
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(ROOT / ".hypothesis"))


def fuzz(
    service: Service,
    contract: Document,
    *,
    checks: str = "all",
    nasty: int = NASTY,
    examples: int = EXAMPLES,
) -> Report:
    """Fuzz as two users, with the configuration of a new project."""
    seed = new_seed() if RANDOM else 1
    target = Target(service.url, contract, sign_users(contract, service.secret, seed))
    deterministic = not RANDOM
    options = Options(
        seed, max_examples=examples, max_nasty=nasty, checks=checks, deterministic=deterministic
    )
    return campaign.run(target, options)


def sample_contract() -> Document:
    return load_contract(ROOT / "openapi" / "tasks-api.yaml").operations[0].node.document


def test_the_service_conforms_to_its_contract(service: Service) -> None:
    report = fuzz(service, sample_contract())

    assert report.findings == ()
    for part in report.parts:
        assert len(part.operations) == 7
        assert part.notes == ()
    assert report.parts[1].requests == NASTY


LEAKS = {  # what finds it: the object-level check of Schemathesis, or our own probes
    "CachesRows": ("object_level_authorization", "isolation_between_users"),
    "ChangesForOthers": ("isolation_between_users",),
    "SharesLists": ("isolation_between_users",),
    "NotesForeignRows": ("isolation_between_users",),
}


@pytest.mark.long
@pytest.mark.parametrize("leak", LEAKS)
def test_the_fuzzer_detects_a_leak(make_database: Callable[[], Database], tmp_path: Path, leak: str) -> None:
    for name in ("generated", "overrides"):
        shutil.copytree(ROOT / name, tmp_path / name)
    plant(tmp_path, leak)

    with serving(tmp_path, make_database()) as service:
        report = fuzz(service, sample_contract(), checks="object_level_authorization", nasty=0, examples=10)

    assert {finding.check for finding in report.findings} == set(LEAKS[leak])
    text = "\n".join(f"{finding.message} {finding.commands}" for finding in report.findings)
    assert "$TOKEN_BOB" in text
    assert "eyJ" not in text


@pytest.mark.long
def test_a_reference_to_a_foreign_row_that_is_accepted_is_a_leak(
    make_dialect: Callable[[str], tuple[Path, Database]],
) -> None:
    folder, database = make_dialect("workspace")
    contract = load_contract(folder / "contract.yaml").operations[0].node.document
    plant(folder, "DropsForeignReferences")

    with serving(folder, database) as service:
        target = Target(service.url, contract, sign_users(contract, service.secret, 1))
        part = IsolationProbes(target).run(lambda _: None)

    found = {finding.operation for finding in part.findings}
    assert found == {"createProject", "updateProject", "createTask", "updateTask", "replaceTask"}
    assert part.notes == ()

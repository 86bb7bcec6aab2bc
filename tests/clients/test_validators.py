"""Validators of others report nothing, neither errors nor warnings, on any served document."""

import json
import shutil
from collections.abc import Callable, Iterable

import pytest

from tests.clients.documents import OURS, SPARSE, served_document
from tests.clients.validators import VALIDATORS, Report, Validate
from tests.dialects.projects import HERE
from tests.support.service import ROOT

pytestmark = pytest.mark.long  # they are installed first
BROKEN, CONTRACT = "broken", "contract_of_"
Reported = Callable[[Validate, str], list[Report]]


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Reported:
    """Returns the reports of a validator on a document. It starts once, for all."""
    folder = tmp_path_factory.mktemp("documents")
    for name in [*OURS, *SPARSE]:
        shutil.copy(served_document(name, tmp_path_factory.mktemp(name)), folder / f"{name}.json")
        if name in SPARSE:
            shutil.copy(HERE / name / "contract.yaml", folder / f"{CONTRACT}{name}.yaml")
    broken = json.loads((ROOT / "generated" / "openapi.json").read_text("utf-8"))
    del broken["info"]["version"]
    (folder / f"{BROKEN}.json").write_text(json.dumps(broken), "utf-8")
    documents, known = sorted(folder.iterdir()), dict[Validate, list[Report]]()

    def reported(validate: Validate, name: str) -> list[Report]:
        if validate not in known:
            known[validate] = list(validate(folder, documents))
        return [report for report in known[validate] if report.document == name]

    return reported


@pytest.mark.parametrize("validate", VALIDATORS)
@pytest.mark.parametrize("name", OURS)
def test_nothing_is_reported(reported: Reported, name: str, validate: Validate) -> None:
    assert reported(validate, name) == []


@pytest.mark.parametrize("validate", VALIDATORS)
@pytest.mark.parametrize("name", SPARSE)
def test_nothing_is_added_to_a_sparse_contract(reported: Reported, name: str, validate: Validate) -> None:
    """A path with a slash at its end, for example, is reported whoever serves the document."""
    assert rules(reported(validate, name)) <= rules(reported(validate, CONTRACT + name))


@pytest.mark.parametrize("validate", VALIDATORS)
def test_a_broken_document_is_reported(reported: Reported, validate: Validate) -> None:
    assert len(reported(validate, BROKEN)) >= 1


def rules(reports: Iterable[Report]) -> set[str]:
    return {report.rule for report in reports}

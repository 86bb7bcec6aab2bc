"""Every statement of the contracts of this repository is proven, in all of its shapes."""

from pathlib import Path

import pytest

from freehold.ground.project import find_project
from freehold.proof import Report, prove
from tests.dialects.projects import LARGEST_FIRST, copy_project, freehold
from tests.support.service import ROOT


def proof_of(folder: Path) -> Report:
    report = prove(find_project(folder))
    assert [entry for entry in report.entries if entry.verdict in {"reaches", "unproven"}] == []
    assert report.is_proven
    for entry in report.entries:
        assert Path(entry.file).is_file()
        assert entry.shapes > 0
        assert bool(entry.evidence) == (entry.verdict in {"proven", "readable"}), entry
    return report


def shapes(report: Report, name: str) -> int:
    (entry,) = (entry for entry in report.entries if entry.name == name)
    return entry.shapes


def test_the_sample_is_proven() -> None:
    report = proof_of(ROOT)

    by_operation = {operation: entry.name for entry in report.entries for operation in entry.operations}
    assert by_operation == {
        "listTasks": "_list_tasks_total",
        "createTask": "_create_task",
        "getTask": "_get_task",
        "replaceTask": "_replace_task",
        "updateTask": "_update_task",
        "deleteTask": "_hide_task",
        "completeTask": "_toggle_task",
    }
    assert shapes(report, "_list_tasks") >= 8, "each order, with and without the filter"
    assert shapes(report, "_update_task") >= 5, "no property, each one, all"


@pytest.mark.long
def test_the_library_is_proven() -> None:
    report = proof_of(ROOT / "tests" / "golden" / "library")

    filters = 11
    assert shapes(report, "_list_books") == 1 + filters + filters * (filters - 1) / 2 + 1
    assert {entry.repository for entry in report.entries} == {
        "BookRepository",
        "LoanRepository",
        "TagRepository",
    }


@pytest.mark.parametrize("name", LARGEST_FIRST)
def test_a_dialect_is_proven(name: str, tmp_path: Path) -> None:
    copy_project(name, tmp_path)
    freehold(tmp_path, "", "generate")

    report = proof_of(tmp_path)

    verdicts = {entry.verdict for entry in report.entries}
    assert verdicts == {
        "forbidden": {"proven", "existence"},
        "press": {"proven", "existence", "readable"},
        "workspace": {"proven", "shared"},
    }.get(name, {"proven"})
    if name == "workspace":
        proofs = {evidence for entry in report.entries for evidence in entry.evidence}
        assert "WHERE tasks.project_id = $2" in proofs, "nested operations prove the parent as well"
        assert [entry.name for entry in report.entries if entry.is_public] == ["_list_plans"]
        assert {"_claim", "_store", "_delete_expired"} <= {entry.name for entry in report.entries}

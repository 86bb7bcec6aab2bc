"""`freehold check` gives the reason for each stale file, and `generate` updates it."""

from pathlib import Path, PurePosixPath

import pytest

from freehold import pipeline
from freehold.ground.project import find_project
from freehold.printing import service_files
from freehold.writing import checksums
from tests.support.contracts import LIBRARY, Run, edit, read_tree
from tests.support.generated_folders import TITLE, append, said
from tests.support.service import ROOT

CONTRACT = "is out of date with the contract"
TOOL = "is out of date with this version of Freehold"
BOTH = "is out of date with the contract and this version of Freehold"


@pytest.fixture
def newer_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version of the tool that makes other routes."""
    render = service_files._render

    def rendered(template: str, **values: object) -> str:
        return render(template, **values) + ("\nNEWER = True\n" if "routes" in template else "")

    monkeypatch.setattr(service_files, "_render", rendered)


@pytest.mark.usefixtures("project", "newer_tool")
def test_a_newer_tool_is_distinguished_from_a_changed_contract(freehold: Run) -> None:
    assert said(freehold) == {"tasks/routes.py": TOOL}


@pytest.mark.usefixtures("newer_tool")
def test_a_newer_tool_and_a_changed_contract_are_distinguished_by_file(project: Path, freehold: Run) -> None:
    edit(project, *TITLE)

    assert said(freehold) == {
        "contract.json": CONTRACT, "contract.json.sha256": CONTRACT,
        "openapi.json": CONTRACT, "openapi.json.sha256": CONTRACT,
        "tasks/repository.py": CONTRACT, "tasks/routes.py": BOTH,
    }  # fmt: skip


@pytest.mark.long
def test_a_removed_override_is_distinguished_from_a_changed_contract(project: Path, freehold: Run) -> None:
    (project / "overrides" / "tasks.py").unlink()

    assert said(freehold) == {"wiring.py": "is out of date with overrides/"}


def test_a_removed_operation_is_a_change_of_the_contract(project: Path, freehold: Run) -> None:
    text = (project / "openapi" / "tasks-api.yaml").read_text("utf-8")
    start = text.index("    delete:\n      operationId: deleteTask")
    end = text.index("  /api/tasks/{task_id}/complete:")
    edit(project, text[start:end], "")

    found = said(freehold)
    result = freehold("check")

    assert set(found.values()) == {CONTRACT}
    assert {"tasks/repository.py", "tasks/routes.py"} <= set(found)
    assert "overrides/tasks.py:40:5: error[FH811]: delete_task overrides nothing" in result.stdout
    assert freehold("generate").exit_code == 0
    assert "delete_task" not in (project / "generated" / "tasks" / "routes.py").read_text("utf-8")


def test_a_renamed_resource_leaves_orphans_and_an_unused_override(project: Path, freehold: Run) -> None:
    contract = project / "openapi" / "tasks-api.yaml"
    text = contract.read_text("utf-8")
    contract.write_text(text.replace("Task", "Job").replace("tasks", "jobs").replace("task", "job"), "utf-8")
    written = read_tree(project / "overrides")

    found = said(freehold)
    result = freehold("generate")

    parts = ("__init__.py", "repository.py", "routes.py", "table.py")
    assert {name for name, what in found.items() if what == "is no longer generated"} == {
        f"tasks/{part}" for part in parts
    }
    assert {name for name, what in found.items() if what == "is missing"} == {
        f"jobs/{part}" for part in parts
    }
    assert "overrides/tasks.py:" in result.stdout
    assert "nothing uses TaskRepository: the contract has no resource tasks" in result.stdout
    assert "completeJob must be implemented" in result.stdout
    assert "removed  generated/tasks/table.py" in result.stdout
    assert not (project / "generated" / "tasks").exists()
    assert read_tree(project / "overrides") == written


@pytest.mark.long
@pytest.mark.parametrize("root", [ROOT, LIBRARY], ids=["tasks", "library"])
def test_the_folder_can_be_regenerated_from_what_it_records(root: Path) -> None:
    here = find_project(root)

    assert pipeline.regenerate(here) == pipeline.generate(here).files


def test_diff_shows_a_unified_diff(project: Path, freehold: Run) -> None:
    edit(project, *TITLE)
    (project / "generated" / "app.py").unlink()
    orphan = project / "generated" / "notes.py"
    orphan.write_text(
        checksums.add_checksums({PurePosixPath("notes.py"): "x = 1\n"})[PurePosixPath("notes.py")]
    )
    plain, shown = freehold("check"), freehold("check", "--diff")

    assert shown.exit_code == plain.exit_code == 1
    assert shown.stdout.startswith(plain.stdout)
    difference = shown.stdout.removeprefix(plain.stdout)
    for line in (
        "--- a/generated/tasks/routes.py\n+++ b/generated/tasks/routes.py\n",
        '-    """List your tasks."""\n', '+    """List all of your tasks."""\n',
        "--- /dev/null\n+++ b/generated/app.py\n",
        "--- a/generated/notes.py\n+++ /dev/null\n",
    ):  # fmt: skip
        assert line in difference


def test_diff_shows_nothing_for_a_current_project(project: Path, freehold: Run) -> None:
    assert freehold("check", "--diff").output == "generated/ is up to date.\n"


@pytest.mark.parametrize("copy", ["", "{", "- 1\n", "openapi: 3.1.0\n"])
def test_an_unreadable_copy_of_the_contract_counts_as_a_changed_contract(
    project: Path, freehold: Run, copy: str
) -> None:
    edit(project, *TITLE)
    (project / "generated" / "contract.json").write_text(copy)

    found = said(freehold)

    assert found.pop("contract.json") == "was edited by hand"
    assert set(found.values()) == {CONTRACT}


def test_an_edited_copy_of_the_contract_counts_as_a_changed_contract(project: Path, freehold: Run) -> None:
    edit(project, *TITLE)
    copy = project / "generated" / "contract.json"
    copy.write_text(copy.read_text("utf-8").replace("Get one of your tasks", "Get one"), "utf-8")

    found = said(freehold)

    assert found.pop("contract.json") == "was edited by hand"
    assert set(found.values()) == {CONTRACT}


@pytest.mark.long
def test_different_line_endings_are_reported_and_fixed(project: Path, freehold: Run) -> None:
    file = project / "generated" / "app.py"
    as_it_was = file.read_bytes()
    file.write_bytes(as_it_was.replace(b"\n", b"\r\n"))

    assert said(freehold) == {"app.py": "has different line endings"}
    assert freehold("generate").exit_code == 0
    assert file.read_bytes() == as_it_was


def test_paths_of_overrides_are_relative_to_the_current_folder(
    project: Path, freehold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(project / "overrides" / "tasks.py", "\n\nclass Other(repository.TaskRepository): ...\n")
    monkeypatch.chdir(project / "openapi")

    result = freehold("check")

    assert "\n../overrides/tasks.py:" in result.stdout
    assert str(project) not in result.stdout


def test_generate_works_inside_the_generated_folder(
    project: Path, freehold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(project, *TITLE)
    (project / "overrides" / "tasks.py").unlink()
    monkeypatch.chdir(project / "generated" / "tasks")

    result = freehold("generate")

    assert result.exit_code == 0
    assert "wrote    generated/tasks/routes.py" in result.stdout
    assert "completeTask must be implemented" in result.stdout

"""`freehold check` says of each file why it is not as it should be, and `generate` does the right thing."""

import shutil
from pathlib import Path, PurePosixPath

import pytest

from freehold import emit, pipeline, stamps
from freehold.project import find
from tests.generator.contracts import LIBRARY, Run, edit, tree
from tests.support import ROOT

CONTRACT = "differs from what the contract makes"
TOOL = "differs from what this version of Freehold makes"
BOTH = "differs from what the contract and this version of Freehold make"
TITLE = ("summary: List your tasks", "summary: List all of your tasks")


def said(freehold: Run) -> dict[str, str]:
    """What `check` says of each file."""
    result = freehold("check")
    assert result.exit_code == 1
    lines = [line.partition(" ") for line in result.stdout.splitlines() if line.startswith("generated/")]
    return {name.removeprefix("generated/"): what for name, _, what in lines if ":" not in name}


def append(file: Path, text: str) -> str:
    """Edit a file by hand; what it was."""
    before = file.read_text("utf-8")
    file.write_text(before + text, "utf-8")
    return before


@pytest.fixture
def newer_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version of the tool that makes other routes."""
    render = emit._render

    def rendered(template: str, **values: object) -> str:
        return render(template, **values) + ("\nNEWER = True\n" if "routes" in template else "")

    monkeypatch.setattr(emit, "_render", rendered)


@pytest.mark.usefixtures("project", "newer_tool")
def test_a_newer_tool_is_told_from_a_changed_contract(freehold: Run) -> None:
    assert said(freehold) == {"tasks/routes.py": TOOL}


@pytest.mark.usefixtures("newer_tool")
def test_both_at_once_are_told_apart_file_by_file(project: Path, freehold: Run) -> None:
    edit(project, *TITLE)

    assert said(freehold) == {
        "openapi.json": CONTRACT, "openapi.json.sha256": CONTRACT,
        "tasks/repository.py": CONTRACT, "tasks/routes.py": BOTH,
    }  # fmt: skip


def test_a_class_that_is_gone_from_overrides_is_told_from_a_changed_contract(
    project: Path, freehold: Run
) -> None:
    (project / "overrides" / "tasks.py").unlink()

    assert said(freehold) == {"wiring.py": "differs from what overrides/ asks for"}


def test_an_operation_that_was_removed_is_a_change_of_the_contract(project: Path, freehold: Run) -> None:
    text = (project / "openapi" / "tasks-api.yaml").read_text("utf-8")
    start = text.index("    delete:\n      operationId: deleteTask")
    end = text.index("  /api/tasks/{task_id}/complete:")
    edit(project, text[start:end], "")

    found = said(freehold)
    result = freehold("check")

    assert set(found.values()) == {CONTRACT}
    assert {"tasks/repository.py", "tasks/routes.py"} <= set(found)
    assert "overrides/tasks.py:40:5: delete_task overrides nothing any more" in result.stdout
    assert freehold("generate").exit_code == 0
    assert "delete_task" not in (project / "generated" / "tasks" / "routes.py").read_text("utf-8")


def test_a_resource_that_was_renamed_leaves_orphans_and_an_override(project: Path, freehold: Run) -> None:
    contract = project / "openapi" / "tasks-api.yaml"
    text = contract.read_text("utf-8")
    contract.write_text(text.replace("Task", "Job").replace("tasks", "jobs").replace("task", "job"), "utf-8")
    written = tree(project / "overrides")

    found = said(freehold)
    result = freehold("generate")

    parts = ("__init__.py", "repository.py", "routes.py", "table.py")
    assert {name for name, what in found.items() if what == "is no longer made"} == {
        f"tasks/{part}" for part in parts
    }
    assert {name for name, what in found.items() if what == "is missing"} == {
        f"jobs/{part}" for part in parts
    }
    assert "overrides/tasks.py:" in result.stdout
    assert "nothing uses TaskRepository: the contract has no resource tasks" in result.stdout
    assert "completeJob is yours to write" in result.stdout
    assert "removed  generated/tasks/table.py" in result.stdout
    assert not (project / "generated" / "tasks").exists()
    assert tree(project / "overrides") == written


BELONGS = {
    "tasks/repository.py": "Write it in class TaskRepository in overrides/tasks.py: override",
    "tasks/table.py": "A property belongs into schema Task in openapi/tasks-api.yaml; ",
    "tasks/routes.py": "Paths, parameters and answers belong into openapi/tasks-api.yaml; ",
    "tasks/__init__.py": "Write it in overrides/tasks.py.",
    "schemas.py": "Change openapi/tasks-api.yaml: ",
    "openapi.json": "Change openapi/tasks-api.yaml: ",
    "wiring.py": "A class of the right name in overrides/ is wired by itself.",
    "app.py": "Write a module of your own",
    "requirements.txt": "in a file of your own that begins with `-r generated/requirements.txt`.",
    "runtime/tokens.py": "override the method that needs it in overrides/.",
    "__init__.py": "Write it in overrides/.",
}


@pytest.mark.parametrize(("name", "where"), BELONGS.items(), ids=BELONGS)
def test_an_edit_by_hand_is_never_overwritten_and_told_where_it_belongs(
    project: Path, freehold: Run, name: str, where: str
) -> None:
    file = project / "generated" / name
    before = append(file, "# a quick fix\n")
    edit(project, *TITLE)
    as_it_was = tree(project)

    refused = freehold("generate")

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"generated/{name}:" in refused.stderr
    assert "it was edited by hand" in refused.stderr
    assert where in refused.stderr
    assert "1 problem. Nothing was written." in refused.stderr
    assert tree(project) == as_it_was
    assert said(freehold)[name] == "was edited by hand"
    assert where in freehold("check").stdout

    assert freehold("generate", "--force").exit_code == 0
    assert "# a quick fix" not in file.read_text("utf-8")
    assert freehold("check").exit_code == 0
    assert before


def test_an_edit_is_told_with_its_line(project: Path, freehold: Run) -> None:
    file = project / "generated" / "tasks" / "repository.py"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    lines[40] = "    # a quick fix\n"
    file.write_text("".join(lines), "utf-8")

    refused = freehold("generate")

    assert (
        "generated/tasks/repository.py:41:1: it was edited by hand\n      # a quick fix\n  ^\n"
        in refused.stderr
    )


@pytest.mark.parametrize("root", [ROOT, LIBRARY], ids=["tasks", "library"])
def test_the_folder_still_says_what_it_was_made_from(root: Path) -> None:
    here = find(root)

    assert pipeline.again(here) == pipeline.generate(here).files


def test_only_what_somebody_edited_is_told_and_nothing_is_written(project: Path, freehold: Run) -> None:
    append(project / "generated" / "app.py", "# one\n")
    append(project / "generated" / "schemas.py", "# two\n")
    (project / "generated" / "wiring.py").unlink()

    refused = freehold("generate")

    assert "2 problems. Nothing was written." in refused.stderr
    assert "move the edits to where they belong" in freehold("check").stderr
    assert not (project / "generated" / "wiring.py").exists()
    assert said(freehold) == {
        "app.py": "was edited by hand", "schemas.py": "was edited by hand", "wiring.py": "is missing",
    }  # fmt: skip


def test_an_edited_file_that_is_no_longer_made_is_told(project: Path, freehold: Run) -> None:
    orphan = project / "generated" / "notes" / "table.py"
    shutil.copytree(project / "generated" / "tasks", orphan.parent)
    append(orphan, "# mine\n")

    refused = freehold("generate")

    assert "generated/notes/table.py:1:1: it was edited by hand, and is no longer made" in refused.stderr
    assert said(freehold)["notes/repository.py"] == "is no longer made"
    assert freehold("generate", "--force").exit_code == 0
    assert not orphan.parent.exists()


def test_a_file_in_which_git_has_left_a_conflict_is_told(project: Path, freehold: Run) -> None:
    file = project / "generated" / "tasks" / "repository.py"
    ours = file.read_text("utf-8")
    edit(project, *TITLE)
    file.write_text(ours.replace("# sha256", "<<<<<<< HEAD\n# sha256", 1), "utf-8")
    at_the_top = freehold("generate")
    file.write_text(
        ours.replace("import ceil\n", "import ceil\n<<<<<<< HEAD\n=======\nx = 1\n>>>>>>> theirs\n")
    )
    inside = freehold("generate")

    for refused in (at_the_top, inside):
        assert refused.exit_code == 1
        assert "generated/tasks/repository.py:1:1: git has left both sides of a merge in it" in refused.stderr
        assert "`git checkout --ours generated`, then run `freehold generate`" in refused.stderr


def test_somebody_s_own_file_where_one_will_be_generated_is_told(project: Path, freehold: Run) -> None:
    (project / "generated" / "wiring.py").write_text("mine = 1\n")

    refused = freehold("generate")

    assert "it is in the place of a generated file, and does not say that Freehold made it" in refused.stderr
    assert (project / "generated" / "wiring.py").read_text() == "mine = 1\n"


def test_the_difference_is_shown_on_request_and_can_be_applied(project: Path, freehold: Run) -> None:
    edit(project, *TITLE)
    (project / "generated" / "app.py").unlink()
    orphan = project / "generated" / "notes.py"
    orphan.write_text(stamps.stamp({PurePosixPath("notes.py"): "x = 1\n"})[PurePosixPath("notes.py")])
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


def test_without_a_difference_none_is_shown(project: Path, freehold: Run) -> None:
    assert freehold("check", "--diff").output == "generated/ is as the contract says.\n"


@pytest.mark.parametrize("served", ["", "{", "- 1\n", "openapi: 3.1.0\n"])
def test_where_the_served_contract_says_nothing_the_contract_is_the_reason(
    project: Path, freehold: Run, served: str
) -> None:
    edit(project, *TITLE)
    (project / "generated" / "openapi.json").write_text(served)

    found = said(freehold)

    assert found.pop("openapi.json") == "was edited by hand"
    assert set(found.values()) == {CONTRACT}


def test_problems_of_overrides_are_told_as_one_finds_them(
    project: Path, freehold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(project / "overrides" / "tasks.py", "\n\nclass Other(repository.TaskRepository): ...\n")
    monkeypatch.chdir(project / "openapi")

    result = freehold("check")

    assert "\n../overrides/tasks.py:" in result.stdout
    assert str(project) not in result.stdout


def test_code_is_generated_from_inside_its_own_folder_too(
    project: Path, freehold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(project, *TITLE)
    (project / "overrides" / "tasks.py").unlink()
    monkeypatch.chdir(project / "generated" / "tasks")

    result = freehold("generate")

    assert result.exit_code == 0
    assert "wrote    generated/tasks/routes.py" in result.stdout
    assert "completeTask is yours to write" in result.stdout

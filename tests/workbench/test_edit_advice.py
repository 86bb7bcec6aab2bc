"""An edit of a generated file is never lost, and the error says where it belongs."""

import shutil
from pathlib import Path

import pytest

from tests.support.contracts import Run, edit, read_tree
from tests.support.generated_folders import TITLE, append, said
from tests.support.thoroughness import sampled

BELONGS = {
    "tasks/repository.py": "Write it in class TaskRepository in overrides/tasks.py: override",
    "tasks/table.py": "A property belongs in schema Task in openapi/tasks-api.yaml; ",
    "tasks/routes.py": "Paths, parameters and responses belong in openapi/tasks-api.yaml; ",
    "tasks/__init__.py": "Write it in overrides/tasks.py.",
    "schemas.py": "Change openapi/tasks-api.yaml: ",
    "contract.json": "Change openapi/tasks-api.yaml: ",
    "openapi.json": "Change openapi/tasks-api.yaml: ",
    "wiring.py": "A class with the right name in overrides/ is wired automatically.",
    "app.py": "Add routes and middleware in overrides/app.py",
    "requirements.txt": "in a file of your own that begins with `-r generated/requirements.txt`.",
    "runtime/identity/token_verifier.py": "override the method that uses it in overrides/.",
    "__init__.py": "Write it in overrides/.",
}


@pytest.mark.parametrize(("name", "where"), sampled(BELONGS.items(), every=6), ids=sampled(BELONGS, every=6))
def test_an_edit_by_hand_is_not_overwritten_and_the_error_says_where_it_belongs(
    project: Path, freehold: Run, name: str, where: str
) -> None:
    file = project / "generated" / name
    before = append(file, "# a quick fix\n")
    edit(project, *TITLE)
    as_it_was = read_tree(project)

    refused = freehold("generate")

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"generated/{name}:" in refused.stderr
    assert "it was edited by hand" in refused.stderr
    assert where in refused.stderr
    assert "1 problem. Nothing was written." in refused.stderr
    assert read_tree(project) == as_it_was
    assert said(freehold)[name] == "was edited by hand"
    assert where in freehold("check").stdout

    assert freehold("generate", "--force").exit_code == 0
    assert "# a quick fix" not in file.read_text("utf-8")
    assert freehold("check").exit_code == 0
    assert before


def test_an_edit_is_reported_with_its_line(project: Path, freehold: Run) -> None:
    file = project / "generated" / "tasks" / "repository.py"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    lines[40] = "    # a quick fix\n"
    file.write_text("".join(lines), "utf-8")

    refused = freehold("generate")

    assert (
        "generated/tasks/repository.py:41:1: error[FH832]: it was edited by hand\n      # a quick fix\n  ^\n"
        in refused.stderr
    )


@pytest.mark.long
def test_only_edited_files_are_reported_and_nothing_is_written(project: Path, freehold: Run) -> None:
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


@pytest.mark.long
def test_an_edited_orphan_is_reported(project: Path, freehold: Run) -> None:
    orphan = project / "generated" / "notes" / "table.py"
    shutil.copytree(project / "generated" / "tasks", orphan.parent)
    append(orphan, "# mine\n")

    refused = freehold("generate")

    assert (
        "generated/notes/table.py:1:1: error[FH832]: it was edited by hand, and is no longer generated"
        in refused.stderr
    )
    assert said(freehold)["notes/repository.py"] == "is no longer generated"
    assert freehold("generate", "--force").exit_code == 0
    assert not orphan.parent.exists()


def test_a_file_with_git_conflict_markers_is_reported(project: Path, freehold: Run) -> None:
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
        assert (
            "generated/tasks/repository.py:1:1: error[FH831]: it contains the conflict markers of a git merge"
            in refused.stderr
        )
        assert "`git checkout --ours generated`, then run `freehold generate`" in refused.stderr


def test_a_file_in_the_place_of_a_generated_one_is_reported(project: Path, freehold: Run) -> None:
    (project / "generated" / "wiring.py").write_text("mine = 1\n")

    refused = freehold("generate")

    assert "it is in the place of a generated file, and Freehold did not generate it" in refused.stderr
    assert (project / "generated" / "wiring.py").read_text() == "mine = 1\n"

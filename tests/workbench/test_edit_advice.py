"""Who edits a generated file is told where the edit belongs, and loses nothing."""

import shutil
from pathlib import Path

import pytest

from tests.support.contracts import Run, edit, tree
from tests.support.generated_folders import TITLE, append, said

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
        "generated/tasks/repository.py:41:1: error[FH832]: it was edited by hand\n      # a quick fix\n  ^\n"
        in refused.stderr
    )


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

    assert (
        "generated/notes/table.py:1:1: error[FH832]: it was edited by hand, and is no longer made"
        in refused.stderr
    )
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
        assert (
            "generated/tasks/repository.py:1:1: error[FH831]: git has left both sides of a merge in it"
            in refused.stderr
        )
        assert "`git checkout --ours generated`, then run `freehold generate`" in refused.stderr


def test_somebody_s_own_file_where_one_will_be_generated_is_told(project: Path, freehold: Run) -> None:
    (project / "generated" / "wiring.py").write_text("mine = 1\n")

    refused = freehold("generate")

    assert "it is in the place of a generated file, and does not say that Freehold made it" in refused.stderr
    assert (project / "generated" / "wiring.py").read_text() == "mine = 1\n"

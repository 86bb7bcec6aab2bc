"""The last check counts only while nothing that it depends on has changed."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest

from freehold import pipeline
from freehold.ground.problems import Problem, UsageError
from freehold.ground.project import Project, find_project
from freehold.writing import check_report
from freehold.writing.check_report import Report
from tests.support.contracts import Run
from tests.support.thoroughness import sampled

TITLE = "{$ref: 'shared.yaml#/Title'}"
WARNING = Problem("openapi/tasks-api.yaml", 3, 1, "too wide", "Narrow it.", "a: [1]", "FH903", "warning")


@pytest.fixture
def checked(project: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose last check found nothing to do."""
    monkeypatch.delenv("CI", raising=False)
    found = find_project(project)
    check_report.remember(found, Report(warnings=(WARNING,)), [str(found.contract)], time.time_ns() + 10**9)
    assert check_report.recall(found) == Report(warnings=(WARNING,))
    return found


def _inputs(project: Path) -> Iterator[Path]:
    yield from (project / "openapi").glob("*.yaml")
    for folder in ("generated", "overrides"):
        yield from (path for path in (project / folder).rglob("*.*") if path.is_file())


def _replace(file: Path, text: str, replacement: str) -> None:
    content = file.read_text("utf-8")
    assert text in content
    file.write_text(content.replace(text, replacement), "utf-8")


def _append(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("\n")


def _replace_with_a_link(path: Path) -> None:
    copy = path.parents[2] / f"copy of {path.name}"
    path.rename(copy)
    path.symlink_to(copy)


CHANGES: dict[str, Callable[[Path], object]] = {
    "append": _append,
    "remove": Path.unlink,
    "rename": lambda path: path.rename(path.with_name(f"{path.name}x")),
    "add": lambda path: path.with_name(f"{path.name}.new").touch(),
    "link": _replace_with_a_link,
    "mode": lambda path: path.chmod(0o600 if path.stat().st_mode & 0o077 else 0o644),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_of_any_file_makes_the_last_check_void(
    checked: Project, change: Callable[[Path], object]
) -> None:
    folders = [checked.generated, checked.generated / "tasks", checked.overrides]
    chosen = [next(path for path in sorted(folder.iterdir()) if path.is_file()) for folder in folders]

    for path in chosen:
        before = check_report.recall(checked)
        content, mode = path.read_bytes(), path.stat().st_mode
        change(path)
        assert before is not None
        assert check_report.recall(checked) is None, path
        for extra in [*path.parent.glob(f"{path.name}?*"), path]:
            extra.unlink(missing_ok=True)
        path.write_bytes(content)
        path.chmod(mode)


@pytest.mark.long
def test_a_change_of_each_file_is_noticed(checked: Project) -> None:
    paths = [*_inputs(checked.root)]
    assert len(paths) >= 60

    for path in sampled(paths, every=6):
        content = path.read_bytes()
        path.write_bytes(content + b" ")
        assert check_report.recall(checked) is None, path
        path.write_bytes(content)

    assert check_report.recall(checked) is not None


def test_other_settings_and_another_folder_are_noticed(
    checked: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = checked.root / "pyproject.toml"
    _replace(settings, "[tool.freehold]", '[tool.freehold]\nallow = ["FH901"]')
    assert check_report.recall(find_project(checked.root)) is None

    monkeypatch.chdir(checked.overrides)  # positions are shown from here
    assert check_report.recall(checked) is None


def test_in_ci_everything_is_checked(checked: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    assert check_report.recall(checked) is None


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"checksum": 1, "contract": 2}', "\ufeffnull"])
def test_an_unreadable_result_is_ignored(checked: Project, content: str) -> None:
    (checked.state_folder / "check.json").write_text(content, "utf-8")

    assert check_report.recall(checked) is None


@pytest.mark.parametrize(
    "report",
    [Report(problems=(WARNING,)), Report(stale=((PurePosixPath("a"), "is missing"),))],
    ids=["problem", "stale"],
)
def test_a_result_with_something_to_do_is_not_remembered(checked: Project, report: Report) -> None:
    (checked.state_folder / "check.json").unlink()

    check_report.remember(checked, report, [], time.time_ns() + 10**9)

    assert check_report.recall(checked) is None


def test_a_change_while_the_check_runs_is_not_remembered(checked: Project) -> None:
    (checked.state_folder / "check.json").unlink()
    started = time.time_ns()
    contract = checked.contract.read_bytes()
    checked.contract.write_bytes(contract)
    os.utime(checked.contract, ns=(0, 0))  # an older time of modification hides nothing

    check_report.remember(checked, Report(), [], started)

    assert check_report.recall(checked) is None


def test_the_command_reads_no_contract_while_nothing_has_changed(
    checked: Project, freehold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def generate(_: Project) -> None:
        raise UsageError("the contract is read")

    monkeypatch.setattr(pipeline, "generate", generate)
    told = freehold("check", "--format", "json")

    assert told.exit_code == 0
    assert json.loads(told.stdout)["problems"][0]["code"] == WARNING.code
    assert freehold("check", "--no-cache").exit_code == 2


@pytest.mark.long
def test_a_referenced_file_is_part_of_what_is_checked(
    project: Path, freehold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    shared = project / "openapi" / "shared.yaml"
    shared.write_text("Title: {type: string, minLength: 1, maxLength: 50}\n", "utf-8")
    _replace(project / "openapi" / "tasks-api.yaml", "{type: string, minLength: 1, maxLength: 200}", TITLE)
    told = freehold("generate")
    assert told.exit_code == 0, told.stderr
    time.sleep(0.05)  # what is younger than a check could have changed while it ran
    assert freehold("check").exit_code == 0
    assert check_report.recall(find_project(project)) is not None

    shared.write_text("Title: {type: string, minLength: 1, maxLength: 51}\n", "utf-8")

    assert freehold("check").exit_code == 1

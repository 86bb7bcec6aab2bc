"""`freehold generate --watch` generates after each change, or reports what is wrong."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.thoroughness import long

FREEHOLD = [sys.executable, "-u", "-c", "from freehold.cli.main import main; main()"]
LIMIT = 20.0  # seconds


@dataclass(frozen=True)
class Watching:
    """A running `freehold generate --watch`, in a project, with what it prints."""

    process: "subprocess.Popen[bytes]"
    folder: Path
    printed: Path

    def says(self, words: str, times: int = 1) -> bool:
        return self._eventually(lambda: self.printed.read_text("utf-8").count(words) >= times)

    def served(self, words: str) -> bool:
        """Whether what is generated says this, soon."""
        served = self.folder / "generated" / "openapi.json"
        return self._eventually(lambda: words in served.read_text("utf-8"))

    def _eventually(self, holds: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline and self.process.poll() is None:
            if holds():
                return True
            time.sleep(0.02)
        return False


@contextmanager
def watching(folder: Path, *options: str) -> Iterator[Watching]:
    printed = folder.parent / f"{folder.name}.printed"
    with printed.open("wb") as output:
        command = [*FREEHOLD, "generate", "--watch", *options]
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
    try:
        running = Watching(process, folder, printed)
        assert running.says("nothing to do")
        yield running
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def running(folder: Path) -> Iterator[Watching]:
    with watching(folder) as running:
        yield running


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_a_saved_change_is_generated(running: Watching) -> None:
    contract = running.folder / "openapi" / "tasks-api.yaml"

    edit(contract, "title: Tasks API", "title: To do")
    assert running.served('"title": "To do"')

    assert running.says("changed  openapi/tasks-api.yaml")
    assert running.says("wrote    generated/app.py")


@pytest.mark.long
def test_a_file_that_an_editor_replaces_is_noticed(running: Watching) -> None:
    contract = running.folder / "openapi" / "tasks-api.yaml"
    text = contract.read_text("utf-8")
    for title in ("One", "Two"):
        new = contract.with_name(".tasks-api.yaml.swp")
        new.write_text(text.replace("title: Tasks API", f"title: {title}"), "utf-8")
        new.replace(contract)
        assert running.served(f'"title": "{title}"')


@pytest.mark.long
def test_a_problem_is_reported_and_the_next_change_awaited(running: Watching) -> None:
    contract = running.folder / "openapi" / "tasks-api.yaml"

    edit(contract, "maximum: 100, default: 20", "maximum: 100, default: 200")
    assert running.says("error[FH")
    assert running.says("1 problem. Nothing was written.")
    edit(contract, "maximum: 100, default: 200", "maximum: 50, default: 20")

    assert running.served('"maximum": 50')


@pytest.mark.long
def test_a_referenced_file_in_a_new_folder_is_watched(running: Watching) -> None:
    contract, parts = running.folder / "openapi" / "tasks-api.yaml", running.folder / "openapi" / "parts"
    parts.mkdir()
    (parts / "page.yaml").write_text("type: integer\nminimum: 1\ndefault: 1\n")
    edit(contract, "schema: {type: integer, minimum: 1, default: 1}", "schema: {$ref: parts/page.yaml}")
    assert running.served('"$ref": "#/components/schemas/Page"')

    edit(parts / "page.yaml", "minimum: 1\n", "minimum: 1\nmaximum: 777\n")

    assert running.served('"maximum": 777')


@pytest.mark.long
def test_overrides_and_settings_are_watched_and_other_files_are_not(running: Watching) -> None:
    override, settings = running.folder / "overrides" / "tasks.py", running.folder / "pyproject.toml"
    (running.folder / "README.md").write_text("Nothing of the kind.")
    (running.folder / "generated" / "notes.txt").write_text("Mine.")

    override.rename(override.with_name("things.py"))
    assert running.says("completeTask must be implemented")
    override.with_name("things.py").rename(override)
    assert running.says("wrote    generated/wiring.py", times=2)
    edit(settings, 'contract = "openapi/tasks-api.yaml"', 'contract = "openapi/none.yaml"')
    assert running.says("none.yaml, which does not exist")
    edit(settings, 'contract = "openapi/none.yaml"', 'contract = "openapi/tasks-api.yaml"')
    assert running.says("changed  pyproject.toml", times=2)

    assert running.says("nothing to do", times=2)
    printed = running.printed.read_text("utf-8")
    assert "README" not in printed
    assert "notes.txt" not in printed


@pytest.mark.long
@pytest.mark.parametrize("ending", [signal.SIGINT, long(signal.SIGTERM)])
def test_it_stops_cleanly_on_a_signal(folder: Path, ending: signal.Signals) -> None:
    with watching(folder) as running:
        running.process.send_signal(ending)

        assert running.process.wait(LIMIT) == 128 + ending
        assert running.printed.read_text("utf-8").endswith("\nStopped.\n")
        assert "Traceback" not in running.printed.read_text("utf-8")


def test_watch_fails_outside_a_project(tmp_path: Path) -> None:
    command = [*FREEHOLD, "generate", "--watch"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=LIMIT, env=os.environ
    )

    assert done.returncode == 2
    assert "No project here" in done.stderr

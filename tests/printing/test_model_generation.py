"""A command has a process beside it generate the models, and ends it whatever happens."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.printing import model_generation
from tests.support.service import ROOT

CONTRACT = {
    "openapi": "3.1.0",
    "info": {"title": "", "version": ""},
    "paths": {},
    "components": {"schemas": {"Größe": {"type": "object", "properties": {"größe": {"type": "string"}}}}},
}
LARGE = CONTRACT | {
    "components": {
        "schemas": {
            f"Schema{number}": {"type": "object", "properties": {"text": {"type": "string"}}}
            for number in range(2000)
        }
    }
}


@pytest.fixture
def not_imported(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[model_generation._ModelProcess]]:
    """As in a command: nothing is imported. Gives the processes that are started."""
    monkeypatch.setattr(model_generation, "_LIBRARY", "not imported")
    started: list[model_generation._ModelProcess] = []

    class Process(model_generation._ModelProcess):
        def __init__(self) -> None:
            super().__init__()
            started.append(self)

    monkeypatch.setattr(model_generation, "_ModelProcess", Process)
    yield started
    for process in started:
        assert process._process.returncode is not None


@pytest.mark.parametrize("contract", [CONTRACT, LARGE], ids=["small", "larger than a pipe"])
def test_the_models_are_those_that_this_process_generates(
    not_imported: list[model_generation._ModelProcess], contract: dict[str, object]
) -> None:
    with model_generation.in_background():
        models = model_generation.begin(contract, {})()

    assert len(not_imported) == 1
    assert models == model_generation._generate(json.dumps([contract, {}]))


def test_a_process_that_nobody_needed_is_ended(not_imported: list[model_generation._ModelProcess]) -> None:
    with pytest.raises(KeyboardInterrupt), model_generation.in_background():
        raise KeyboardInterrupt

    assert len(not_imported) == 1


def test_a_process_is_ended_while_it_generates(not_imported: list[model_generation._ModelProcess]) -> None:
    with model_generation.in_background():
        finish = model_generation.begin(LARGE, {})

    with pytest.raises(subprocess.CalledProcessError):
        finish()

    assert len(not_imported) == 1


def test_a_failure_of_the_process_is_one_of_the_command(
    not_imported: list[model_generation._ModelProcess], capfd: pytest.CaptureFixture[str]
) -> None:
    wrong = CONTRACT | {"components": {"schemas": {"Wrong": {"type": "object", "properties": 7}}}}

    with model_generation.in_background(), pytest.raises(subprocess.CalledProcessError):
        model_generation.begin(wrong, {})()

    assert "Traceback" in capfd.readouterr().err
    assert len(not_imported) == 1


@pytest.mark.parametrize("began", ["m.begin(LARGE, {})", "None"])
def test_it_ends_silently_with_a_command_that_is_killed(began: str) -> None:
    program = (
        "import time; from freehold.printing import model_generation as m\n"
        "from tests.printing.test_model_generation import LARGE\n"
        f"with m.in_background():\n    {began}; print('began', flush=True); time.sleep(60)"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdout=pipe,
        stderr=pipe,
        text=True,
        start_new_session=True,
    ) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == "began\n"
        command.kill()
        _, said = command.communicate(timeout=30)  # the other process has the same standard error

    assert said == ""


def test_modules_of_the_folder_are_not_imported(tmp_path: Path) -> None:
    for name in ("json.py", "pydantic.py", "datamodel_code_generator.py"):
        (tmp_path / name).write_text("raise SystemExit('imported')", "utf-8")
    program = (
        "from freehold.printing import model_generation as m\n"
        f"with m.in_background():\n    print(m.begin({CONTRACT!r}, {{}})())"
    )

    done = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert "class Größe" in done.stdout


def test_a_command_that_is_at_its_end_leaves_no_process() -> None:
    command = [sys.executable, "-c", "from freehold.cli.main import main; main()", "generate"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        said, _ = run.communicate()
    shown = ["ps", "-o", "args=", "-s", str(run.pid)]
    left = subprocess.run(shown, capture_output=True, text=True, check=False).stdout

    assert (said, left) == ("generated/ is up to date: nothing to do.\n", "")

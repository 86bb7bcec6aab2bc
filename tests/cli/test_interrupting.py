"""Ctrl-C ends every command quietly with 130, and what takes long shows that it runs."""

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

from freehold.cli import console
from freehold.cli.main import COMMANDS, main
from tests.support.contracts import Run


def interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_exits_with_130_and_says_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    monkeypatch.setattr(command, "invoke", interrupted)
    arguments = {"init": ["x"], "token": ["--sub", "alice"], "migrate": ["up"], "completion": ["bash"]}
    arguments |= {"override": ["completeTask"], "database": ["url"], "run": ["true"]}

    result = CliRunner().invoke(main, [name, *arguments.get(name, [])])

    assert (result.exit_code, result.output) == (130, "")


def test_a_step_of_a_command_that_is_interrupted_is_no_failure(
    freehold: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.workbench.staleness.report", interrupted)

    assert freehold("check", "--no-cache").exit_code == 130


def test_a_command_that_goes_on_after_errors_ends_with_an_interrupted_step(
    freehold: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.workbench.staleness.write", interrupted)
    monkeypatch.setattr("freehold.cli.generate.interrupt_on_signals", lambda: None)

    result = freehold("generate", "--watch")

    assert result.exit_code == 130
    assert result.stdout.endswith("\nStopped.\n")


@pytest.mark.parametrize(("found", "status"), [((), 130), (("a finding",), 1)])
def test_an_interrupted_fuzzing_is_no_success(
    freehold: Run, monkeypatch: pytest.MonkeyPatch, found: tuple[str, ...], status: int
) -> None:
    report = SimpleNamespace(findings=found, was_interrupted=True)
    monkeypatch.setattr("freehold.cli.fuzz._attack", lambda *_, **__: (report, None))
    monkeypatch.setattr("freehold.cli.fuzz._print_report", lambda *_: None)

    assert freehold("fuzz").exit_code == status


def test_sigterm_is_told_from_ctrl_c() -> None:
    with pytest.raises(SystemExit) as caught:
        console.exit_interrupted(KeyboardInterrupt(signal.SIGTERM))

    assert caught.value.code == 143


def test_an_interrupt_during_the_import_is_quiet_too() -> None:
    code = (
        "import sys, freehold.__main__ as program\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'freehold.cli.main':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "program.main()\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def shown(seconds: float, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What a terminal shows of a step that takes so long."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal, monkeypatch.context() as patched:
        patched.setattr(console, "_PATIENCE", 0.05)
        patched.setattr(sys, "stderr", terminal)
        with console.progress("Generating ..."):
            time.sleep(seconds)
        terminal.flush()
        text = b""
        while not text.endswith(b"\x1b[K"):
            text += os.read(ours, 1024)
    os.close(ours)
    return text


def test_a_long_step_shows_a_line_that_is_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(0.5, monkeypatch) == b"Generating ...\r\x1b[K"


def test_a_short_step_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(0, monkeypatch) == b"\r\x1b[K"


def test_without_a_terminal_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress("Generating ..."):
        pass

    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("ttl", "setting", "warned"),
    [(86400, "", False), (86401, "", True), (120, "60", True), (60, "60", False)],
)
def test_a_lifetime_that_the_service_refuses_is_warned_of(
    freehold: Run, project: Path, monkeypatch: pytest.MonkeyPatch, ttl: int, setting: str, *, warned: bool
) -> None:
    monkeypatch.setenv("AUTH_MAX_LIFETIME", setting)

    result = freehold("token", "--sub", "alice", "--ttl", str(ttl))

    assert result.exit_code == 0
    assert ("above AUTH_MAX_LIFETIME" in result.stderr) == warned
    assert result.stdout.count(".") == 2

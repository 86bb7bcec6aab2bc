"""`freehold completion`, tested with the shells that are installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.service import ROOT

FREEHOLD = Path(sys.executable).with_name("freehold")


def completed(folder: Path, *words: str) -> list[str]:
    """Return the completions of the last word."""
    variables = os.environ | {
        "_FREEHOLD_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("freehold", *words)),
        "COMP_CWORD": str(len(words)),
    }
    done = subprocess.run([FREEHOLD], cwd=folder, env=variables, capture_output=True, text=True, check=True)
    return [line.partition(",")[2] for line in done.stdout.split()]


@pytest.mark.long
def test_commands_options_and_operation_ids_are_completed(tmp_path: Path) -> None:
    assert completed(ROOT, "mig") == ["migrate"]
    assert completed(ROOT, "migrate", "") == ["check", "down", "new", "up"]
    assert completed(ROOT, "generate", "--w") == ["--watch"]
    assert completed(ROOT, "explain", "re") == ["replaceTask"]
    assert completed(ROOT, "explain", "") == [
        *("listTasks", "createTask", "getTask", "replaceTask", "updateTask", "deleteTask", "completeTask")
    ]


@pytest.mark.long
def test_without_a_valid_contract_no_operation_id_is_completed(tmp_path: Path, folder: Path) -> None:
    (folder / "openapi" / "tasks-api.yaml").write_text("openapi: 3.1.0\n")

    assert completed(folder, "explain", "re") == []
    assert completed(tmp_path.parent, "explain", "") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_valid(shell: str) -> None:
    done = subprocess.run([FREEHOLD, "completion", shell], capture_output=True, text=True, check=True)

    assert "_FREEHOLD_COMPLETE" in done.stdout
    assert "freehold" in done.stdout
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=done.stdout, text=True, check=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_an_operation_id() -> None:
    script = f"""
        PATH="{FREEHOLD.parent}:$PATH"
        eval "$(freehold completion bash)"
        COMP_WORDS=(freehold explain comp); COMP_CWORD=2
        _freehold_completion freehold
        echo "${{COMPREPLY[@]}}"
    """

    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["completeTask"]


def test_an_unsupported_shell_is_refused() -> None:
    done = subprocess.run([FREEHOLD, "completion", "tcsh"], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "'bash', 'zsh', 'fish'" in done.stderr


def test_version_prints_the_versions_of_freehold_and_python() -> None:
    done = subprocess.run([FREEHOLD, "--version"], capture_output=True, text=True, check=True)

    python = ".".join(map(str, sys.version_info[:3]))
    assert done.stdout == f"freehold 0.1.0, Python {python}\n"

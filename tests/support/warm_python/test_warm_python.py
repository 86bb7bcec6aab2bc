"""A warm program is one of its own: its folder, its variables, its output, its end."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support import warm_python
from tests.support.service import ROOT
from tests.support.warm_python import WarmProcess

SHOW = """
import os, sys
print(os.getcwd(), sys.argv, os.environ["ONLY"], "HOME" in os.environ)
print("no", file=sys.stderr)
sys.exit(3)
"""
ELSEWHERE = """
import os, sys
from tests.support import warm_python

if __name__ == "__main__":
    os.chdir(sys.argv[1])
    show = "import gc; print(gc.get_freeze_count() > 100_000)"
    print(warm_python.run(["-c", show], sys.argv[1], {}).stdout)
"""
STARTER = """
import os, sys, time
from pathlib import Path
from tests.support.warm_python import WarmProcess

if __name__ == "__main__":
    print(WarmProcess(["-c", "import time; time.sleep(60)"], Path.cwd(), os.environ).pid, flush=True)
    time.sleep(60)
"""


def test_a_program_has_its_own_folder_variables_arguments_and_output(tmp_path: Path) -> None:
    done = warm_python.run(["-c", SHOW, "a", "b c"], tmp_path, {"ONLY": "this"})

    assert (done.returncode, done.stderr) == (3, "no\n")
    assert done.stdout == f"{tmp_path} ['-c', 'a', 'b c'] this False\n"


def test_what_was_loaded_before_is_left_out_of_garbage_collections(tmp_path: Path) -> None:
    done = warm_python.run(["-c", "import gc; print(gc.get_freeze_count())"], tmp_path, os.environ)

    assert int(done.stdout) > 100_000


def test_the_first_program_can_start_in_a_folder_with_tests_of_its_own(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "tests").mkdir(parents=True)
    (project / "tests" / "__init__.py").touch()
    file = tmp_path / "starter.py"
    file.write_text(ELSEWHERE, "utf-8")

    command, settings = [sys.executable, str(file), str(project)], os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)

    assert (done.stdout.strip(), done.returncode) == ("True", 0), done.stderr


def test_a_program_imports_from_its_folder_and_not_from_this_repository_or_where_the_tool_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "golden" / "library"))

    done = warm_python.run(["-c", "import generated"], tmp_path, os.environ)

    assert done.returncode == 1
    assert "No module named 'generated'" in done.stderr


def test_a_program_ends_when_it_is_terminated_or_too_slow(tmp_path: Path) -> None:
    first, second = (WarmProcess(["-c", "import time; time.sleep(60)"], tmp_path, {}) for _ in range(2))

    first.terminate()

    assert (first.wait(30), second.poll(), second.wait(0.1), second.poll()) == (-15, None, -9, -9)


@pytest.mark.long
def test_a_program_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "starter.py"
    file.write_text(STARTER, "utf-8")
    variables = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, file], env=variables, stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        warm = int(starter.stdout.readline())
        starter.kill()

    deadline = time.monotonic() + 30
    while is_running(warm) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(warm)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True

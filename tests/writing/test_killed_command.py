"""`freehold generate` killed at random moments."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.contracts import edit, read_tree
from tests.support.generated_folders import KILLS

GENERATE = [sys.executable, "-c", "from freehold.cli.main import main; main()", "generate"]


@pytest.mark.long
def test_generate_killed_at_random_moments_leaves_a_complete_tree(project: Path) -> None:
    contract, folder = project / "openapi" / "tasks-api.yaml", project / "generated"
    (folder / "notes.md").write_text("mine")
    texts = [contract.read_text("utf-8")]
    edit(project, "summary: List your tasks", "summary: List all of your tasks")
    texts.append(contract.read_text("utf-8"))
    allowed, took = [], 0.0
    for text in texts:
        contract.write_text(text, "utf-8")
        began = time.monotonic()
        subprocess.run(GENERATE, check=True, capture_output=True)
        took = max(took, time.monotonic() - began)
        allowed.append(read_tree(folder))

    killed = 0
    for count in range(KILLS):
        contract.write_text(texts[count % 2], "utf-8")
        with subprocess.Popen(GENERATE, stdout=subprocess.DEVNULL) as process:
            time.sleep(random.uniform(0, took * 1.1))  # it writes only at the end
            process.kill()
        killed += process.returncode == -signal.SIGKILL
        assert read_tree(folder) in allowed

    assert killed
    subprocess.run(GENERATE, check=True, capture_output=True)
    assert read_tree(folder) in allowed
    assert not (project / ".freehold").exists()

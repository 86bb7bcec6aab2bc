"""How long the tool takes, as a process: `make bench` prints a table. Each figure is the median of some runs.

The contracts are the sample, the workspace of tests/dialects, and a made one of 50 resources with 300
operations. `python -c pass` and `import freehold.cli.main` stand beside them, as what a process costs anyway.
"""

import copy
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from tests.bench import importing
from tests.support.service import ROOT

RUNS = 5
SETTINGS = '[tool.freehold]\ncontract = "openapi/{}"\n'
PARTS = ("generated", "overrides", "migrations")


def main() -> None:
    """Measure, and print."""
    with TemporaryDirectory(prefix="freehold-bench-") as folder:
        projects = {
            "sample": _sample(Path(folder, "sample")),
            "workspace": _workspace(Path(folder, "workspace")),
            "50 resources, 300 operations": _made(Path(folder, "made")),
        }
        print(
            "| contract | lines | check, nothing changed | generate, nothing changed | generate, all of it |"
        )
        print("|---|---|---|---|---|")
        for name, project in projects.items():
            lines = sum(
                len(file.read_text("utf-8").splitlines()) for file in project.glob("openapi/**/*.yaml")
            )
            _run(project, "generate")
            figures = [_median(project, "check"), _median(project, "generate"), _anew(project)]
            print(f"| {name} | {lines:,} | {' | '.join(f'{seconds:.2f} s' for seconds in figures)} |")
    if importing.LARGEST.exists():
        print("\n| contract of others | lines | CPU time of init --from | memory |\n|---|---|---|---|")
        for row in importing.rows():
            print(row)
    bare, loaded = _process("pass"), _process("import freehold.cli.main")
    print(f"\nPython itself takes {bare:.2f} s, with what the command imports {loaded:.2f} s.")


def _sample(folder: Path) -> Path:
    for part in ("openapi", *PARTS):
        shutil.copytree(ROOT / part, folder / part)
    (folder / "pyproject.toml").write_text(SETTINGS.format("tasks-api.yaml"))
    return folder


def _workspace(folder: Path) -> Path:
    here = ROOT / "tests" / "dialects" / "workspace"
    shutil.copytree(here, folder / "openapi")
    shutil.rmtree(folder / "openapi" / "overrides")
    shutil.copytree(here / "overrides", folder / "overrides")
    (folder / "pyproject.toml").write_text(SETTINGS.format("contract.yaml"))
    return folder


def _made(folder: Path) -> Path:
    """The sample's resource 50 times, each under a name of its own, without the operation for an override."""
    text = (ROOT / "openapi" / "tasks-api.yaml").read_text("utf-8")
    one: dict[str, Any] = yaml.safe_load(text)
    del one["paths"]["/api/tasks/{task_id}/complete"]
    whole = copy.deepcopy(one) | {"paths": {}}
    whole["components"] |= {"schemas": {}, "parameters": {}}
    for number in range(50):
        name = f"{chr(65 + number // 26)}{chr(97 + number % 26)}Thing"
        said = yaml.safe_dump(one, sort_keys=False)
        said = (
            said.replace("Task", name).replace("/tasks", f"/{name.lower()}s").replace("task_id", "thing_id")
        )
        part = yaml.safe_load(said)
        whole["paths"] |= part["paths"]
        for kind in ("schemas", "parameters"):
            whole["components"][kind] |= part["components"].get(kind, {})
    (folder / "openapi").mkdir(parents=True)
    (folder / "openapi" / "api.yaml").write_text(yaml.safe_dump(whole, sort_keys=False), "utf-8")
    (folder / "pyproject.toml").write_text(SETTINGS.format("api.yaml"))
    return folder


def _run(project: Path, word: str) -> float:
    begun = time.perf_counter()
    command = [str(Path(sys.executable).with_name("freehold")), word]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - begun
    if done.returncode:
        sys.exit(f"freehold {word} failed:\n{done.stdout}{done.stderr}")
    return taken


def _median(project: Path, word: str) -> float:
    return statistics.median(_run(project, word) for _ in range(RUNS))


def _anew(project: Path) -> float:
    """Of `generate` where nothing is generated yet."""
    taken = []
    for _ in range(RUNS):
        shutil.rmtree(project / "generated")
        taken.append(_run(project, "generate"))
    return statistics.median(taken)


def _process(code: str) -> float:
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


if __name__ == "__main__":
    main()

"""Compares the answers of this tree with those of a revision: `make same-answers REV=main`.

The contracts and overrides are those of the revision, so that both tools understand them.
"""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from freehold.database import embedded_postgres
from freehold.workbench import development_tokens
from tests.same_answers.recording import Answer, Recording
from tests.support.service import ROOT, await_answer, free_port
from tests.support.tool import COMMANDS
from tests.support.two_users import load_contract

SAMPLE = "sample"
MOST_SHOWN = 20
SECRET = secrets.token_urlsafe(48)


def main() -> None:
    """Print every difference. The exit code is 1 if there is one."""
    if len(sys.argv) != 2:
        sys.exit("which revision? For example: make same-answers REV=main")
    with TemporaryDirectory(prefix="same-answers-") as folder, ExitStack() as stack:
        scratch = Path(folder)
        revision = _export(sys.argv[1], scratch / "revision")
        server = stack.enter_context(embedded_postgres.run_server(scratch / "postgres"))
        found = sum(_compare(name, revision, server, scratch) for name in _names(revision))
    sys.exit(1 if found else 0)


def _export(revision: str, folder: Path) -> Path:
    folder.mkdir()
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive, check=True)
    return folder


def _names(revision: Path) -> list[str]:
    dialects = sorted(file.parent.name for file in (revision / "tests/dialects").glob("*/contract.yaml"))
    return [SAMPLE, *dialects]


def _compare(name: str, revision: Path, server: embedded_postgres.Server, scratch: Path) -> int:
    """Record both services. Returns the number of differences, which are printed."""
    there, here = (
        _record(name, tree, revision, server, scratch / f"{name}-{number}")
        for number, tree in enumerate((revision, ROOT))
    )
    pairs = [*zip_longest(there, here)]
    different = [(before, now) for before, now in pairs if before != now]
    print(f"{name}: {len(pairs)} requests, {len(different)} answers differ", flush=True)
    for before, now in different[:MOST_SHOWN]:
        print(f"  {(before or now).request}")
        print(f"    there: {_shown(before)}\n    here:  {_shown(now)}")
    return len(different)


def _shown(answer: Answer | None) -> str:
    return "nothing" if answer is None else f"{answer.status} {answer.headers} {answer.body[:300]!r}"


def _record(
    name: str, tree: Path, revision: Path, server: embedded_postgres.Server, folder: Path
) -> list[Answer]:
    """Make the project of a dialect with the tool of a tree, and record its service."""
    database = folder.name.replace("-", "_")
    embedded_postgres.create_database(server, database)
    contract = _make_project(name, revision, folder)
    variables = {**os.environ, "DATABASE_URL": server.url(database), "BETTER_AUTH_SECRET": SECRET}
    commands = ["generate --force", "migrate up"] if name == SAMPLE else [
        "generate", "migrate new -m Everything", "migrate up",
    ]  # fmt: skip
    python_path = {"PYTHONPATH": os.pathsep.join((str(tree / "generator"), str(folder)))}
    subprocess.run([sys.executable, "-c", COMMANDS, *commands], cwd=folder, env=variables | python_path,
                   check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    with _serving(folder, variables | {"PYTHONPATH": str(folder)}) as url:
        return Recording(url, load_contract(contract), _sign).record()


def _make_project(name: str, revision: Path, folder: Path) -> Path:
    """Copy the files of a project of the revision, without generated code. Returns its contract."""
    folder.mkdir()
    if name == SAMPLE:
        for part in ("openapi", "overrides", "migrations"):
            shutil.copytree(revision / part, folder / part)
        contract = "openapi/tasks-api.yaml"
    else:
        shutil.copytree(revision / "tests" / "dialects" / name, folder, dirs_exist_ok=True)
        (folder / "migrations" / "versions").mkdir(parents=True)
        for part in ("env.py", "script.py.mako"):
            shutil.copy(revision / "migrations" / part, folder / "migrations" / part)
        contract = "contract.yaml"
    (folder / "pyproject.toml").write_text(f'[tool.freehold]\ncontract = "{contract}"\n', "utf-8")
    return folder / contract


@contextmanager
def _serving(folder: Path, variables: dict[str, str]) -> Iterator[str]:
    port = free_port()
    with (folder / "service.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "generated"], cwd=folder, env=variables | {"PORT": str(port)}, stderr=log
        )
        try:
            await_answer(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def _sign(subject: str, claims: dict[str, Any]) -> str:
    return development_tokens.sign(SECRET, subject, claims=claims)


if __name__ == "__main__":
    main()

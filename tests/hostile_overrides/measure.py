"""Who refuses an override: the statement guard, `freehold prove`, the type checker; and what bob is told."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.hostile_overrides.entry import Override
from tests.hostile_overrides.project import Module, module_of, modules
from tests.support.service import ROOT

_HERE = Path(__file__).parent
_MYPY_LINE = re.compile(r"overrides/(\w+)\.py:(\d+): error:")
_STATEMENT = re.compile(r"def (_\w+)\(cls[,)]")
PROVE = """
import json
from pathlib import Path
from freehold.ground.project import find_project
from freehold.proof import prove
entries = prove(find_project(Path.cwd())).entries
print(json.dumps([[e.file, e.line, e.name, e.verdict, list(e.reasons)] for e in entries]))
"""


@dataclass(frozen=True)
class Named:
    """What somebody says of a line in a module of `overrides/`."""

    module: str
    line: int
    verdict: str
    reason: str


def lock_verdicts(folder: Path, overrides: Sequence[Override]) -> dict[str, str]:
    """For each override, what the guard says when its statements are built, or "" if it accepts them."""
    names = sorted({module_of(override) for override in overrides})
    said = json.loads(_run(folder, [sys.executable, str(_HERE / "lock_verdicts.py"), *names]))
    return {o.name: " ".join(_said_of(said[module_of(o)], o)) for o in overrides}


def _said_of(said: dict[str, str], override: Override) -> Iterator[str]:
    names = _STATEMENT.findall(f"{override.above}\n{override.body}")
    yield from (said[name] for name in ("", *dict.fromkeys(names)) if said.get(name))


def prove_verdicts(folder: Path, overrides: Sequence[Override]) -> dict[str, list[Named]]:
    """For each override, what `freehold prove` says of its lines that are not proven."""
    entries = json.loads(_run(folder, [sys.executable, "-c", PROVE]))
    named = [
        Named(Path(file).stem, line, verdict, "; ".join(why))
        for file, line, _, verdict, why in entries
        if verdict in {"reaches", "unproven"}
    ]
    return _by_override(overrides, named)


def type_verdicts(folder: Path, overrides: Sequence[Override], cache: Path) -> dict[str, list[Named]]:
    """For each override, the errors of `mypy --strict`."""
    options = [f"--config-file={ROOT / 'pyproject.toml'}", f"--cache-dir={cache}", "--no-error-summary"]
    command = [sys.executable, "-m", "mypy", *options, "generated", "overrides"]
    output = _run(folder, command, status=None)
    lines = [(line, _MYPY_LINE.match(line)) for line in output.splitlines()]
    errors = [Named(m[1], int(m[2]), "error", line) for line, m in lines if m]
    return _by_override(overrides, errors)


def _by_override(overrides: Sequence[Override], said: Sequence[Named]) -> dict[str, list[Named]]:
    by_name: dict[str, Module] = {module.name: module for module in modules(overrides)}
    return {
        o.name: [s for s in said if s.module == module_of(o) and s.line in by_name[s.module].lines[o.name]]
        for o in overrides
    }


def _run(folder: Path, command: list[str], status: int | None = 0) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert status is None or done.returncode == status, done.stdout + done.stderr
    return done.stdout

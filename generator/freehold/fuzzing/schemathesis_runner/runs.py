"""Runs Schemathesis with two users, in a process of its own that ends in time."""

import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from freehold.fuzzing.findings import Finding, Interrupted, Part, Progress
from freehold.fuzzing.options import Options
from freehold.fuzzing.schemathesis_runner import configuration
from freehold.fuzzing.schemathesis_runner.events import Events
from freehold.fuzzing.targets import Target
from freehold.ground import tethered_process
from freehold.ground.problems import UsageError

NAME = "Schemathesis"
_EVENTS = "events.ndjson"
_STARTUP = 2.0  # seconds until it counts its time
_PATIENCE = 3.0  # seconds that it may take longer than it should
_STOP_TIMEOUT = 5.0  # seconds
_POLL_INTERVAL = 0.2  # seconds
_PASSED, _FAILED = 0, 1


def require_installed() -> None:
    """Raise UsageError when Schemathesis is not installed."""
    if find_spec("schemathesis") is None:
        raise UsageError("Schemathesis is not installed. Install it: pip install 'freehold[testing]'")


def run(target: Target, options: Options, deadline: float, progress: Progress) -> Part:
    """Run Schemathesis until the deadline (of `time.monotonic`); once through all phases if it is infinite.

    Raises UsageError when it rejects its configuration.
    """
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="freehold-") as name:
        folder = Path(name)
        command = _command(target, options, folder, deadline)
        done = _execute(command, folder, options.project or folder, deadline, progress)
        events = folder / _EVENTS
        found = Events(events if events.is_file() else None, target)
    if not (found.is_complete or found.requests or done.was_stopped):
        raise UsageError(f"Schemathesis could not run:\n{done.output.strip()}")
    findings = [*found.findings, *(Finding("error", "", text) for text in found.errors)]
    is_expected = done.status == _PASSED or (done.status == _FAILED and found.was_allowed)
    if not (is_expected or done.was_stopped or findings):
        findings = [Finding("error", "", f"Schemathesis exited with {done.status}:\n{done.output[-4000:]}")]
    missing = [phase for phase in options.phases if phase not in found.phases]
    notes = (f"{NAME}: no time was left for {', '.join(missing)}",) if missing else ()
    seconds = time.monotonic() - started
    part = Part(NAME, tuple(found.operations), found.requests, seconds, tuple(findings), notes)
    if done.was_interrupted:
        raise Interrupted(part)
    return part


def _command(target: Target, options: Options, folder: Path, deadline: float) -> list[str]:
    """Write the files for a run, which nobody else can read, and return its command."""
    users, config = folder / "users.json", folder / configuration.FILE_NAME
    whole = configuration.with_users(configuration.load(options.project), target, users)
    whole["generation"] = whole.get("generation", {}) | {"database": "none"}
    whole["generation"] |= {"deterministic": True} if options.deterministic else {}
    users.write_text(configuration.users_text(target), "utf-8")
    config.write_text(configuration.toml_text(whole), "utf-8")
    reports = ["ndjson", *(["har"] if options.har else [])]
    left = deadline - time.monotonic() - _STARTUP
    flags = {
        "seed": options.seed,
        "checks": options.checks,
        "phases": ",".join(options.phases),
        "max-examples": options.max_examples,
        "max-time": max(1, int(left)) if math.isfinite(left) else None,
        "output-sanitize": "true",
        "report": ",".join(reports),
        "report-ndjson-path": folder / _EVENTS,
        "report-har-path": options.har.absolute() if options.har else None,
    }
    command = [sys.executable, "-m", "schemathesis.cli", f"--config-file={config}", "--no-color", "run"]
    command += [f"{target.url}/openapi.json", f"--url={target.url}"]
    command += [f"--{name}={value}" for name, value in flags.items() if value is not None]
    return command + [f"--include-operation-id={name}" for name in target.selected]


class _Done(NamedTuple):
    """How the process has ended."""

    status: int
    was_stopped: bool
    """Whether it went on after the deadline, or was interrupted."""
    was_interrupted: bool
    output: str


def _execute(
    command: Sequence[str], folder: Path, project: Path, deadline: float, progress: Progress
) -> _Done:
    """Run the command, and stop it when it goes on after the deadline."""
    output = folder / "output.txt"
    with output.open("wb") as file:
        process = tethered_process.start(
            tethered_process.supervised(command),
            project,
            _environment(folder),
            stdout=file.fileno(),
            stderr=file,
        )
        was_interrupted = False
        try:
            _wait(process, output, deadline + _PATIENCE, progress)
        except KeyboardInterrupt:
            was_interrupted = True
        finally:
            was_stopped = process.poll() is None
            tethered_process.stop(process, _STOP_TIMEOUT)
    return _Done(process.returncode, was_stopped, was_interrupted, output.read_text("utf-8", "replace"))


def _wait(process: tethered_process.Process, output: Path, deadline: float, progress: Progress) -> None:
    started = time.monotonic()
    while process.poll() is None and (now := time.monotonic()) < deadline:
        lines = [line.split("(")[0] for line in output.read_text("utf-8", "replace").splitlines()]
        phases = [line.strip(" ✅❌\n") for line in lines if line.startswith((" ✅", " ❌"))]
        done = f", after {phases[-1].lower()}" if phases else ""
        progress(f"{NAME}: {now - started:.0f} s{done}")
        with suppress(subprocess.TimeoutExpired):
            process.wait(_POLL_INTERVAL)


def _environment(folder: Path) -> Mapping[str, str]:
    """Hypothesis keeps files that take seconds to make; without a place of its own, in this folder."""
    return {"HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis")} | dict(os.environ)

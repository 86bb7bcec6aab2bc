"""A whole run: isolation and nasty values first, then Schemathesis for the time that is left."""

import time
from collections.abc import Callable

from freehold.fuzzing.findings import Interrupted, Part, Progress, Report
from freehold.fuzzing.isolation_probes import IsolationProbes
from freehold.fuzzing.nasty.requests import NastyRequests
from freehold.fuzzing.options import Options
from freehold.fuzzing.schemathesis_runner import runs
from freehold.fuzzing.targets import Target

_NASTY_SHARE = 0.4
"""The share of the time that nasty values get at most."""


def run(target: Target, options: Options, progress: Progress = lambda _line: None) -> Report:
    """Fuzz a service. `progress` is called with a line for people, several times a second.

    When it is interrupted, the report has what was found until then. Raises UsageError when Schemathesis is
    not installed, or rejects the configuration of the project.
    """
    runs.require_installed()
    started, seconds = time.monotonic(), float("inf") if options.seconds is None else options.seconds
    nasty_deadline = started + seconds * _NASTY_SHARE
    steps: tuple[Callable[[], Part], ...] = (
        lambda: IsolationProbes(target).run(progress),
        lambda: NastyRequests(target, options.seed).run(nasty_deadline, options.max_nasty, progress),
        lambda: runs.run(target, options, started + seconds, progress),
    )
    parts: list[Part] = []
    try:
        for step in steps:
            parts.append(step())
    except Interrupted as interruption:
        return Report(options.seed, (*parts, interruption.part), was_interrupted=True)
    except KeyboardInterrupt:
        return Report(options.seed, tuple(parts), was_interrupted=True)
    return Report(options.seed, tuple(parts))

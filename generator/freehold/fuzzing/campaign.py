"""A whole run: isolation and nasty values first, then Schemathesis for the time that is left."""

import time

from freehold.fuzzing.findings import Progress, Report
from freehold.fuzzing.isolation_probes import IsolationProbes
from freehold.fuzzing.nasty.requests import NastyRequests
from freehold.fuzzing.options import Options
from freehold.fuzzing.schemathesis_runner import runs
from freehold.fuzzing.targets import Target

_NASTY_SHARE = 0.4
"""The share of the time that nasty values get at most."""


def run(target: Target, options: Options, progress: Progress = lambda _line: None) -> Report:
    """Fuzz a service. `progress` is called with a line for people, several times a second.

    Raises UsageError when Schemathesis is not installed, or rejects the configuration of the project.
    """
    runs.require_installed()
    started, seconds = time.monotonic(), float("inf") if options.seconds is None else options.seconds
    isolation = IsolationProbes(target).run(progress)
    nasty_deadline = started + seconds * _NASTY_SHARE
    nasty = NastyRequests(target, options.seed).run(nasty_deadline, options.max_nasty, progress)
    random = runs.run(target, options, started + seconds, progress)
    return Report(options.seed, (isolation, nasty, random))

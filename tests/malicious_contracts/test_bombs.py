"""A contract that would fill the memory, or take for ever, is refused within two seconds and 256 MB.

HOSTILE_CONTRACTS=all measures the seconds, which needs a quiet machine. Without it, they are units of work
that the same process measures.
"""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.malicious_contracts.bombs import BOMBS
from tests.support.measuring.cpu import UNITS_IN_TWO_SECONDS
from tests.support.service import ROOT
from tests.support.thoroughness import sampled

SECONDS, MEGABYTES = 2.0, 256
_TRIES = 3  # other programs on this machine can make a contract look dearer, never cheaper
_IS_QUIET = os.environ.get("HOSTILE_CONTRACTS") == "all"
READ = """
import json, resource, sys
from pathlib import Path
from freehold.building import service
from freehold.contract import effective_contract, loading
from freehold.ground.problems import ContractError
from freehold.rules import registry
from tests.support.measuring.cpu import unit
units = [unit()]
before = resource.getrusage(resource.RUSAGE_SELF)
problems = ()
try:
    document = loading.load(Path(sys.argv[1]))
    registry.check(document)
    service.build(effective_contract.build_effective_contract(document), {}, "overrides")
except ContractError as error:
    problems = error.problems
    str(error)
after = resource.getrusage(resource.RUSAGE_SELF)
units.append(unit())
# ru_maxrss would count the process that started this one, whose memory a fork shares
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(json.dumps({
    "problems": len(problems), "line": problems[0].line if problems else 0,
    "seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    "megabytes": peak / 1024, "unit": max(units),
}))
"""


_FINE = ("a time of many minutes", "a list of itself", "many parts that describe")


def limits() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))


@pytest.mark.parametrize("name", sampled(BOMBS, every=3))
def test_resource_exhaustion_attacks_are_rejected_in_time(tmp_path: Path, name: str) -> None:
    file = tmp_path / "contract.yaml"
    file.write_text(BOMBS[name](), "utf-8")
    assert file.stat().st_size <= 2_000_000

    found = read(file)
    for _ in range(_TRIES - 1):
        found = found if is_fast(found) else read(file)

    assert is_fast(found), found
    assert found["megabytes"] <= MEGABYTES
    fine = name in _FINE or "underscores" in name  # which are but long texts
    assert bool(found["problems"]) is not fine
    assert (found["line"] >= 1) is not fine


def read(file: Path) -> dict[str, float]:
    """Reads a contract in a process of its own, and returns what it cost."""
    command = [sys.executable, "-c", READ, str(file)]
    done = subprocess.run(command, cwd=ROOT, preexec_fn=limits, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, float] = json.loads(done.stdout)
    return found


def is_fast(found: dict[str, float]) -> bool:
    if _IS_QUIET:
        return found["seconds"] <= SECONDS
    return found["seconds"] <= UNITS_IN_TWO_SECONDS * found["unit"]

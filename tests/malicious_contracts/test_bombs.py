"""A contract that would fill the memory, or take for ever, is refused within two seconds and 256 MB."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.malicious_contracts.bombs import BOMBS
from tests.support.thoroughness import sampled

SECONDS, MEGABYTES = 2.0, 256
READ = """
import json, resource, sys
from pathlib import Path
from freehold.building import service
from freehold.contract import effective_contract, loading
from freehold.ground.problems import ContractError
from freehold.rules import registry
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
# ru_maxrss would count the process that started this one, whose memory a fork shares
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(json.dumps({
    "problems": len(problems), "line": problems[0].line if problems else 0,
    "seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    "megabytes": peak / 1024,
}))
"""


_FINE = ("a time of many minutes", "a list of itself")


def limits() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))


@pytest.mark.parametrize("name", sampled(BOMBS, every=3))
def test_resource_exhaustion_attacks_are_rejected_in_time(tmp_path: Path, name: str) -> None:
    file = tmp_path / "contract.yaml"
    file.write_text(BOMBS[name](), "utf-8")
    assert file.stat().st_size <= 2_000_000

    command = [sys.executable, "-c", READ, str(file)]
    done = subprocess.run(command, preexec_fn=limits, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["seconds"] <= SECONDS
    assert found["megabytes"] <= MEGABYTES
    fine = name in _FINE or "underscores" in name  # which are but long texts
    assert bool(found["problems"]) is not fine
    assert (found["line"] >= 1) is not fine

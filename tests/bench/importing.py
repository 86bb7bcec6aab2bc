"""What `freehold init --from` takes with a large contract of others, as a process: CPU time, and memory.

The second contract is the first one several times, each time under other names.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from tests.real_contracts.measure import CONTRACTS
from tests.support.service import ROOT

LARGEST = CONTRACTS / "babybuddy.yml"
RUNS = 3
TIMES = 4
_MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
sys.exit(done.returncode)
"""
"""A small process starts the one to measure, which inherits the peak memory of the one it is forked from."""


def rows() -> Iterator[str]:
    """Yield the rows of a table with the smallest CPU time and the most memory of some runs."""
    with TemporaryDirectory(prefix="freehold-bench-") as folder:
        several = Path(folder, "several.yml")
        several.write_text(repeated(LARGEST.read_text("utf-8"), TIMES), "utf-8")
        for name, contract in (("Baby Buddy", LARGEST), (f"Baby Buddy {TIMES} times", several)):
            taken = [_init(contract, Path(folder, f"{contract.stem}-{run}")) for run in range(RUNS)]
            lines = len(contract.read_text("utf-8").splitlines())
            seconds, memory = min(cpu for cpu, _ in taken), max(most for _, most in taken)
            yield f"| {name} | {lines:,} | {seconds:.2f} s | {memory / 1024:.0f} MB |"


def repeated(text: str, times: int) -> str:
    """A contract several times in one: the paths, operations and schemas of each copy have its number."""
    whole: dict[str, Any] = yaml.safe_load(text)
    paths, schemas = whole.pop("paths"), whole["components"].pop("schemas")
    whole |= {"paths": {}}
    whole["components"] |= {"schemas": {}}
    for number in range(1, times + 1):
        numbered = re.compile(r"(#/components/schemas/\w+)")
        copies = yaml.safe_dump([paths, schemas], sort_keys=False)
        inside, named = yaml.safe_load(numbered.sub(rf"\g<1>V{number}", copies))
        for item in inside.values():
            for operation in item.values():
                if isinstance(operation, dict) and "operationId" in operation:
                    operation["operationId"] += f"V{number}"
        whole["paths"] |= {f"/v{number}{path}": item for path, item in inside.items()}
        whole["components"]["schemas"] |= {f"{name}V{number}": schema for name, schema in named.items()}
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True)


def _init(contract: Path, folder: Path) -> tuple[float, int]:
    """Create a project. Returns the seconds of CPU and the KB of memory, with the processes it starts."""
    command = [str(Path(sys.executable).with_name("freehold")), "init", str(folder), "--from", str(contract)]
    small = [sys.executable, "-I", "-S", "-c", _MEASURE, *command]
    done = subprocess.run(small, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"freehold init --from {contract.name} failed")
    seconds, memory = done.stdout.split()
    return float(seconds), int(memory)

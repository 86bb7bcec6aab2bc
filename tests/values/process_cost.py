"""What a process costs: its CPU time and its memory, read from /proc."""

import os
import sys
from pathlib import Path

from tests.support.service import Service

_NANO = 1e-9


def process_of(service: Service) -> int:
    """The id of the process that serves, found by its port, which stands in its supervisor's command too."""
    word = f"--port={service.url.rpartition(':')[2]}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            program, *arguments = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has just ended
            continue
        if word in arguments and program == sys.executable.encode():
            return int(folder.name)
    raise AssertionError(f"nothing serves {service.url}")


def cpu_of(process: int) -> float:
    """Seconds of CPU that all threads of a process have used."""
    tasks = Path(f"/proc/{process}/task").glob("*/schedstat")
    precise = sum(int(file.read_text().split()[0]) for file in tasks) * _NANO
    if precise:
        return precise
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(process: int) -> float:
    """Megabytes that a process holds in memory."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    found = next(line for line in lines if line.startswith("VmRSS:"))
    return int(found.split()[1]) / 1000

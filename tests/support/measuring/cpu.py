"""CPU time in a unit that was measured beside it: a slow or busy machine changes both, not their ratio."""

import sys
import time
from collections.abc import Callable
from types import FrameType

UNITS_IN_TWO_SECONDS = 200
"""What two seconds were on the machine that the promises to users were measured on, rounded."""


def cpu_here(do: Callable[[], object], times: int = 5) -> float:
    """Returns the least seconds of CPU that something takes in this process, of some tries."""
    costs = []
    for _ in range(times):
        start = time.process_time()
        do()
        costs.append(time.process_time() - start)
    return min(costs)


def unit() -> float:
    """Returns the seconds of CPU that a fixed piece of interpreted work takes now: about 0.01."""
    return cpu_here(_work, 3)


def units_of(do: Callable[[], object]) -> float:
    """Returns what something costs, in units. Its result is dropped."""
    before = unit()
    cost = cpu_here(do, 1)
    return cost / max(before, unit())


def calls_of(do: Callable[[], object]) -> int:
    """Returns how often something calls functions, in Python and in C: the same number on each machine."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event.endswith("call")

    sys.setprofile(note)
    try:
        do()
    finally:
        sys.setprofile(None)
    return count


def _work() -> dict[str, list[object]]:
    return {f"/a/{number}": [str(number), number] for number in range(20_000)}

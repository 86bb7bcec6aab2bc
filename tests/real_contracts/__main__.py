"""Prints the table: `python -m tests.real_contracts [FILE...]`; with -v also the problems that are left."""

import sys
import tempfile
from pathlib import Path

from tests.real_contracts import measure

names = [argument for argument in sys.argv[1:] if argument != "-v"]
files = [Path(name).resolve() for name in names] or sorted(measure.CONTRACTS.glob("*.[yj]*"))
print(measure.HEADING)
for file in files:
    with tempfile.TemporaryDirectory() as desk:
        reached = measure.measure(file, Path(desk))
    print(reached)
    if "-v" in sys.argv:
        print(*(reached.problems or ()), sep="\n\n")
        print(*reached.breaking, sep="\n")

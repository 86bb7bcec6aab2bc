"""Prints the table of overrides: who refuses each of them, and what bob reached. `make overrides` runs it."""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from freehold.database import embedded_postgres
from tests.hostile_overrides import measure, project
from tests.hostile_overrides.corpus import PROCESS_WIDE, THEMES
from tests.hostile_overrides.entry import Kind, Override
from tests.hostile_overrides.two_worlds import Tables, TwoWorlds
from tests.support.clusters import FAST
from tests.support.service import Database, serving

_HEADINGS = ("override", "by", "aim", "lock", "prove", "types", "reached")
_WIDTHS = (40, 13, 53, 9, 9, 9, 7)


def main() -> None:
    """Measure all overrides, and print a table for each theme."""
    everything = [override for overrides in THEMES.values() for override in overrides]
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        rows = dict(_measure(everything, Path(folder)))
        for theme, overrides in {**THEMES, "process-wide hooks": PROCESS_WIDE}.items():
            print(f"\n{theme}\n{_line(_HEADINGS)}")
            print("\n".join(_line(rows[override.name]) for override in overrides if override.name in rows))
    print(f"\n{len(rows)} overrides in {time.monotonic() - started:.0f} s")
    if any(row[-1] == "yes" and row[1] != Kind.UNCHECKED for row in rows.values()):
        sys.exit(1)


def _measure(overrides: Sequence[Override], folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each override with its row: those that start share a service, the others have none."""
    groups = [[o for o in overrides if o.starts], [o for o in overrides if not o.starts]]
    with embedded_postgres.run_server(folder / "postgres", FAST) as server:
        for index, group in enumerate([*groups, *([hook] for hook in PROCESS_WIDE)]):
            _say(f"{len(group)} overrides: {group[0].name} ...")
            embedded_postgres.create_database(server, f"overrides_{index}")
            database = Database(server.url(f"overrides_{index}"))
            yield from _measure_group(group, folder / str(index), database, folder / "mypy")


def _measure_group(
    group: Sequence[Override], folder: Path, database: Database, cache: Path
) -> Iterator[tuple[str, tuple[str, ...]]]:
    starts = group[0].starts
    project.create(group, folder, database) if starts else project.generate(group, folder)
    lock = measure.lock_verdicts(folder, group)
    types = measure.type_verdicts(folder, group, cache)
    prove = measure.prove_verdicts(folder, group) if starts else {}
    played = _play(group, folder, database) if starts else {}
    for o in group:
        refused = bool(lock[o.name]) or (not o.built and played[o.name].refused)
        proof = ("names it" if prove[o.name] else "-") if starts else "no start"
        verdicts = ("refuses" if refused else "-", proof, "refuses" if types[o.name] else "-")
        reached = "yes" if starts and played[o.name].findings else "no"
        yield o.name, (o.name, o.kind, o.aim, *verdicts, reached)


def _play(group: Sequence[Override], folder: Path, database: Database) -> dict[str, TwoWorlds]:
    """What alice and bob find of each override over HTTP."""
    with serving(folder, database, DATABASE_POOL_SIZE="1", LOG_REQUESTS="false") as service:
        tables = Tables(database.url)
        played = {o.name: TwoWorlds(service, tables, o).run() for o in group}
        tables.close()
    return played


def _line(cells: Sequence[str]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()


def _say(text: str) -> None:
    """Progress, on a terminal only."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr)


if __name__ == "__main__":
    main()

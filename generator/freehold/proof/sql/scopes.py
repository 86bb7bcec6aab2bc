"""The ranges of a query level, such as `FROM tasks AS t`, and the range that a column belongs to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from freehold.proof.sql.facts import Table
from freehold.proof.sql.parse_tree import Node, items, kind, unwrap

SYSTEM_COLUMNS = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"})
_FUNCTION_COLUMNS = frozenset({"key", "value", "ordinality"})


@dataclass(eq=False)
class Range:
    """A range of a query level: a table, a subquery, a common table expression or a function."""

    name: str
    columns: frozenset[str]
    table: Table | None = None
    owner_columns: set[str] = field(default_factory=set)
    """The columns that are proven to hold the owner in every row that the level produces."""
    parent_columns: set[str] = field(default_factory=set)
    """The same, for the parent in the path of a nested operation."""


@dataclass(frozen=True)
class Output:
    """A column that a query returns."""

    name: str
    is_owner: bool
    """Whether it is proven to be the owner, or NULL."""


@dataclass(frozen=True)
class Condition:
    """A condition that holds for each row of a level in which the restricted ranges are present."""

    clause: str
    """WHERE or ON."""
    expression: Node
    restricts: frozenset[str] | None
    """The names of the ranges; None when every row of the level meets the condition."""


@dataclass(eq=False)
class Level:
    """A query level: one SELECT, INSERT, UPDATE or DELETE, with its ranges and conditions."""

    outer: "Level | None"
    queries: Mapping[str, tuple[Output, ...]]
    """The common table expressions that can be read here, by name."""
    ranges: dict[str, Range] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)
    labels: frozenset[str] = frozenset()
    """The names of the output columns, to which ORDER BY and GROUP BY can refer."""

    def enclosing(self) -> "Iterator[Level]":
        """Yield this level, and those around it, innermost first."""
        level: Level | None = self
        while level is not None:
            yield level
            level = level.outer


def derived_range(name: str, outputs: tuple[Output, ...], renamed: list[str]) -> Range:
    """The range of a subquery. `renamed` are the column names in its alias: `AS t(a, b)`."""
    names = [*renamed, *(output.name for output in outputs[len(renamed) :])]
    owners = {name for name, output in zip(names, outputs, strict=False) if output.is_owner}
    repeated = {name for name in names if names.count(name) > 1}
    return Range(name, frozenset(names), owner_columns=owners - repeated)


def function_range(name: str, renamed: list[str]) -> Range:
    """The range of a function that returns rows."""
    return Range(name, frozenset(renamed or [name, *_FUNCTION_COLUMNS]))


def column_names(alias: Node) -> list[str]:
    """The column names in an alias."""
    return [node.sval for node in items(alias.colnames)]


def find_column(reference: Node, level: Level) -> tuple[Range, str] | None:
    """The range and the name of a column, as PostgreSQL resolves it; None when that is not certain."""
    fields = items(reference.fields)
    if any(kind(part) != "String" for part in fields) or len(fields) not in {1, 2}:
        return None
    name = fields[-1].sval
    for enclosing in level.enclosing():
        found = (
            _by_range(enclosing, fields[0].sval, name)
            if len(fields) == 2  # noqa: PLR2004 - the range and the column
            else _by_name(enclosing, name)
        )
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _by_range(level: Level, range_name: str, column: str) -> list[tuple[Range, str]]:
    found = level.ranges.get(range_name)
    return [(found, column)] if found and column in found.columns else []


def _by_name(level: Level, column: str) -> list[tuple[Range, str]]:
    return [(found, column) for found in level.ranges.values() if column in found.columns]


def is_known_reference(reference: Node, level: Level) -> bool:
    """Whether a column, a star, a whole row or a label is one that the level has. System columns are not."""
    fields = [unwrap(part) for part in reference.fields]
    first = fields[0].sval if kind(fields[0]) == "String" else None
    names = {name for enclosing in level.enclosing() for name in enclosing.ranges}
    if kind(fields[-1]) == "A_Star":
        return len(fields) == 1 or (len(fields) == 2 and first in names)  # noqa: PLR2004
    if find_column(reference, level) is not None:
        return True
    if len(fields) > 1 or first in SYSTEM_COLUMNS:
        return False
    return first in names or any(first in enclosing.labels for enclosing in level.enclosing())

"""Compares the tables of a database with those of the service."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from typing_extensions import override

from freehold.database.schema.catalog import Column, Constraint, Index, Table


@dataclass(frozen=True)
class Difference:
    """A part of the database that is not as the tables of the service say."""

    place: str
    """Its name: `tasks`, `tasks.title`, or that of a constraint or an index."""
    message: str

    @override
    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def find_differences(existing: Mapping[str, Table], expected: Mapping[str, Table]) -> list[Difference]:
    """Return every difference, table by table."""
    return [difference for name in expected for difference in _of_table(name, existing, expected[name])]


def _of_table(name: str, existing: Mapping[str, Table], expected: Table) -> Iterator[Difference]:
    found = existing.get(name)
    if found is None:
        yield Difference(name, "the table is missing")
        return
    if found.kind != expected.kind:
        yield Difference(name, f"is not a {expected.kind}, but a {found.kind}")
    if expected.comment not in (None, found.comment):
        yield Difference(name, f"the comment is {found.comment!r}, not {expected.comment!r}")
    for column in {**expected.columns, **found.columns}:
        yield from _of_column(f"{name}.{column}", found.columns.get(column), expected.columns.get(column))
    yield from _of_parts(name, "constraint", found.constraints, expected.constraints)
    yield from _of_parts(name, "index", found.indexes, expected.indexes)


def _of_column(place: str, found: Column | None, expected: Column | None) -> Iterator[Difference]:
    if found is None or expected is None:
        missing = "the column is missing" if found is None else "the tables have no such column"
        yield Difference(place, missing)
        return
    for field in changed_fields(found, expected):
        yield Difference(place, _field_message(field, found, expected))


def changed_fields(found: Column, expected: Column) -> list[str]:
    """Return the names of the fields that differ. A comment counts only where the tables have one."""
    names = [
        field.name
        for field in fields(Column)
        if getattr(found, field.name) != getattr(expected, field.name)
        and not (field.name == "comment" and expected.comment is None)
    ]
    # a sequence comes and goes with the identity of its column
    return [name for name in names if name != "sequence" or found.identity == expected.identity]


def _field_message(field: str, found: Column, expected: Column) -> str:
    if field == "not_null":
        return f"NOT NULL {'should not be there' if found.not_null else 'is missing'}"
    old, new = (getattr(column, field) or "none" for column in (found, expected))
    return f"the {_FIELD_NAMES.get(field, field)} is {old}, not {new}"


_FIELD_NAMES = {"generated": "kind of generated column"}


def _of_parts(
    table: str,
    kind: str,
    found: Mapping[str, Constraint] | Mapping[str, Index],
    expected: Mapping[str, Constraint] | Mapping[str, Index],
) -> Iterator[Difference]:
    for name in {**expected, **found}:
        old, new = found.get(name), expected.get(name)
        if old is None and new is not None:
            yield Difference(name, f"the {kind} of {table} is missing: {new.definition}")
        elif new is None and old is not None:
            yield Difference(name, f"the tables have no such {kind} of {table}: {old.definition}")
        elif old is not None and new is not None and old != new:
            yield Difference(name, f"the {kind} of {table} is {_stated(old)}, not {_stated(new)}")


def _stated(part: Constraint | Index) -> str:
    disabled = isinstance(part, Constraint) and not part.is_enforced
    return f"{part.definition} (disabled)" if disabled else part.definition

"""The model of a table: its columns, constraints, indexes and foreign keys."""

from dataclasses import dataclass

from freehold.ground.literals import Code


@dataclass(frozen=True)
class Column:
    """A mapped column of a table."""

    name: Code
    annotation: Code
    """`Mapped[...]`, as SQLAlchemy reads it."""
    arguments: tuple[Code, ...]
    """The arguments of `mapped_column`."""


@dataclass(frozen=True)
class CheckConstraint:
    """A CHECK constraint of a table."""

    name: str
    condition: Code


@dataclass(frozen=True)
class Index:
    """An index or a unique index; its first column is the owner's, where the resource has an owner."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key; between two resources with owners, it includes the owner's column."""

    name: str
    columns: tuple[str, ...]
    targets: tuple[str, ...]
    """The referenced columns, each with its table: `projects.id`."""
    on_delete: str

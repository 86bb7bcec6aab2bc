"""The model of what shows rows of one resource inside those of another."""

from dataclasses import dataclass

from freehold.ground.literals import Code


@dataclass(frozen=True)
class EmbeddedModel:
    """Rows of another resource that responses show inside their own."""

    field: str
    """The field of the response."""
    repository_class: Code
    """The repository of the other resource."""
    statement: Code
    """The method of the repository that builds the statement."""
    key: str
    """The column whose value the other rows have."""
    limit: int | None
    """How many rows are shown at most; None for a field that shows one row."""
    is_omitted: bool
    """Whether a response omits the field when there is no row, because it cannot be null."""


@dataclass(frozen=True)
class EachStatement:
    """A statement that selects the rows that have one of several values in a column, some for each value."""

    name: Code
    column: Code
    order: Code
    """The tuple of columns to order by, each with its direction."""

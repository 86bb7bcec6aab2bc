"""Rows of another repository that responses show inside their own: one statement fetches all of them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from typing_extensions import override

from ..database.statements import Statement

_MOST_SHOWN = 10_000
"""How many rows of a repository are shown inside those of an answer at most, if each has one."""


@dataclass(frozen=True)
class Embedding(ABC):
    """A field of a response whose value is in rows of another repository, for the same owner."""

    field: str
    repository: type[Any]
    statement: Callable[[], Statement]
    """Selects the rows that have one of several values, those of each value in their order."""
    key: str
    """The column of the own row that has the value."""

    @property
    @abstractmethod
    def most(self) -> int:
        """How many rows are shown for one value at most."""

    def most_of(self, count: int) -> int:
        """How many rows are fetched for a number of values at most; the first of each come first."""
        return min(self.most * count, max(_MOST_SHOWN, count))

    @abstractmethod
    def show(self, response: BaseModel, rows: list[BaseModel]) -> None:
        """Set the field of a response to the rows that have its value."""

    def show_all(
        self,
        responses: Sequence[BaseModel],
        values: Sequence[object],
        found: Sequence[tuple[object, BaseModel]],
    ) -> None:
        """Set the field of each response. `values` are their keys, `found` are keys with rows."""
        groups: dict[object, list[BaseModel]] = {}
        for value, row in found:
            group = groups.setdefault(value, [])
            if len(group) < self.most:
                group.append(row)
        for response, value in zip(responses, values, strict=True):
            self.show(response, groups.get(value, []))


@dataclass(frozen=True, kw_only=True)
class EmbeddedRows(Embedding):
    """A list of rows: the first of those that refer to the own row."""

    limit: int

    @property
    @override
    def most(self) -> int:
        return self.limit

    @override
    def show(self, response: BaseModel, rows: list[BaseModel]) -> None:
        _set_field(response, self.field, rows)


@dataclass(frozen=True, kw_only=True)
class EmbeddedRow(Embedding):
    """The row that the own row refers to. Without one, the field is null, or omitted."""

    is_omitted: bool

    @property
    @override
    def most(self) -> int:
        return 1

    @override
    def show(self, response: BaseModel, rows: list[BaseModel]) -> None:
        if rows or not self.is_omitted:
            _set_field(response, self.field, rows[0] if rows else None)


def _set_field(response: BaseModel, name: str, value: object) -> None:
    """Set a field without validation: the database holds only valid values."""
    response.__dict__[name] = value
    response.__pydantic_fields_set__.add(name)

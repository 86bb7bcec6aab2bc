"""Statements that are compiled once and run many times.

SQLAlchemy writes the SQL, asyncpg runs it. Only this module and `database` know both.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from sqlalchemy import Delete, Insert, Select, Table, Update, UpdateBase
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.sql import visitors

Clause = Select[Any] | Insert | Update | Delete

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its dialects untyped
_SHAPES = 512  # compiled statements kept for each `@statement`; the oldest go first

C = TypeVar("C")
P = ParamSpec("P")


class Statement:
    """A compiled statement: its SQL, the order of its parameters, the values that it already carries.

    There is none that nobody has looked at: `look` raises for a clause that must not run.
    """

    __slots__ = ("_constants", "_names", "deletes", "operation", "reads", "sql", "table")

    def __init__(self, clause: Clause, look: Callable[[Clause], None]) -> None:
        look(clause)
        compiled = clause.compile(dialect=_DIALECT)
        parts = list(visitors.iterate(clause))
        self.sql = compiled.string
        self.deletes = isinstance(clause, Delete)
        self.operation = clause.__visit_name__.upper()
        self.table = next((part.name for part in parts if isinstance(part, Table)), "")
        self.reads = not any(isinstance(part, UpdateBase) for part in parts)
        self._names = tuple(compiled.positiontup or ())
        self._constants = {
            name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required
        }

    def arguments(self, values: Mapping[str, object]) -> list[object]:
        """Put `values` in the order of `$1, $2, ...`. Raises KeyError when one is missing."""
        return [values[name] if name in values else self._constants[name] for name in self._names]


class statement(Generic[C, P]):  # noqa: N801 - a decorator, written as one
    """A class method that builds a clause, and gives it compiled.

    It is compiled once for each class and each set of arguments, so that a subclass which narrows
    `visible()` or adds a column gets statements of its own. The clause must say whose rows it touches:
    the class's `_check_statement` sees it first.
    """

    def __init__(self, build: Callable[Concatenate[C, P], Clause]) -> None:
        self.__doc__ = build.__doc__
        self._build = build
        self._compiled = lru_cache(_SHAPES, typed=True)(self._compile)

    def _compile(self, cls: Any, *args: Any, **kwargs: Any) -> Statement:
        clause = self._build(cls, *args, **kwargs)
        return Statement(clause, partial(cls._check_statement, name=self._build.__qualname__))

    def __get__(self, instance: object, cls: type) -> Callable[P, Statement]:
        """Bind to the class, as a class method does."""
        return MethodType(self._compiled, cls)

"""Compiled statements: SQLAlchemy compiles each statement once, asyncpg runs it many times."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Delete,
    Insert,
    Select,
    Table,
    Update,
    UpdateBase,
    Uuid,
)
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.sql import visitors
from typing_extensions import override

Clause = Select[Any] | Insert | Update | Delete

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its dialects untyped
_CACHE_SIZE = 512  # compiled statements per `@statement`; the least recently used one is evicted

C = TypeVar("C")
P = ParamSpec("P")


class Guard(Protocol):
    """Checks a statement before it can run (`rows/sql/statement_guard.py`)."""

    @property
    def repository(self) -> type:
        """The repository whose statement it is."""

    @property
    def bound(self) -> Mapping[str, object]:
        """The columns that every row has to match."""

    def check_clause(self, clause: Clause) -> None:
        """Raise if the clause must not run."""

    def check_sql(self, sql: str, parameters: Sequence[str]) -> None:
        """Raise if the compiled SQL must not run; `parameters` are the names of `$1, $2, ...`."""


class Statement:
    """A compiled statement: its SQL, the order of its parameters, and its constants.

    Methods that are decorated with `@statement` create it; `Repository._fetch()` and `_run()` execute it.

    Args:
        clause: the SQLAlchemy statement to compile.
        guard: raises if the clause, or the SQL that it is compiled to, must not run.
        rebuild: builds the same statement for another repository.

    Example:
        get_task: Statement = TaskRepository._get_task()
        get_task.sql  # "SELECT tasks.id, ... FROM tasks WHERE tasks.owner_id = $1::VARCHAR AND ..."
        get_task.arguments({"_owner": "alice", "_id": task_id})

    """

    __slots__ = (
        "_rebuild",
        "arguments",
        "conditions",
        "guard",
        "has_text_ids",
        "is_delete",
        "is_read_only",
        "key",
        "operation",
        "sql",
        "table",
        "with_text_ids",
    )

    def __init__(
        self, clause: Clause, guard: Guard, rebuild: "Callable[[Any], Statement] | None" = None
    ) -> None:
        guard.check_clause(clause)
        compiled = clause.compile(dialect=_DIALECT)
        guard.check_sql(compiled.string, compiled.positiontup or ())
        parts = list(visitors.iterate(clause))
        self.guard = guard
        """What has checked it."""
        self._rebuild = rebuild
        self.sql = self.key = compiled.string
        self.has_text_ids = False
        """Whether the UUIDs of its rows are read as texts."""
        where = None if isinstance(clause, Insert) else clause.whereclause
        self.conditions: tuple[ColumnElement[Any], ...] = () if where is None else (where,)
        """The WHERE clause, for another statement on the same row."""
        self.is_delete = isinstance(clause, Delete)
        self.operation = clause.__visit_name__.upper()
        self.table = next((part.name for part in parts if isinstance(part, Table)), "")
        self.is_read_only = not any(isinstance(part, UpdateBase) for part in parts)
        constants = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        self.arguments = _argument_reader(compiled.positiontup or (), constants)
        """Returns the values of `$1, $2, ...`, in this order. Raises KeyError if one is missing."""
        sends_ids = any(map(_has_ids, compiled.binds.values()))  # as they are read
        self.with_text_ids = self if sends_ids or not self.is_read_only else self._with_text_ids()
        """The same statement with UUIDs read as text, for rows of which only JSON is made; or itself."""

    @override
    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute once: what was checked does not change."""
        if hasattr(self, name):
            raise AttributeError(f"{name} of a statement that has been checked cannot be changed")
        super().__setattr__(name, value)

    def built_for(self, repository: type) -> "Statement | None":
        """The same statement with the conditions of a repository: of a class above or below its own."""
        own = self.guard.repository
        if own is repository:
            return self
        is_related = issubclass(repository, own) or issubclass(own, repository)
        return self._rebuild(repository) if self._rebuild is not None and is_related else None

    def _with_text_ids(self) -> "Statement":
        other: Statement = object.__new__(type(self))
        for name in self.__slots__:
            if hasattr(self, name) and name not in ("has_text_ids", "key"):
                setattr(other, name, getattr(self, name))
        other.has_text_ids, other.key, other.with_text_ids = True, f"{self.sql} -- with ids as text", other
        return other


def _has_ids(parameter: BindParameter[Any]) -> bool:
    kind = parameter.type.item_type if isinstance(parameter.type, ARRAY) else parameter.type
    return isinstance(kind, Uuid)


def _argument_reader(
    names: Sequence[str], constants: Mapping[str, object]
) -> Callable[[Mapping[str, object]], tuple[object, ...]]:
    """Reads the values of parameters, in order, from those that a statement is run with and its constants."""
    read: Callable[[Mapping[str, object]], tuple[object, ...]]
    if len(names) > 1:
        read = itemgetter(*names)
    elif names:
        (name,) = names
        read = lambda values: (values[name],)  # noqa: E731 - an itemgetter of one name returns no tuple
    else:
        return lambda _: ()
    return (lambda values: read({**constants, **values})) if constants else read


class statement(Generic[C, P]):  # noqa: N801 - a decorator, written as one
    """Decorates a class method that builds an SQLAlchemy statement: calling it returns a compiled Statement.

    It is compiled once per class and arguments, so that a subclass that overrides `visible()` or adds a
    column gets its own statements. The decorated method takes `cls` and hashable arguments only; values are
    bound when the statement runs. Raises MissingOwnerCondition (a TypeError) on the first call if the
    statement is not restricted to the owner's rows: build it from `_select_one()`, `_update_one()` and so on.

    Example:
        class TaskRepository(repository.TaskRepository):
            @statement
            def _toggle_task(cls) -> Update:
                return cls._update_one({TaskRow.completed: not_(TaskRow.completed)})

            @override
            async def complete_task(self, task_id: UUID) -> Task:
                return await self._fetch(self._toggle_task(), task_id)

    """

    def __init__(self, build: Callable[Concatenate[C, P], Clause]) -> None:
        self.__doc__ = build.__doc__
        self._build = build
        self._compiled = lru_cache(_CACHE_SIZE, typed=True)(self._compile)

    def _compile(self, cls: Any, *args: Any, **kwargs: Any) -> Statement:
        clause = self._build(cls, *args, **kwargs)
        guard = cls._statement_guard(self._build.__qualname__)
        return Statement(clause, guard, lambda repository: self._compiled(repository, *args, **kwargs))

    def __get__(self, instance: object, cls: type) -> Callable[P, Statement]:
        """Bind to the class, like a class method."""
        return MethodType(self._compiled, cls)

"""The conditions that the rows of a repository meet: the owner, the parents in the path, and `visible()`."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Self, final
from uuid import UUID

from sqlalchemy import BindParameter, ColumnClause, ColumnElement, Index, String, and_, bindparam, true
from sqlalchemy.sql.visitors import iterate
from typing_extensions import override

from ..embedded_rows import Embedding
from ..sealed_classes import check_row, check_sealed_names, keyed_class, narrowed_class, reads_all_owners
from ..table_row import Row
from ..values import Column
from .statement_guard import StatementGuard

ID, VERSION = "_id", "_version"  # column names never start with `_`
OWNER, PARENT_PREFIX = "_owner", "_parent_"
_LONGEST_INDEXED = 255  # characters: PostgreSQL refuses index entries of 2,700 bytes
_LONGEST_NAME = 63  # bytes, of PostgreSQL
_INDEXED_TYPES = (bool, int, float, dt.date, dt.time, Decimal, UUID)


class RowConditions(ABC):
    """The rows of one table that are accessible, and how one of them is found."""

    row: type[Row]
    response_columns: tuple[str, ...]
    """The columns that a response contains."""
    embedded: ClassVar[tuple[Embedding, ...]] = ()
    """The fields of a response whose values are in rows of other repositories."""
    _parent_columns: ClassVar[tuple[str, ...]] = ()
    """The columns whose values the path of the operation names."""
    _key_column: ClassVar[str | None] = None
    """The unique column that a row is found by; None for its id."""

    @override
    def __init_subclass__(cls, **kwargs: object) -> None:
        """Reject a class that redefines what is final. Raises TypeError."""
        super().__init_subclass__(**kwargs)
        check_sealed_names(cls)
        check_row(cls)

    @classmethod
    def visible(cls) -> ColumnElement[bool]:
        """The condition that hides rows, for example deleted ones, from every operation. Default: no row.

        It is combined with the owner condition by AND, so that an override can only hide rows. It is
        evaluated once per class, when a statement is compiled: use `func.now()`, not Python's clock.

        Example:
            @override
            @classmethod
            def visible(cls) -> ColumnElement[bool]:
                return TaskRow.deleted_at.is_(None)

        """
        return true()

    @classmethod
    @abstractmethod
    def _owner_parameters(cls) -> dict[str, BindParameter[Any]]:
        """The column of the owner and its parameter; empty for rows without an owner."""

    @final
    @classmethod
    def _owner_condition(cls) -> ColumnElement[bool]:
        """The owner condition: every statement must contain it. It is defined here, and only here."""
        return and_(true(), *cls._equalities(cls._owner_parameters()))

    @final
    @classmethod
    def _row_condition(cls) -> ColumnElement[bool]:
        """The condition that accessible rows meet: owner, parents in the path, and `visible()`."""
        return and_(true(), *cls._equalities(cls._bound_parameters()), cls.visible())

    @final
    @classmethod
    def _parent_parameters(cls) -> dict[str, BindParameter[Any]]:
        """The columns of the parents that the path names, and their parameters."""
        return {name: bindparam(PARENT_PREFIX + name, required=True) for name in cls._parent_columns}

    @final
    @classmethod
    def _bound_parameters(cls) -> dict[str, BindParameter[Any]]:
        """The columns that every row has to match: the owner, and the parents that the path names."""
        return cls._owner_parameters() | cls._parent_parameters()

    @final
    @classmethod
    def _bound_values(cls) -> dict[Column, object]:
        """The values that every new row gets: its owner and its parent."""
        return {cls._column(name): parameter for name, parameter in cls._bound_parameters().items()}

    @final
    @classmethod
    def _equalities(cls, parameters: Mapping[str, BindParameter[Any]]) -> list[ColumnElement[bool]]:
        """The conditions that each column equals its parameter."""
        return [cls._column(name) == parameter for name, parameter in parameters.items()]

    @final
    @classmethod
    def _statement_guard(cls, name: str) -> StatementGuard:
        """Checks a statement of this repository; `name` is for messages."""
        check_sealed_names(cls)  # a class may have been changed after it was defined
        owner_column = getattr(cls.row, "owner_column", None)
        only_reads = reads_all_owners(cls)
        return StatementGuard(cls, cls.row, name, cls._bound_parameters(), owner_column, only_reads)

    @final
    @classmethod
    def _below(cls, parents: tuple[str, ...]) -> type[Self]:
        """The class whose statements are all restricted to the rows below parents."""
        narrowed: type[Self] = narrowed_class(cls, parents)
        return narrowed

    @final
    @classmethod
    def _keyed(cls, column: str) -> type[Self]:
        """The class whose statements on one row find it by a unique column."""
        keyed: type[Self] = keyed_class(cls, column)
        return keyed

    @final
    @classmethod
    def _column(cls, name: str) -> Any:
        return getattr(cls.row, name)

    @final
    @classmethod
    def _columns(cls, names: Collection[str]) -> list[Column]:
        """The columns of these names."""
        return [cls._column(name) for name in names]

    @final
    @classmethod
    def _returned_columns(cls) -> list[Column]:
        version, shown = cls.row.version_column, cls.response_columns
        keys = [part.key for part in cls.embedded if part.key not in shown]  # those that only bodies have
        return [
            *cls._columns((*shown, *dict.fromkeys(keys))),
            *([cls._column(version).label(VERSION)] if version else []),
        ]

    @final
    @classmethod
    def _id_condition(cls) -> ColumnElement[bool]:
        name = cls._key_column or cls.row.id_column
        if name is None:
            return cls._row_condition()
        return and_(cls._row_condition(), cls._column(name) == bindparam(ID, required=True))


def index_visible_rows(repository: type[RowConditions], *parents: str) -> None:
    """Index the columns that `visible()` looks at, after the owner and the parents that a path names.

    PostgreSQL counts the visible rows of a list in this index alone, whatever `visible()` compares them with;
    a partial index would not serve a condition with a parameter or with `now()`. Nothing is added if another
    index begins with these columns, or if a value may be too long for an index. Migrations create the index.
    """
    table: Any = repository.row.__table__
    leading = [*(() if repository.row.other_readers else repository._owner_parameters()), *parents]
    found = [part.name for part in iterate(repository.visible()) if isinstance(part, ColumnClause)]
    names = list(dict.fromkeys(name for name in found if name in table.c and name not in leading))
    if not names or not all(_fits_index(table.c[name].type) for name in names):
        return
    names = [*leading, *names]
    if not any([column.name for column in index.columns][: len(names)] == names for index in table.indexes):
        Index(f"ix_{table.name}_{'_'.join(names)}"[:_LONGEST_NAME], *(table.c[name] for name in names))


def _fits_index(kind: Any) -> bool:
    if isinstance(kind, String):
        return kind.length is not None and kind.length <= _LONGEST_INDEXED
    try:
        return issubclass(kind.python_type, _INDEXED_TYPES)
    except NotImplementedError:  # a type that SQLAlchemy knows nothing of
        return False

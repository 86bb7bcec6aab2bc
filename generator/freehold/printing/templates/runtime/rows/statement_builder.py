"""Builds the statements on one table; each of them is restricted to the accessible rows."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Self, final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    Delete,
    Insert,
    Select,
    String,
    Update,
    and_,
    any_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from typing_extensions import override

from ..database.statements import Statement, statement
from .keyset_pagination import Order, after_position
from .sealed_classes import check_row, check_sealed_names, keyed_class, narrowed_class
from .statement_guard import StatementGuard
from .table_row import Row
from .values import Column, bind_parameters

ID, LIMIT, OFFSET, VERSIONS = "_id", "_limit", "_offset", "_versions"  # column names never start with `_`
SENT = "_sent"
TOTAL, VERSION = "_total", "_version"
OWNER, PARENT_PREFIX = "_owner", "_parent_"

Orders = Mapping[str, Order]
Filters = Mapping[str, ColumnElement[bool]]


class StatementBuilder(ABC):
    """Builds SELECT, INSERT, UPDATE and DELETE statements that only touch accessible rows.

    Overrides extend what these methods return, for example with `.where(...)`. A statement that is built
    without them is rejected with MissingOwnerCondition before it runs. So is a class that redefines a name
    that is final.
    """

    row: type[Row]
    response_columns: tuple[str, ...]
    """The columns that a response contains."""
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

    @final
    @classmethod
    def _select_one(cls, *where: ColumnElement[bool]) -> Select[Any]:
        """SELECT the row whose id is passed to `_fetch()`. `where` are additional conditions.

        Example:
            @statement
            def _open_task(cls) -> Select[Any]:
                return cls._select_one(TaskRow.completed.is_(False))

        """
        return select(*cls._returned_columns()).where(cls._id_condition(), *where)

    @final
    @classmethod
    def _select_page(cls, order: Order, where: Collection[ColumnElement[bool]]) -> Select[Any]:
        """SELECT a page of rows, each with the total number of rows on all pages.

        Args:
            order: the columns to sort by, each with `.asc()` or `.desc()`; the last one is the id.
            where: additional conditions, combined by AND.

        Example:
            @statement
            def _overdue(cls) -> Select[Any]:
                return cls._select_page((TaskRow.id.asc(),), [TaskRow.due_on < func.current_date()])

        """
        total = cls._count(where).correlate(None).scalar_subquery().label(TOTAL)
        return cls._select_rows(order, where).add_columns(total)

    @final
    @classmethod
    def _select_rows(
        cls,
        order: Order,
        where: Collection[ColumnElement[bool]],
        nulls: tuple[bool, ...] | None = None,
    ) -> Select[Any]:
        """SELECT a page of rows. `nulls`: which values of the cursor are NULL; None for the first page."""
        position = () if nulls is None else (after_position(order, nulls),)
        rows = (
            select(*cls._returned_columns()).where(cls._row_condition(), *where, *position).order_by(*order)
        )
        return rows.limit(bindparam(LIMIT, type_=BigInteger)).offset(bindparam(OFFSET, type_=BigInteger))

    @final
    @classmethod
    def _count(cls, where: Collection[ColumnElement[bool]]) -> Select[Any]:
        """SELECT the number of rows that match `where`."""
        return select(func.count()).select_from(cls.row).where(cls._row_condition(), *where)

    @final
    @classmethod
    def _insert(cls, *columns: Column) -> Insert:
        """INSERT a row that belongs to the owner, and to the parent in the path.

        The database sets the columns that are not in `columns`. The values are passed by column name when the
        statement runs.

        Example:
            @statement
            def _add_task(cls) -> Insert:
                return cls._insert(TaskRow.title)

            await self._fetch(self._add_task(), title="Water the plants")

        """
        return (
            insert(cls.row)
            .values({**cls._bound_values(), **bind_parameters(*columns)})
            .returning(*cls._returned_columns())
        )

    @final
    @classmethod
    def _update_one(cls, changes: Mapping[Column, object], *where: ColumnElement[bool]) -> Update:
        """UPDATE the row whose id is passed to `_fetch()` or `_run()`.

        The version and the columns in `updated_at_columns` are set as well.

        Args:
            changes: the new value of each column: a constant, an SQL expression, or `bind_parameters()`.
            where: additional conditions.

        Example:
            @statement
            def _toggle_task(cls) -> Update:
                return cls._update_one({TaskRow.completed: not_(TaskRow.completed)})

        """
        automatic: dict[Column, object] = {
            cls._column(name): func.now() for name in cls.row.updated_at_columns
        }
        if cls.row.version_column:
            version = cls._column(cls.row.version_column)
            automatic[version] = version + 1
        update_statement = update(cls.row).where(cls._id_condition(), *where).values({**automatic, **changes})
        return update_statement.returning(*cls._returned_columns())

    @final
    @classmethod
    def _changes(cls, names: Collection[str]) -> dict[Column, object]:
        """The changes of an UPDATE of these columns: those that get no value when it runs keep theirs."""
        columns = cls._columns(names)
        if len(columns) == 1:
            return bind_parameters(*columns)
        sent = bindparam(SENT, type_=ARRAY(String), required=True)
        return {
            column: case(
                (literal(column.key, String) == any_(sent), bindparam(column.key, None, column.type)),
                else_=column,
            )
            for column in columns
        }

    @statement
    def _lock(cls, update_statement: Statement, *columns: str) -> Select[Any]:
        """SELECT columns of the row that an UPDATE will change, under all of its conditions, FOR UPDATE."""
        return select(*cls._columns(columns)).where(*update_statement.conditions).with_for_update()

    @final
    @classmethod
    def _delete_one(cls, *where: ColumnElement[bool]) -> Delete:
        """DELETE the row whose id is passed to `_run()`. `where` are additional conditions.

        Example:
            @statement
            def _delete_completed(cls) -> Delete:
                return cls._delete_one(TaskRow.completed)

        """
        clause: Any = delete(cls.row).where(cls._id_condition(), *where).returning(*cls._returned_columns())
        return clause  # type: ignore[no-any-return]  # SQLAlchemy types a DELETE that returns as an UPDATE

    @final
    @classmethod
    def _version_condition(cls) -> ColumnElement[bool]:
        """The row has one of the versions in `If-Match`, or the client sent none (RFC 9110, 13.1.1)."""
        versions = bindparam(VERSIONS, type_=ARRAY(BigInteger), required=True)
        return or_(versions.is_(None), cls._column(str(cls.row.version_column)) == any_(versions))

    @statement
    def _row_exists(cls, *columns: str) -> Select[Any]:
        has = [cls._column(name) == bindparam(name, required=True) for name in columns]
        return select(true()).select_from(cls.row).where(cls._id_condition(), *has)

    @final
    @classmethod
    def _columns(cls, names: Collection[str]) -> list[Column]:
        """The columns of these names."""
        return [cls._column(name) for name in names]

    # The parts of the statements.

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
        owner_column = next(iter(cls._owner_parameters()), None)
        return StatementGuard(cls, cls.row, name, cls._bound_parameters(), owner_column)

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
    def _returned_columns(cls) -> list[Column]:
        version = cls.row.version_column
        return [
            *cls._columns(cls.response_columns),
            *([cls._column(version).label(VERSION)] if version else []),
        ]

    @final
    @classmethod
    def _id_condition(cls) -> ColumnElement[bool]:
        key = cls._column(cls._key_column or cls.row.id_column)
        return and_(cls._row_condition(), key == bindparam(ID, required=True))

"""Builds the statements on one table; each of them is restricted to the accessible rows."""

from collections.abc import Collection, Mapping
from typing import Any, final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Delete,
    Insert,
    Select,
    String,
    Update,
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

from ...database.statements import Statement, statement
from ..values import Column, bind_parameters
from .keyset_pagination import Order, after_position
from .row_conditions import RowConditions

LIMIT, OFFSET, VERSIONS = "_limit", "_offset", "_versions"  # column names never start with `_`
SENT, TOTAL, EACH = "_sent", "_total", "_each"

MOST_COUNTED = 10_000
"""How far the rows are counted where the contract says `x-total: capped`."""

Orders = Mapping[str, Order]
Filters = Mapping[str, ColumnElement[bool]]


class StatementBuilder(RowConditions):
    """Builds SELECT, INSERT, UPDATE and DELETE statements that only touch accessible rows.

    Overrides extend what these methods return, for example with `.where(...)`. A statement that is built
    without them is rejected with MissingOwnerCondition before it runs. So is a class that redefines a name
    that is final.
    """

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
    def _select_page(
        cls, order: Order, where: Collection[ColumnElement[bool]], *, is_capped: bool = False
    ) -> Select[Any]:
        """SELECT a page of rows, each with the total number of rows on all pages.

        Args:
            order: the columns to sort by, each with `.asc()` or `.desc()`; the last one is the id.
            where: additional conditions, combined by AND.
            is_capped: whether the total is counted to 10,000 only.

        Example:
            @statement
            def _overdue(cls) -> Select[Any]:
                return cls._select_page((TaskRow.id.asc(),), [TaskRow.due_on < func.current_date()])

        """
        total = cls._capped_total(where) if is_capped else cls._total(where)
        return cls._select_rows(order, where).add_columns(total.label(TOTAL))

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
    def _select_each(cls, column: Column, order: Order) -> Select[Any]:
        """SELECT the rows that have one of several values in a column, each value's first rows first.

        So a limit cuts off no row that is among the first ones of its value.
        """
        values = bindparam(EACH, type_=ARRAY(column.type), required=True)
        place = func.row_number().over(partition_by=column, order_by=order)
        rows = select(*cls._returned_columns(), column.label(EACH))
        return (
            rows.where(cls._row_condition(), column == any_(values))
            .order_by(place)
            .limit(bindparam(LIMIT, type_=BigInteger))
        )

    @final
    @classmethod
    def _count(cls, where: Collection[ColumnElement[bool]], *, is_capped: bool = False) -> Select[Any]:
        """SELECT the number of rows that match `where`; no row if it is capped and none matches."""
        count = cls._capped_total(where) if is_capped else func.count()
        counted = select(count).select_from(cls.row).where(cls._row_condition(), *where)
        return counted.limit(1) if is_capped else counted

    @final
    @classmethod
    def _total(cls, where: Collection[ColumnElement[bool]]) -> ColumnElement[int]:
        """The number of rows that match `where`, in another statement."""
        return cls._count(where).correlate(None).scalar_subquery()

    @final
    @classmethod
    def _capped_total(cls, where: Collection[ColumnElement[bool]]) -> ColumnElement[int]:
        """The same, which reads 10,000 rows at most: it is 10,000 if there are so many."""
        rows = select(true()).select_from(cls.row).where(cls._row_condition(), *where).correlate(None)
        is_reached = rows.limit(1).offset(MOST_COUNTED - 1).exists()
        return case((is_reached, MOST_COUNTED), else_=cls._total(where))

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

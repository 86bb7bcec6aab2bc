"""What the statements on one table are built from."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any, final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Delete,
    Insert,
    Select,
    Update,
    and_,
    any_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from ..database.statements import Clause, statement
from .keyset_pagination import Order, beyond
from .table_row import Row
from .values import Column, bind_parameters

ID, LIMIT, OFFSET, VERSIONS = "_id", "_limit", "_offset", "_versions"  # no column's name starts with `_`
TOTAL, VERSION = "_total", "_version"

Orders = Mapping[str, Order]
Filters = Mapping[str, ColumnElement[bool]]


class StatementBuilder(ABC):
    """Selects, inserts, updates and deletes that touch no row out of reach."""

    row: type[Row]
    response_columns: tuple[str, ...]
    """The columns that an answer shows."""

    @classmethod
    def visible(cls) -> ColumnElement[bool]:
        """Which of the rows can be seen. Override it to show fewer; it can never show more."""
        return true()

    @final
    @classmethod
    def _select_one(cls, *where: ColumnElement[bool]) -> Select[Any]:
        """The row with the id."""
        return select(*cls._returned_columns()).where(cls._id_condition(), *where)

    @final
    @classmethod
    def _select_page(cls, order: Order, where: Collection[ColumnElement[bool]]) -> Select[Any]:
        """A page of the rows, each with the number of rows on all pages."""
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
        """Some of the rows, in an order; `nulls` says of which kind the place is after which they begin."""
        place = () if nulls is None else (beyond(order, nulls),)
        rows = select(*cls._returned_columns()).where(cls._row_condition(), *where, *place).order_by(*order)
        return rows.limit(bindparam(LIMIT, type_=BigInteger)).offset(bindparam(OFFSET, type_=BigInteger))

    @final
    @classmethod
    def _count(cls, where: Collection[ColumnElement[bool]]) -> Select[Any]:
        """How many rows there are."""
        return select(func.count()).select_from(cls.row).where(cls._row_condition(), *where)

    @final
    @classmethod
    def _insert(cls, *columns: Column) -> Insert:
        """A new row, with a value for each of `columns`; the database sets the others."""
        return (
            insert(cls.row)
            .values({**cls._owner_values(), **bind_parameters(*columns)})
            .returning(*cls._returned_columns())
        )

    @final
    @classmethod
    def _update_one(cls, changes: Mapping[Column, object], *where: ColumnElement[bool]) -> Update:
        """The row with the id gets `changes`: a value or an expression for each column."""
        touched: dict[Column, object] = {cls._column(name): func.now() for name in cls.row.updated_at_columns}
        if cls.row.version_column:
            version = cls._column(cls.row.version_column)
            touched[version] = version + 1
        changed = update(cls.row).where(cls._id_condition(), *where).values({**touched, **changes})
        return changed.returning(*cls._returned_columns())

    @final
    @classmethod
    def _delete_one(cls, *where: ColumnElement[bool]) -> Delete:
        """The row with the id goes."""
        clause: Any = delete(cls.row).where(cls._id_condition(), *where).returning(*cls._returned_columns())
        return clause  # type: ignore[no-any-return]  # SQLAlchemy types a DELETE that returns as an UPDATE

    @final
    @classmethod
    def _version_condition(cls) -> ColumnElement[bool]:
        """The row has one of the versions that the client expects, if it expects any (RFC 9110, 13.1.1)."""
        versions = bindparam(VERSIONS, type_=ARRAY(BigInteger), required=True)
        return or_(versions.is_(None), cls._column(str(cls.row.version_column)) == any_(versions))

    @statement
    def _row_exists(cls, *columns: str) -> Select[Any]:
        has = [cls._column(name) == bindparam(name, required=True) for name in columns]
        return select(true()).select_from(cls.row).where(cls._id_condition(), *has)

    @final
    @classmethod
    def _columns(cls, names: Collection[str]) -> list[Column]:
        """The columns with these names."""
        return [cls._column(name) for name in names]

    # What the statements are made of.

    @classmethod
    @abstractmethod
    def _row_condition(cls) -> ColumnElement[bool]:
        """Which rows are within reach and can be seen."""

    @classmethod
    @abstractmethod
    def _owner_values(cls) -> Mapping[Column, object]:
        """What a new row gets without being asked."""

    @classmethod
    @abstractmethod
    def _check_statement(cls, clause: Clause, name: str) -> None:
        """Refuse a clause that could reach further. Raises MissingOwnerCondition; `name` says which it is."""

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
        return and_(cls._row_condition(), cls._column(cls.row.id_column) == bindparam(ID, required=True))

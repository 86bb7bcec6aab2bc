"""Rows that have an owner. The owner condition stands here, in one place."""

from collections.abc import Mapping
from functools import partial
from typing import ClassVar, final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, select, true
from typing_extensions import override

from ..database.execution import Database
from ..database.statements import Clause, Statement
from ..event_log import security
from ..http.problems import Forbidden
from ..http.response_models import S
from .repository import Repository
from .statement_builder import ID
from .statement_guard import check_owner_condition, check_single_table
from .values import Column

_OWNER = "_owner"


class OwnedRepository(Repository[S]):
    """The rows of one owner in one table; `S` is what the API shows of a row.

    A foreign row, a missing one and a hidden one are the same: NotFound.
    """

    foreign_is_forbidden: bool = False
    """Whether a foreign row answers 403, which tells that it exists, instead of 404."""
    _foreign_check: ClassVar[tuple[type, Statement] | None] = None

    def __init__(self, owner: str | UUID, database: Database) -> None:
        super().__init__(database, {_OWNER: owner})

    @property
    def owner(self) -> str:
        """Whose rows they are."""
        return str(self._scope[_OWNER])

    @final
    @classmethod
    def _owner_condition(cls) -> ColumnElement[bool]:
        """The owner condition. It stands in this one place, and no statement runs without it."""
        owner: Column = cls._column(cls.row.owner_column)
        return owner == bindparam(_OWNER, required=True)

    @final
    @override
    @classmethod
    def _row_condition(cls) -> ColumnElement[bool]:
        return and_(cls._owner_condition(), cls.visible())

    @final
    @override
    @classmethod
    def _owner_values(cls) -> Mapping[Column, object]:
        return {cls._column(cls.row.owner_column): bindparam(_OWNER, required=True)}

    @final
    @override
    @classmethod
    def _check_statement(cls, clause: Clause, name: str) -> None:
        check_owner_condition(clause, cls.row, cls._owner_condition(), bindparam(_OWNER, required=True), name)

    @final
    @override
    async def _raise_if_forbidden(self, row_id: object) -> None:
        """Where the contract says `foreign: forbidden`, tell a foreign row from a missing one: Forbidden."""
        if self.foreign_is_forbidden and row_id is not None:
            found = await self._database.row(self._exists_for_another_owner(), {ID: row_id, **self._scope})
            if found is not None:
                security.warning("foreign_row")
                raise Forbidden

    @final
    @classmethod
    def _exists_for_another_owner(cls) -> Statement:
        """Whether somebody else has it: the one statement on foreign rows. It shows no column."""
        if cls._foreign_check is None or cls._foreign_check[0] is not cls:
            is_it = cls._column(cls.row.id_column) == bindparam(ID, required=True)
            theirs = cls._column(cls.row.owner_column) != bindparam(_OWNER, required=True)
            found = select(true()).where(is_it, theirs, cls.visible())
            cls._foreign_check = (
                cls,
                Statement(found, partial(check_single_table, row=cls.row, name="_exists_for_another_owner")),
            )
        return cls._foreign_check[1]

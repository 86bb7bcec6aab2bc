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
from .statement_guard import must_be_owned, must_stay_in_table
from .values import Column

_OWNER = "_owner"


class OwnedRepository(Repository[S]):
    """The rows of one owner in one table; `S` is what the API shows of a row.

    A foreign row, a missing one and a hidden one are the same: NotFound.
    """

    tells_foreign: bool = False
    """Whether a foreign row answers 403, which tells that it exists, instead of 404."""
    _others: ClassVar[tuple[type, Statement] | None] = None

    def __init__(self, owner: str | UUID, database: Database) -> None:
        super().__init__(database, {_OWNER: owner})

    @property
    def owner(self) -> str:
        """Whose rows they are."""
        return str(self._reach[_OWNER])

    @final
    @classmethod
    def _owned(cls) -> ColumnElement[bool]:
        """The owner condition. It stands in this one place, and no statement runs without it."""
        owner: Column = cls._column(cls.row.owner_column)
        return owner == bindparam(_OWNER, required=True)

    @final
    @override
    @classmethod
    def _mine(cls) -> ColumnElement[bool]:
        return and_(cls._owned(), cls.visible())

    @final
    @override
    @classmethod
    def _given(cls) -> Mapping[Column, object]:
        return {cls._column(cls.row.owner_column): bindparam(_OWNER, required=True)}

    @final
    @override
    @classmethod
    def _must_be_owned(cls, clause: Clause, name: str) -> None:
        must_be_owned(clause, cls.row, cls._owned(), bindparam(_OWNER, required=True), name)

    @final
    @override
    async def _tell_missing(self, row_id: object) -> None:
        """Where the contract says `foreign: forbidden`, tell a foreign row from a missing one: Forbidden."""
        if self.tells_foreign and row_id is not None:
            found = await self._database.row(self._of_others(), {ID: row_id, **self._reach})
            if found is not None:
                security.warning("foreign_row")
                raise Forbidden

    @final
    @classmethod
    def _of_others(cls) -> Statement:
        """Whether somebody else has it: the one statement on foreign rows. It shows no column."""
        if cls._others is None or cls._others[0] is not cls:
            is_it = cls._column(cls.row.id_column) == bindparam(ID, required=True)
            theirs = cls._column(cls.row.owner_column) != bindparam(_OWNER, required=True)
            found = select(true()).where(is_it, theirs, cls.visible())
            cls._others = (cls, Statement(found, partial(must_stay_in_table, row=cls.row, name="_of_others")))
        return cls._others[1]

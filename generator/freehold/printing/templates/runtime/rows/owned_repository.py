"""Repositories of tables whose rows have an owner. The owner condition is defined here, and only here."""

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
    """The rows of one table that belong to one owner.

    `S` is the schema of a row in responses. A row of another owner, a missing row and a row that `visible()`
    hides are indistinguishable: all of them raise NotFound.
    """

    foreign_is_forbidden: bool = False
    """Whether the row of another owner is answered with 403, which reveals that it exists, instead of 404."""
    _foreign_check: ClassVar[tuple[type, Statement] | None] = None

    def __init__(self, owner: str | UUID, database: Database) -> None:
        super().__init__(database, {_OWNER: owner})

    @property
    def owner(self) -> str:
        """The owner whose rows this repository reads and writes, as text."""
        return str(self._scope[_OWNER])

    @final
    @classmethod
    def _owner_condition(cls) -> ColumnElement[bool]:
        """The owner condition: every statement must contain it, and it is defined only here."""
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
        """Raise Forbidden for a row of another owner if the contract says `foreign: forbidden`."""
        if self.foreign_is_forbidden and row_id is not None:
            record = await self._database.fetch_one(
                self._exists_for_another_owner(), {ID: row_id, **self._scope}
            )
            if record is not None:
                security.warning("foreign_row")
                raise Forbidden

    @final
    @classmethod
    def _exists_for_another_owner(cls) -> Statement:
        """The only statement on rows of other owners: it tells whether one exists, and returns no column."""
        if cls._foreign_check is None or cls._foreign_check[0] is not cls:
            has_id = cls._column(cls.row.id_column) == bindparam(ID, required=True)
            has_other_owner = cls._column(cls.row.owner_column) != bindparam(_OWNER, required=True)
            clause = select(true()).where(has_id, has_other_owner, cls.visible())
            cls._foreign_check = (
                cls,
                Statement(clause, partial(check_single_table, row=cls.row, name="_exists_for_another_owner")),
            )
        return cls._foreign_check[1]

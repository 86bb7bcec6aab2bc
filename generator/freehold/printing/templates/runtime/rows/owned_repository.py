"""Repositories of tables whose rows have an owner. The owner condition is defined here, and only here."""

from copy import copy
from functools import cache
from types import MappingProxyType
from typing import Any, Self, TypeVar, final
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, select, true
from typing_extensions import override

from ..database.execution import Database
from ..database.statements import Statement
from ..event_log import security_events
from ..http.problems import Forbidden, Unauthorized
from ..http.response_models import S
from .repository import Repository
from .sealed_classes import readers_class, reads_all_owners
from .sql.row_conditions import ID, OWNER
from .sql.statement_guard import StatementGuard


class OwnedRepository(Repository[S]):
    """The rows of one table that belong to one owner.

    `S` is the schema of a row in responses. A row of another owner, a missing row and a row that `visible()`
    hides are indistinguishable: all of them raise NotFound.
    """

    foreign_is_forbidden: bool = False
    """Whether the row of another owner is answered with 403, which reveals that it exists, instead of 404."""

    def __init__(self, owner: str | UUID | int, database: Database) -> None:
        self._database = database
        self._scope = MappingProxyType({OWNER: owner})

    @property
    def owner(self) -> str:
        """The owner whose rows this repository reads and writes, as text.

        Raises Unauthorized where it reads the rows of all owners.
        """
        if OWNER not in self._scope:
            raise Unauthorized
        return str(self._scope[OWNER])

    @final
    def telling_foreign(self) -> Self:
        """The same repository that answers 403 for a row that others may read, and only its owner changes.

        Raises TypeError for a table whose rows only their owners read.
        """
        if not self.row.other_readers:
            raise TypeError(f"a 403 would tell which rows of {self.row.__tablename__} exist")
        other = copy(self)
        other.foreign_is_forbidden = True
        return other

    @final
    @override
    @classmethod
    def _owner_parameters(cls) -> dict[str, BindParameter[Any]]:
        """The owner condition compares this column with this parameter; it is defined only here.

        There is none where others may read the rows of all owners: the statement guard lets such a class
        read, and never write.
        """
        if reads_all_owners(cls):
            return {}
        return {cls.row.owner_column: bindparam(OWNER, required=True)}

    @final
    @override
    async def _raise_if_forbidden(self, row_id: object) -> None:
        """Raise Forbidden for a row of another owner if the contract says so."""
        if self.foreign_is_forbidden and row_id is not None and OWNER in self._scope:
            exists = _exists_for_another_owner(type(self))
            record = await self._database.fetch_one(exists, {ID: row_id, **self._scope})
            if record is not None:
                security_events.log("foreign_row")
                raise Forbidden


R = TypeVar("R", bound=OwnedRepository[Any])


def rows_of_all_owners(repository: type[R], database: Database) -> R:
    """The rows of all owners, for an operation that only reads them (`x-resource: {read: anybody}`).

    Raises TypeError for a table whose rows only their owners read.
    """
    rows: R = object.__new__(readers_class(repository))
    Repository.__init__(rows, database, {})
    return rows


@cache
def _exists_for_another_owner(repository: Any) -> Statement:
    """The only statement on rows of other owners: it tells whether one exists, and returns no column."""
    row = repository.row
    has_id = getattr(row, str(repository._key_column or row.id_column)) == bindparam(ID, required=True)
    has_other_owner = getattr(row, row.owner_column) != bindparam(OWNER, required=True)
    clause = select(true()).where(has_id, has_other_owner, repository.visible())
    return Statement(
        clause, StatementGuard(repository, row, "_exists_for_another_owner", {}, row.owner_column)
    )

"""Repositories of tables whose rows have no owner: all users share them."""

from typing import Any, final

from sqlalchemy import BindParameter
from typing_extensions import override

from ..database.execution import Database
from ..http.response_models import S
from .repository import Repository
from .sql.statement_guard import MissingOwnerCondition
from .table_row import Row


class SharedRepository(Repository[S]):
    """The rows of a table that all users share. `S` is the schema of a row in responses."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, {})

    @final
    @override
    @classmethod
    def _owner_parameters(cls) -> dict[str, BindParameter[Any]]:
        """There is no owner. Raises MissingOwnerCondition for a table whose rows have one."""
        table = getattr(cls.row, "__table__", None)
        rows = [mapper.class_ for mapper in Row.registry.mappers]
        owned = {row.__table__ for row in rows if hasattr(row, "owner_column")}
        is_shared = table in set(Row.metadata.tables.values()) - owned
        if not is_shared or not issubclass(cls.row, Row):
            raise MissingOwnerCondition(
                f"{cls.__qualname__} reads {cls.row.__tablename__}, whose rows have owners: "
                "use OwnedRepository"
            )
        return {}

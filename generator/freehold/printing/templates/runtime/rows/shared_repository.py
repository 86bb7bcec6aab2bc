"""Repositories of tables whose rows have no owner: all users share them."""

from collections.abc import Mapping
from typing import final

from sqlalchemy import ColumnElement
from typing_extensions import override

from ..database.execution import Database
from ..database.statements import Clause
from ..http.response_models import S
from .repository import Repository
from .statement_guard import MissingOwnerCondition, check_single_table
from .values import Column


class SharedRepository(Repository[S]):
    """The rows of a table that all users share. `S` is the schema of a row in responses."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, {})

    @final
    @override
    @classmethod
    def _row_condition(cls) -> ColumnElement[bool]:
        return cls.visible()

    @final
    @override
    @classmethod
    def _owner_values(cls) -> Mapping[Column, object]:
        return {}

    @final
    @override
    @classmethod
    def _check_statement(cls, clause: Clause, name: str) -> None:
        """Reject tables whose rows have owners, and any table but this repository's."""
        if hasattr(cls.row, "owner_column"):
            raise MissingOwnerCondition(
                f"{name} reads {cls.row.__tablename__}, whose rows have owners: use OwnedRepository"
            )
        check_single_table(clause, cls.row, name)

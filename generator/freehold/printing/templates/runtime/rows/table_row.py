"""What all tables have in common."""

from collections.abc import Mapping
from typing import ClassVar

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase


class Row(DeclarativeBase):
    """A row of a table; the subclasses say which columns it has."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        }
    )

    owner_column: ClassVar[str]
    """The column that says whose row it is; the rows of a shared table are nobody's, and it has none."""
    id_column: ClassVar[str]
    """The column that, with the owner, names a row."""
    updated_at_columns: ClassVar[tuple[str, ...]] = ()
    """The columns that each change sets to the time of the change."""
    version_column: ClassVar[str | None] = None
    """The column that each change counts up; it is what an entity tag stands for."""
    parent_column: ClassVar[str | None] = None
    """The column that names the row's parent."""
    parent_key: ClassVar[str | None] = None
    """The foreign key to the parent: who breaks it named a parent that is not there."""
    references: ClassVar[Mapping[str, str]] = {}
    """The other foreign keys, and where in a body (RFC 6901) their values stand."""

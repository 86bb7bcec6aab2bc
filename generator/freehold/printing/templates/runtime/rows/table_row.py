"""The declarative base class of all tables."""

from collections.abc import Mapping
from typing import ClassVar

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from ..http.problems import Invalid, NotFound
from ..validation.fault_texts import make_fault


class Row(DeclarativeBase):
    """The base class of the rows of all tables; subclasses declare the columns."""

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
    """The column that holds the owner of a row. Tables that all users share have none."""
    other_readers: ClassVar[str] = ""
    """Who reads the rows of all owners: `anybody`, `signed-in`, or nobody. Only its owner writes a row."""
    id_column: ClassVar[str | None]
    """The column that identifies a row, together with the owner; None for a row that the owner identifies."""
    updated_at_columns: ClassVar[tuple[str, ...]] = ()
    """The columns that each update sets to the time of the transaction."""
    version_column: ClassVar[str | None] = None
    """The column that each update increments; the ETag is made from it."""
    parent_column: ClassVar[str | None] = None
    """The column that holds the id of the parent row."""
    parent_key: ClassVar[str | None] = None
    """The name of the foreign key to the parent. A violation means that the parent does not exist: 404."""
    references: ClassVar[Mapping[str, str]] = {}
    """The names of the other foreign keys, each with the JSON pointer of its value in a body (RFC 6901)."""


def raise_if_dangling(row: type[Row], key: str | None, pointer: str) -> None:
    """Raise NotFound or Invalid for a foreign key whose target is missing or not accessible (23503).

    `key` is the name of the foreign key, and `pointer` the place of a row in the body.
    """
    if key == row.parent_key:
        raise NotFound from None
    if key is not None and key in row.references:
        raise Invalid([make_fault("reference", pointer=f"{pointer}{row.references[key]}")]) from None

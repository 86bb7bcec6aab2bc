"""Rejects classes of overrides that would change whose rows a repository reads, and derives others."""

from functools import cache
from typing import Any

_FIXED_COLUMNS = ("owner_column", "id_column", "parent_column", "other_readers")
_READERS = set[type]()
"""The classes that `readers_class()` has derived."""


def check_sealed_names(cls: type) -> None:
    """Raise TypeError if a class, or a base class of it, redefines a name that is marked as `@final`.

    The type checker says the same; this holds where nobody runs it.
    """
    redefined: dict[str, type] = {}
    for base in cls.__mro__:
        for name, member in vars(base).items():
            function = getattr(member, "__func__", member)
            is_final = getattr(member, "__final__", False) or getattr(function, "__final__", False)
            if is_final and name in redefined:
                where = redefined[name].__qualname__
                raise TypeError(f"{where} redefines {name}, which is final in {base.__qualname__}")
        redefined |= {name: base for name in vars(base) if name not in redefined}


def check_row(cls: Any) -> None:
    """Raise TypeError if a class reads another table than its base class, or another owner column."""
    row: Any = getattr(cls, "row", None)
    base_row: Any = next((base.row for base in cls.__mro__[1:] if hasattr(base, "row")), row)
    if row is base_row:
        return
    if row.__table__ is not base_row.__table__:
        raise TypeError(
            f"{cls.__qualname__}.row is {row.__qualname__}: another table than {base_row.__table__.name}"
        )
    for name in _FIXED_COLUMNS:
        if getattr(row, name, None) != getattr(base_row, name, None):
            raise TypeError(f"{row.__qualname__} changes {name}, which the contract decides")


@cache
def narrowed_class(cls: Any, parents: tuple[str, ...]) -> Any:
    """A subclass of a repository whose statements are restricted to the rows below parents."""
    return cls if cls._parent_columns == parents else _derived(cls, "_parent_columns", parents)


@cache
def keyed_class(cls: Any, column: str) -> Any:
    """A subclass of a repository whose statements on one row find it by a unique column.

    Raises TypeError for a column that is not unique among the rows of an owner.
    """
    row: Any = cls.row
    keys = [{part.name for part in index.columns} for index in row.__table__.indexes if index.unique]
    if {column} not in [key - {getattr(row, "owner_column", None)} for key in keys]:
        raise TypeError(f"{column} of {row.__tablename__} is not unique: a row cannot be found by it")
    return cls if cls._key_column == column else _derived(cls, "_key_column", column)


@cache
def readers_class(cls: Any) -> Any:
    """A subclass of a repository that reads the rows of all owners, and writes none.

    Raises TypeError for a table whose rows only their owners read.
    """
    if not cls.row.other_readers:
        raise TypeError(f"{cls.__qualname__}: only its owner reads a row of {cls.row.__tablename__}")
    derived: Any = _derived(cls, "_parent_columns", cls._parent_columns)
    _READERS.add(derived)
    return derived


def reads_all_owners(cls: type) -> bool:
    """Whether a repository reads the rows of all owners: `readers_class()` has derived it or a base."""
    return not _READERS.isdisjoint(cls.__mro__)


def related_class(cls: Any, other: Any) -> Any:
    """The class that shows rows of another repository inside those of `cls`, with the same readers or more.

    Raises TypeError if not all of them read these rows.
    """
    if not reads_all_owners(cls) or not other._owner_parameters():
        return other
    if cls.row.other_readers == "anybody" and other.row.other_readers == "signed-in":
        raise TypeError(f"{cls.__qualname__}: not everybody reads the rows of {other.row.__tablename__}")
    return readers_class(other)


def _derived(cls: Any, name: str, value: object) -> Any:
    names = {name: value, "__module__": cls.__module__, "__doc__": cls.__doc__}
    return type(cls)(cls.__name__, (cls,), names)


@cache
def bound_columns(cls: Any) -> frozenset[str]:
    """The columns that every row of a repository has to match."""
    return frozenset(cls._bound_parameters())

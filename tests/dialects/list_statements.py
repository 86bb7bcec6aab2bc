"""Prints every statement of a service with its SQL, as JSON. Run it in the folder of the service."""

import inspect
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from generated import wiring
from generated.runtime import statement
from generated.runtime.rows.repository import Repository
from generated.runtime.rows.sealed_classes import readers_class

_CHOICES: dict[str, Sequence[Any]] = {"changed": (), "is_new": (True, False)}


def parameters_of(cls: Any, name: str) -> list[str]:
    """The names of the parameters of a statement."""
    build = next(vars(c)[name] for c in cls.__mro__ if name in vars(c))._build
    return list(inspect.signature(build).parameters)[1:]


def calls(cls: Any, name: str, names: set[str]) -> Iterator[tuple[Any, ...]]:
    """The arguments to build a statement with: each sort order, each filter, the first and the next page."""
    parameters = parameters_of(cls, name)
    module = sys.modules[next(c for c in cls.__mro__ if name in vars(c)).__module__]
    prefix = name.removesuffix("_total").upper()
    orders = getattr(module, f"{prefix}_ORDERS", {})
    filters = [(), *((key,) for key in getattr(module, f"{prefix}_FILTERS", {}))]
    if parameters and set(parameters) <= _CHOICES.keys():
        columns = {"changed": cls.response_columns[-1:]}
        yield from product(*((_CHOICES | columns)[parameter] for parameter in parameters))
    elif parameters == ["update_statement", "columns"]:
        updates = [statement for statement in names if parameters_of(cls, statement) == ["changed"]]
        yield from (
            (getattr(cls, update)(cls.response_columns[-1]), cls.response_columns[-1]) for update in updates
        )
    elif parameters == ["filters"]:
        yield from ((chosen,) for chosen in filters)
    elif parameters[:2] == ["order", "filters"]:
        for order, clauses in orders.items():
            cursor_positions: list[tuple[Any, ...]] = [()]
            if "nulls" in parameters:
                cursor_positions = [
                    (None,),
                    *((tuple(n == first for n in range(len(clauses))),) for first in (None, 0)),
                ]
            yield from ((order, chosen, *position) for chosen in filters for position in cursor_positions)
    else:
        yield ()


def build(cls: Any, name: str, arguments: tuple[Any, ...]) -> Any:
    """The statement, with the arguments that it takes by name."""
    own = inspect.signature(next(vars(c)[name] for c in cls.__mro__ if name in vars(c))._build)
    by_name = [p.name for p in own.parameters.values() if p.kind is p.KEYWORD_ONLY]
    positional = arguments[: len(arguments) - len(by_name)]
    return getattr(cls, name)(*positional, **dict(zip(by_name, arguments[len(positional) :], strict=True)))


def statements() -> Iterator[tuple[str, str, str, str, str]]:
    """The table, the owner's column, the call, the SQL, and what an index must have, of each statement.

    Where others read the rows, it is any index; nobody lists those of one owner.
    """
    repositories = [c for c in vars(wiring).values() if inspect.isclass(c) and issubclass(c, Repository)]
    for cls in (c for c in repositories if hasattr(c.row, "owner_column")):
        names = {n for c in cls.__mro__ for n, value in vars(c).items() if isinstance(value, statement)}
        for name in sorted(names):
            for arguments in calls(cls, name, names):
                row, called, needed = cls.row, f"{cls.__name__}.{name}{arguments}", cls.row.owner_column
                built = build(cls, name, arguments)
                if row.other_readers:
                    is_read = built.is_read_only and name != "_lock"
                    built, needed = (built.built_for(readers_class(cls)) if is_read else built), ""
                yield row.__tablename__, row.owner_column, called, built.sql, needed


print(json.dumps(list(statements())))

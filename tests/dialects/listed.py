"""Lists every statement of a service with its SQL. It runs in the folder of that service, on its own."""

import inspect
import json
import sys
from collections.abc import Iterator
from typing import Any

from generated import wiring
from generated.runtime import statement
from generated.runtime.rows.repository import Repository


def calls(cls: Any, name: str, parameters: list[str]) -> Iterator[tuple[Any, ...]]:
    """The arguments that a statement can be built with: each order, each filter, first and next pages."""
    module = sys.modules[next(c for c in cls.__mro__ if name in vars(c)).__module__]
    word = name.removesuffix("_total").upper()
    orders = getattr(module, f"{word}_ORDERS", {})
    filters = [(), *((key,) for key in getattr(module, f"{word}_FILTERS", {}))]
    if parameters == ["changed"]:
        yield (cls.response_columns[-1],)
    elif parameters == ["filters"]:
        yield from ((chosen,) for chosen in filters)
    elif parameters[:2] == ["order", "filters"]:
        for order, clauses in orders.items():
            places: list[tuple[Any, ...]] = [()]
            if "nulls" in parameters:
                places = [
                    (None,),
                    *((tuple(n == first for n in range(len(clauses))),) for first in (None, 0)),
                ]
            yield from ((order, chosen, *place) for chosen in filters for place in places)
    else:
        yield ()


def statements() -> Iterator[tuple[str, str, str, str]]:
    """Table, owner's column, what is called, and the SQL of each statement on rows with owners."""
    found = [c for c in vars(wiring).values() if inspect.isclass(c) and issubclass(c, Repository)]
    for cls in (c for c in found if hasattr(c.row, "owner_column")):
        names = {n for c in cls.__mro__ for n, value in vars(c).items() if isinstance(value, statement)}
        for name in sorted(names):
            build = next(vars(c)[name] for c in cls.__mro__ if name in vars(c))._build
            parameters = list(inspect.signature(build).parameters)[1:]
            for arguments in calls(cls, name, parameters):
                sql = getattr(cls, name)(*arguments).sql
                yield cls.row.__tablename__, cls.row.owner_column, f"{cls.__name__}.{name}{arguments}", sql


print(json.dumps(list(statements())))

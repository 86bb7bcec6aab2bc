"""The statements of a service, read from the service itself: it is imported, and none of them is run."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from freehold.ground.problems import UsageError
from freehold.ground.project import Project

_BOUND = {
    "_owner": "the owner, from the token",
    "_id": "the id, from the path",
    "_limit": "how many rows a page has",
    "_offset": "how many rows are before the page",
    "_versions": "the versions of If-Match",
}


@dataclass(frozen=True)
class Statement:
    """A statement as PostgreSQL gets it; `sql` is empty when it takes values that nobody can guess."""

    name: str
    """The method that builds it."""
    table: str
    owner: str | None
    """The column that says whose a row is."""
    sql: str
    bound: tuple[tuple[str, str], ...] = ()
    """For each of `$1, $2, ...`: what it is called, and what it stands for."""
    variants: tuple[tuple[str, str], ...] = ()
    """Of a list: what else it may be asked for, an order or a filter, and the SQL of that."""


def of(project: Project, repository: str, method: str, order: str) -> list[Statement]:
    """Those that a method of a repository runs, in the order in which it names them; a list in `order`.

    Raises UsageError when the service cannot be imported.
    """
    cls = _class(project, repository)
    return [_statement(cls, name, order) for name in dict.fromkeys(_named(cls, method, set()))]


def _class(project: Project, repository: str) -> Any:
    package = project.generated.name
    if str(project.root) not in sys.path:
        sys.path.insert(0, str(project.root))
    try:
        return getattr(import_module(f"{package}.wiring"), repository)
    except Exception as error:  # noqa: BLE001 - it is their code
        what = f"{package}/ cannot be imported: {error}."
        raise UsageError(f"{what} Run `freehold generate`, then `freehold check`.") from None


def _named(cls: Any, method: str, seen: set[str]) -> Iterator[str]:
    """The statements that a method names, itself or through others that are not the runtime's."""
    seen.add(method)
    function = getattr(cls, method, None)
    if not inspect.isfunction(function) or ".runtime." in function.__module__:
        return
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if isinstance(node, ast.Attribute) and node.attr not in seen:
            if _builder(cls, node.attr) is not None:
                yield node.attr
            else:
                yield from _named(cls, node.attr, seen)


def _builder(cls: Any, name: str) -> Any:
    """The function that builds a statement's clause, if the class has a statement of this name."""
    found = next((vars(c)[name] for c in cls.__mro__ if name in vars(c)), None)
    return getattr(found, "_build", None) if type(found).__name__ == "statement" else None


def _statement(cls: Any, name: str, order: str) -> Statement:
    build = _builder(cls, name)
    place = cls.row.__tablename__, getattr(cls.row, "owner_column", None)
    wanted = list(inspect.signature(build).parameters)[1:]
    module, word = sys.modules[build.__module__], name.removesuffix("_total").upper()
    orders, filters = getattr(module, f"{word}_ORDERS", {}), getattr(module, f"{word}_FILTERS", {})
    usual = {"order": order, "filters": (), "nulls": None, "changed": _changeable(cls)}
    if not usual.keys() >= set(wanted) or ("order" in wanted and order not in orders):
        return Statement(name, *place, "")

    def made(**chosen: object) -> Any:
        return getattr(cls, name)(*((usual | chosen)[parameter] for parameter in wanted))

    plain = made()
    others = [(f"sort {o}", made(order=o).sql) for o in orders if o != order and "order" in wanted]
    others += [(f"filter {f}", made(filters=(f,)).sql) for f in filters if "filters" in wanted]
    bound = tuple((word, _meaning(word, plain._constants)) for word in plain._parameter_names)
    return Statement(name, *place, plain.sql, bound, tuple(others))


def _changeable(cls: Any) -> str:
    """A column that a request may change."""
    kept = {cls.row.id_column, cls.row.version_column, *cls.row.updated_at_columns}
    return str(next((name for name in cls.response_columns if name not in kept), cls.response_columns[-1]))


def _meaning(name: str, constants: Mapping[str, object]) -> str:
    if name in constants and not name.startswith("_"):
        return f"always {constants[name]!r}"
    return _BOUND.get(name, "from the request")

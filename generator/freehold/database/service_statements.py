"""Reads the SQL statements of a service: it imports the service, and runs none of them."""

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

_PARAMETER_MEANINGS = {
    "_owner": "the owner, from the token",
    "_id": "the id, from the path",
    "_limit": "how many rows a page has",
    "_offset": "how many rows are before the page",
    "_versions": "the versions of If-Match",
    "_sent": "the columns that the request changes",
    "_each": "the values of the rows that show them",
}

_NAMED = "is_new"
"""The argument of a statement that is passed by name."""


@dataclass(frozen=True)
class Statement:
    """A statement as it is sent to PostgreSQL. `sql` is empty when it depends on values of a request."""

    name: str
    """The repository method that builds it."""
    table: str
    owner_column: str | None
    """None for rows without an owner."""
    sql: str
    parameters: tuple[tuple[str, str], ...] = ()
    """The name and the meaning of each of `$1, $2, ...`."""
    variants: tuple[tuple[str, str], ...] = ()
    """For a list, the label and the SQL of each other sort order and of each filter."""


@dataclass(frozen=True)
class View:
    """The repository by which an operation runs its statements."""

    repository: str
    parents: tuple[str, ...] = ()
    """The columns of the parents that the path names."""
    key: str | None = None
    """The unique column that a row is found by; None for its id."""
    reads_all_owners: bool = False
    """Whether it reads the rows of all owners."""


def statements_of(
    project: Project, view: View, method: str, order: str, *, answers_rows: bool = True
) -> list[Statement]:
    """Return the statements that a repository method runs, in the order in which its code names them.

    `order` is the sort order of a list. If it `answers_rows`, the statements follow that fetch the rows which
    these show. Raises UsageError when the service cannot be imported.
    """
    cls = _repository_class(project, view.repository)
    sealed = import_module(f"{project.generated.name}.runtime.rows.sealed_classes")
    cls = sealed.readers_class(cls) if view.reads_all_owners else cls
    cls = cls._below(view.parents)
    cls = cls._keyed(view.key) if view.key else cls
    own = [_describe_statement(cls, name, order) for name in statement_names(cls, method)]
    return [*own, *(_embedded_statements(cls, sealed) if own and answers_rows else ())]


def _embedded_statements(cls: Any, sealed: Any) -> Iterator[Statement]:
    """Yield the statements that fetch the rows inside the rows of an answer, and the rows inside those."""
    for part in cls.embedded:
        other = part.repository
        names = (name for c in other.__mro__ for name in vars(c) if find_builder(other, name) is not None)
        name = next(name for name in names if getattr(other, name) == part.statement)
        shown = sealed.related_class(cls, other)
        statement = part.statement().built_for(shown)
        owner_column = getattr(other.row, "owner_column", None)
        parameters = _describe_parameters(statement, find_builder(other, name)(shown))
        parameters |= {"_limit": "how many of them are shown at most"}
        title = f"{name}, for {part.field}"
        yield Statement(
            title, other.row.__tablename__, owner_column, statement.sql, tuple(parameters.items())
        )
        yield from _embedded_statements(shown, sealed)


def statement_names(cls: Any, method: str) -> list[str]:
    """Return the statements that a repository method runs, in the order in which its code names them."""
    return list(dict.fromkeys(_statement_names(cls, method, set())))


def _repository_class(project: Project, repository: str) -> Any:
    package = project.generated.name
    if str(project.root) not in sys.path:
        sys.path.insert(0, str(project.root))
    try:
        return getattr(import_module(f"{package}.wiring"), repository)
    except Exception as error:  # noqa: BLE001 - code of the project may raise anything
        message = f"{package}/ cannot be imported: {error}."
        raise UsageError(f"{message} Run `freehold generate`, then `freehold check`.") from None


def _statement_names(cls: Any, method: str, visited: set[str]) -> Iterator[str]:
    """Yield the statements that a method names, directly or through methods outside the runtime."""
    visited.add(method)
    function = getattr(cls, method, None)
    if not inspect.isfunction(function) or ".runtime." in function.__module__:
        return
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if isinstance(node, ast.Attribute) and node.attr not in visited:
            if find_builder(cls, node.attr) is not None:
                yield node.attr
            else:
                yield from _statement_names(cls, node.attr, visited)


def find_builder(cls: Any, name: str) -> Any:
    """Return the function that builds a statement, if the class has a statement of this name."""
    attribute = next((vars(c)[name] for c in cls.__mro__ if name in vars(c)), None)
    return getattr(attribute, "_build", None) if type(attribute).__name__ == "statement" else None


def _describe_statement(cls: Any, name: str, order: str) -> Statement:
    build = find_builder(cls, name)
    table, owner_column = cls.row.__tablename__, getattr(cls.row, "owner_column", None)
    argument_names = list(inspect.signature(build).parameters)[1:]
    module, prefix = sys.modules[build.__module__], name.removesuffix("_total").upper()
    orders, filters = getattr(module, f"{prefix}_ORDERS", {}), getattr(module, f"{prefix}_FILTERS", {})
    default_arguments = {
        "order": order,
        "filters": (),
        "nulls": None,
        "changed": _updatable_column(cls),
        _NAMED: False,
    }
    if not default_arguments.keys() >= set(argument_names) or (
        "order" in argument_names and order not in orders
    ):
        return Statement(name, table, owner_column, "")

    def call(function: Any, *first: object, **overrides: object) -> Any:
        values = default_arguments | overrides
        named = {parameter: values[parameter] for parameter in argument_names if parameter == _NAMED}
        return function(*first, *(values[p] for p in argument_names if p not in named), **named)

    def build_with(**overrides: object) -> Any:
        return call(getattr(cls, name), **overrides)

    default_statement = build_with()
    other_orders = [o for o in orders if o != order] if "order" in argument_names else []
    variants = [(f"sort {o}", build_with(order=o).sql) for o in other_orders]
    variants += [
        (f"filter {f}", build_with(filters=(f,)).sql) for f in filters if "filters" in argument_names
    ]
    variants += [("new row", build_with(is_new=True).sql)] if _NAMED in argument_names else []
    parameters = tuple(_describe_parameters(default_statement, call(build, cls)).items())
    return Statement(name, table, owner_column, default_statement.sql, parameters, tuple(variants))


def _describe_parameters(statement: Any, clause: Any) -> dict[str, str]:
    """Return the meaning of each parameter, by the order of `$1, $2, ...`: statements know only places."""
    compiled = clause.compile(dialect=sys.modules[type(statement).__module__]._DIALECT)
    constants = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
    return {name: _parameter_meaning(name, constants) for name in compiled.positiontup or ()}


def _updatable_column(cls: Any) -> str:
    """Return a column that a request can change."""
    managed = {cls.row.id_column, cls.row.version_column, *cls.row.updated_at_columns}
    return str(next((name for name in cls.response_columns if name not in managed), cls.response_columns[-1]))


def _parameter_meaning(name: str, constants: Mapping[str, object]) -> str:
    if name in constants and not name.startswith("_"):
        return f"always {constants[name]!r}"
    if name.startswith("_parent_"):
        return "the id of the parent, from the path"
    return _PARAMETER_MEANINGS.get(name, "from the request")

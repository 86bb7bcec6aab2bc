"""Collects the SQL of a service: it imports the service, calls every builder of a statement, and runs none.

It runs as a process of its own, so that code of the project cannot change the judge. It compiles what the
builders return without the checks of the service: the SQL that those would refuse must be judged as well.
"""

import contextlib
import inspect
import json
import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Update
from sqlalchemy.dialects.postgresql import asyncpg

from freehold.database.service_statements import find_builder, statement_names
from freehold.proof.shapes import Choices, Shape, UnknownArgumentError, shapes_of

_LOCK, _EXISTS, _EACH = "_lock", "_row_exists", "_each_"
_NOTHING: Mapping[str, Any] = {"operations": [], "reading": [], "parent": None, "keys": [], "tells": False}
_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its dialects untyped


def main() -> None:
    """Import the service, read what to collect from the standard input, and write it to a file.

    The arguments are the folder of the project, the packages of the generated code and of overrides, and the
    file.
    """
    root, package, overrides, output = sys.argv[1:]
    sys.path.insert(0, root)
    place = {"root": root, "package": package}
    with contextlib.redirect_stdout(sys.stderr):  # code of the project may print
        failure, wiring = _import(f"{package}.wiring", place)
        if failure is None:
            result = collect(wiring, {**place, **json.load(sys.stdin)})
        else:
            result = {"errors": [*_failures(overrides, place), failure]}
    Path(output).write_text(json.dumps(result), "utf-8")


def _failures(overrides: str, place: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Import the modules of overrides/ one by one, and yield why each of them fails."""
    for file in sorted(Path(place["root"], overrides).glob("*.py")):
        name = overrides if file.stem == "__init__" else f"{overrides}.{file.stem}"
        failure, _ = _import(name, place)
        if failure is not None:
            yield failure


def _import(module: str, place: Mapping[str, Any]) -> tuple[dict[str, Any] | None, Any]:
    try:
        return None, import_module(module)
    except BaseException as error:  # noqa: BLE001 - code of the project may raise anything
        return _raised(error, place), None


def collect(wiring: Any, request: Mapping[str, Any]) -> dict[str, Any]:
    """Collect the statements of the repositories, and the tables that the service knows."""
    package = request["package"]
    base = import_module(f"{package}.runtime.rows.repository").Repository
    served = {id(getattr(wiring, name)): name for name in request["repositories"]}
    found = [cls for cls in list(_subclasses(base)) if _is_wanted(cls, served, package, request)]
    rows = import_module(f"{package}.runtime.rows.table_row").Row
    return {
        "repositories": [_describe(cls, served.get(id(cls)), request) for cls in found],
        "tables": [_describe_table(table, rows) for table in rows.metadata.sorted_tables],
    }


def _subclasses(cls: Any) -> Iterator[Any]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _is_wanted(cls: Any, served: Mapping[int, str], package: str, request: Mapping[str, Any]) -> bool:
    """Whether the service can use a class: it serves it, or hand-written code defines it."""
    if not hasattr(cls, "row") or not hasattr(cls, "response_columns"):
        return False
    if cls.__name__ == "_IdempotencyKeys":
        return bool(request["has_idempotency_keys"])
    return id(cls) in served or not cls.__module__.startswith(f"{package}.")


def _describe_table(table: Any, rows: Any) -> dict[str, Any]:
    row = next((mapper.class_ for mapper in rows.registry.mappers if mapper.local_table is table), None)
    return {
        "name": table.name,
        "columns": [column.name for column in table.columns],
        "owner_column": getattr(row, "owner_column", None),
    }


def _describe(cls: Any, served_as: str | None, request: Mapping[str, Any]) -> dict[str, Any]:
    wanted = request["repositories"].get(served_as or "", _NOTHING)
    parent, keys = wanted["parent"], wanted["keys"]
    bases = [base.__name__ for base in cls.__mro__ if base.__module__.startswith(f"{request['package']}.")]
    return {
        "name": cls.__name__,
        "served_as": served_as,
        "bases": bases,
        "is_owned": any(base == "OwnedRepository" for base in bases),
        "foreign_is_forbidden": bool(getattr(cls, "foreign_is_forbidden", False)),
        "place": _place_of_class(cls),
        "operations": {method: statement_names(cls, method) for method in wanted["operations"]},
        "statements": _with_keys(cls, keys, request),
        "nested_statements": _with_keys(cls._below((parent,)), keys, request) if parent else [],
        "readers": _describe_readers(cls, wanted, request) if wanted["reading"] else None,
    }


def _describe_readers(cls: Any, wanted: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """The same class where it reads the rows of all owners: the statements that its operations run."""
    derive = import_module(f"{request['package']}.runtime.rows.sealed_classes").readers_class
    reading = derive(cls)
    operations = {method: statement_names(cls, method) for method in wanted["reading"]}
    names = {name for found in operations.values() for name in found} | {_EXISTS}
    names |= {name for name in dir(cls) if name.startswith(_EACH) and find_builder(cls, name) is not None}
    below = reading._below((wanted["parent"],)) if wanted["parent"] else None
    return {
        "operations": operations,
        "statements": [s for s in _with_keys(reading, wanted["keys"], request) if s["name"] in names],
        "nested_statements": [
            s for s in (_with_keys(below, wanted["keys"], request) if below else ()) if s["name"] in names
        ],
    }


def _with_keys(cls: Any, keys: list[str], request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The statements of a repository, each with the shapes that find a row by another column than its id."""
    found = {statement["name"]: statement for statement in _statements(cls, request)}
    for key in keys:
        for statement in _statements(cls._keyed(key), request):
            shapes = found[statement["name"]]["shapes"]
            known = {shape["sql"] for shape in shapes}
            others = [shape for shape in statement["shapes"] if shape["sql"] not in known]
            labels = [", ".join(filter(None, (shape["label"], f"found by {key}"))) for shape in others]
            shapes += [{**shape, "label": label} for shape, label in zip(others, labels, strict=True)]
    return list(found.values())


def _statements(cls: Any, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    builders = {name: build for name in dir(cls) if (build := find_builder(cls, name)) is not None}
    for name, build in builders.items():
        if build is not builders.get(_LOCK):  # each UPDATE has it among its shapes
            yield _collect_statement(cls, name, build, request)
    tells = request["repositories"].get(cls.__name__, _NOTHING)["tells"]
    if tells or getattr(cls, "foreign_is_forbidden", False):
        yield _collect_existence(cls, request["package"])


def _collect_statement(cls: Any, name: str, build: Any, request: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "place": _place(build), "shapes": [], "problems": []}
    calls = [_hashable(call) for call in request["calls"].get(name, [])]
    try:
        shapes = shapes_of(build, _choices(cls, name), calls)
    except UnknownArgumentError as error:
        found["problems"].append(f"the values of its argument {error} cannot be listed")
        return found
    locked: dict[str, Any] = {}
    for shape in shapes:
        try:
            clause = build(cls, *shape.positional, **dict(shape.named))
            found["shapes"].append(_compile(clause, shape))
        except Exception as error:  # noqa: BLE001 - code of the project may raise anything
            text = _raised(error, request)["text"]
            found["problems"].append(f"it cannot be built ({shape.label}): {text}")
        else:
            if isinstance(clause, Update):
                locked[str(clause.whereclause)] = clause.whereclause
    found["shapes"] += [_compile(_lock(cls, where), Shape("lock")) for where in locked.values()]
    return found


def _hashable(value: Any) -> Any:
    """The constant arguments of a call, which JSON has turned into lists."""
    return tuple(map(_hashable, value)) if isinstance(value, list) else value


def _lock(cls: Any, where: Any) -> Any:
    """The statement that locks the row before an UPDATE with the same conditions."""
    statement = SimpleNamespace(conditions=() if where is None else (where,))
    return find_builder(cls, _LOCK)(cls, statement, *_changeable(cls))


def _changeable(cls: Any) -> list[str]:
    """The columns that a request can change."""
    automatic = {cls.row.id_column, cls.row.version_column, *cls.row.updated_at_columns}
    automatic.add(getattr(cls.row, "owner_column", None))
    return [attribute.key for attribute in cls.row.__mapper__.column_attrs if attribute.key not in automatic]


def _choices(cls: Any, name: str) -> Choices:
    prefix = name.removesuffix("_total").upper()
    orders, filters = _constant(cls, f"{prefix}_ORDERS"), _constant(cls, f"{prefix}_FILTERS")
    return Choices(orders, list(filters), _changeable(cls))


def _constant(cls: Any, name: str) -> Mapping[str, Any]:
    """A constant of the module of a class or of one of its bases."""
    for base in cls.__mro__:
        found = getattr(sys.modules.get(base.__module__), name, None)
        if found is not None:
            return dict(found)
    return {}


def _compile(clause: Any, shape: Shape) -> dict[str, Any]:
    compiled = clause.compile(dialect=_DIALECT)
    return {"label": shape.label, "sql": compiled.string, "parameters": list(compiled.positiontup or ())}


def _collect_existence(cls: Any, package: str) -> dict[str, Any]:
    """The statement of `foreign: forbidden`, which no decorated method builds."""
    module: Any = sys.modules[f"{package}.runtime.rows.owned_repository"]
    build = inspect.unwrap(module._exists_for_another_owner)
    found: dict[str, Any] = {"name": build.__name__, "place": _place(build), "shapes": [], "problems": []}
    clauses: list[Any] = []
    before = module.Statement
    module.Statement = lambda clause, *_args, **_kwargs: clauses.append(clause)
    try:
        build(cls)
        found["shapes"].append(_compile(clauses[0], Shape("")))
    except Exception as error:  # noqa: BLE001 - code of the project may raise anything
        found["problems"].append(f"it cannot be built: {error}")
    finally:
        module.Statement = before
    return found


def _place(function: Any) -> dict[str, Any]:
    """The file and the line of a function: that of its `def`, below its decorators."""
    function = inspect.unwrap(function)
    file = function.__code__.co_filename
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError):
        return {"file": file, "line": function.__code__.co_firstlineno}
    below = next(
        (index for index, line in enumerate(lines) if line.lstrip().startswith(("def ", "async def "))), 0
    )
    return {"file": file, "line": first + below}


def _place_of_class(cls: Any) -> dict[str, Any]:
    """Where what a class adds to each of its statements is written: `visible()`, else the class."""
    visible = cls.visible.__func__
    if visible.__module__ == cls.__module__:
        return _place(visible)
    with contextlib.suppress(OSError, TypeError):
        return {"file": inspect.getfile(cls), "line": inspect.getsourcelines(cls)[1]}
    return {"file": "", "line": 1}


def _raised(error: BaseException, request: Mapping[str, Any]) -> dict[str, Any]:
    """What an exception of the project says, and where: the innermost line of hand-written code, if any."""
    generated = os.path.join(request["root"], request["package"])  # noqa: PTH118 - compared as texts
    lines: list[tuple[str, int]] = []
    traceback = error.__traceback__
    while traceback is not None:
        lines.append((traceback.tb_frame.f_code.co_filename, traceback.tb_lineno))
        traceback = traceback.tb_next
    if isinstance(error, SyntaxError) and error.filename:
        lines.append((error.filename, error.lineno or 1))
    inside = [line for line in lines if line[0].startswith(request["root"] + os.sep)]
    written = [line for line in inside if not line[0].startswith(generated + os.sep)]
    file, line = (written or inside or [("", 1)])[-1]
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return {"text": text.splitlines()[0], "place": {"file": file, "line": line}}


if __name__ == "__main__":
    main()

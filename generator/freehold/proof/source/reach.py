"""Finds code that reaches the database, the runtime or another owner past the statements that are judged."""

import ast
from collections.abc import Iterator

from freehold.proof.source.module import (
    CONNECTION,
    DYNAMIC,
    OWNER,
    PRIVATE,
    ROUTE,
    Module,
    Names,
    Unproven,
    dotted,
)

INTERFACE = frozenset(
    {
        "_column", "_columns", "_count", "_cursor_position", "_delete_one", "_fetch", "_fetch_after",
        "_fetch_count", "_fetch_merged", "_fetch_page", "_fetch_rows", "_id_condition", "_insert",
        "_owner_condition", "_returned_columns", "_row_condition", "_run", "_select_one", "_select_page",
        "_select_rows", "_to_response", "_update_one", "_version_condition",
    }
)  # fmt: skip
"""The private names of the runtime that overrides may use: their documentation says so."""

_PLAIN_DUNDERS = frozenset(
    {
        "__class__",
        "__doc__",
        "__init__",
        "__name__",
        "__qualname__",
        "__table__",
        "__tablename__",
        "__table_args__",
    }
)
_DRIVERS = frozenset(
    {"aiopg", "databases", "pg8000", "psycopg", "psycopg2", "psycopg_pool", "records", "sqlmodel"}
)
_PROGRAMS = frozenset({"ctypes", "multiprocessing", "socket", "subprocess"})
_ENGINES = frozenset(
    {
        "AsyncSession", "Connection", "Session", "async_engine_from_config", "async_sessionmaker", "connect",
        "create_async_engine", "create_engine", "create_pool", "engine_from_config", "scoped_session",
        "sessionmaker",
    }
)  # fmt: skip
_EXECUTING = frozenset(
    {"copy_from_query", "copy_from_table", "copy_to_table", "exec_driver_sql", "execute", "executemany"}
    | {"fetch", "fetch_all", "fetch_one", "fetchall", "fetchmany", "fetchone", "fetchrow", "fetchval"}
)
_COMPILING = ("sqlalchemy.event", "sqlalchemy.ext.compiler")
_READING = frozenset(
    {"__import__", "compile", "delattr", "eval", "exec", "globals", "locals", "open", "vars"}
)
_ROUTING = frozenset(
    {"add_api_route", "add_api_websocket_route", "add_middleware", "add_route", "include_router", "mount"}
)
_ROUTE_DECORATORS = frozenset(
    {
        "api_route",
        "delete",
        "exception_handler",
        "get",
        "head",
        "middleware",
        "on_event",
        "options",
        "patch",
        "post",
    }
    | {"put", "route", "trace", "websocket"}
)


def find(module: Module, names: Names) -> Iterator[Unproven]:
    """Find the lines of a module that no proof covers."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Import() | ast.ImportFrom():
                yield from _imports(node, names)
            case ast.Attribute():
                yield from _attributes(node, module, names)
            case ast.Name(ctx=ast.Load()):
                yield from _names(node, module)
            case ast.Call():
                yield from _calls(node, module, names)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _routes(node)


def _imports(node: ast.Import | ast.ImportFrom, names: Names) -> Iterator[Unproven]:
    for module, name in _imported(node):
        top, full = module.partition(".")[0], f"{module}.{name}" if name else module
        if top in _DRIVERS or top in _PROGRAMS or (top in {"asyncpg", "sqlalchemy"} and name in _ENGINES):
            yield Unproven(node.lineno, CONNECTION, f"imports {full}")
        elif top in {"importlib", "inspect", "gc", "builtins", "sys"}:
            yield Unproven(node.lineno, DYNAMIC, f"imports {full}")
        elif module.startswith(f"{names.package}.runtime."):
            yield Unproven(
                node.lineno, PRIVATE, f"imports {full}, which is not part of {names.package}.runtime"
            )
        elif module in {f"{names.package}.wiring", f"{names.package}.app"} or module.endswith(".routes"):
            yield Unproven(node.lineno, ROUTE, f"imports {full}")


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        yield from ((alias.name, "") for alias in node.names)
    else:
        yield from ((node.module or "", alias.name) for alias in node.names)


def _names(node: ast.Name, module: Module) -> Iterator[Unproven]:
    full = module.imports.get(node.id, "")
    if full.startswith(_COMPILING):
        yield Unproven(node.lineno, PRIVATE, f"uses {full}, which changes how statements are compiled")


def _attributes(node: ast.Attribute, module: Module, names: Names) -> Iterator[Unproven]:
    name, full = node.attr, dotted(node, module)
    if full.startswith(("asyncpg.", "sqlalchemy.")) and name in _ENGINES:
        yield Unproven(node.lineno, CONNECTION, f"uses {full}")
    elif name.startswith("__"):
        if name not in _PLAIN_DUNDERS:
            yield Unproven(node.lineno, PRIVATE, f"uses {name}")
    elif is_private(name, names):
        yield Unproven(node.lineno, PRIVATE, f"uses {name}")


def is_private(name: str, names: Names) -> bool:
    """Whether a name is private to the runtime, or to another library."""
    if not name.startswith("_") or name in INTERFACE:
        return False
    return name in names.runtime or name not in names.own


def _calls(node: ast.Call, module: Module, names: Names) -> Iterator[Unproven]:
    full = dotted(node.func, module)
    last = full.rpartition(".")[2]
    if isinstance(node.func, ast.Attribute) and node.func.attr in _EXECUTING:
        yield Unproven(node.lineno, CONNECTION, f"calls {node.func.attr}()")
    elif isinstance(node.func, ast.Attribute) and node.func.attr in _ROUTING:
        yield Unproven(node.lineno, ROUTE, f"calls {node.func.attr}()")
    elif full == f"{names.package}.runtime.Statement":
        yield Unproven(node.lineno, CONNECTION, "creates a Statement without @statement")
    elif (
        full in _READING
        or full in {"os.system", "os.popen"}
        or (full in {"getattr", "setattr"} and not _is_readable(node, is_read=full == "getattr"))
    ):
        yield Unproven(node.lineno, DYNAMIC, f"calls {full}()")
    elif last.endswith("Repository") or full == "cls" or _is_type_of_self(node.func):
        yield Unproven(node.lineno, OWNER, f"creates {ast.unparse(node.func)}")


def _is_readable(node: ast.Call, *, is_read: bool) -> bool:
    """Whether getattr() reads a name that is written out and not private, or a column of a row."""
    if not is_read or len(node.args) < 2:  # noqa: PLR2004 - the object and the name
        return False
    owner, name = node.args[:2]
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        return not name.value.startswith("_")
    return ast.unparse(owner).endswith(("Row", ".row", ".c"))


def _is_type_of_self(function: ast.expr) -> bool:
    return ast.unparse(function) in {"type(self)", "self.__class__"}


def _routes(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Unproven]:
    for decorator in node.decorator_list:
        function = decorator.func if isinstance(decorator, ast.Call) else None
        if isinstance(function, ast.Attribute) and function.attr in _ROUTE_DECORATORS:
            what = f"{node.name}() is a route: @{ast.unparse(decorator)}"
            yield Unproven(node.lineno, ROUTE, what)

"""Finds values that outlive their request, and statements that depend on more than their arguments."""

import ast
import builtins
from collections.abc import Collection, Iterator

from freehold.proof.source.module import (
    CONDITIONAL,
    STATE,
    Module,
    Unproven,
    decorators,
    dotted,
    root_name,
)

Function = ast.FunctionDef | ast.AsyncFunctionDef

_LITERALS = (
    ast.Constant, ast.Dict, ast.List, ast.Load, ast.Set, ast.Tuple, ast.UnaryOp, ast.USub
)  # fmt: skip
_CACHES = frozenset({"alru_cache", "cache", "cached", "cached_property", "lru_cache", "ttl_cache"})
_CHANGING = frozenset(
    {
        "add",
        "append",
        "appendleft",
        "clear",
        "discard",
        "extend",
        "insert",
        "pop",
        "popitem",
        "popleft",
        "put",
    }
    | {"put_nowait", "remove", "send", "set", "setdefault", "update", "write"}
)
_AMBIENT = frozenset({"contextvars", "os", "platform", "random", "secrets", "sys", "threading", "time"})


def find(module: Module) -> Iterator[Unproven]:
    """Find what a module keeps between requests, and what its statements depend on."""
    shared = _shared_names(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Global | ast.Nonlocal):
            yield Unproven(node.lineno, STATE, f"changes {', '.join(node.names)}, which all requests share")
        elif isinstance(node, Function):
            yield from _kept(node, module, shared)
    for builder in _builders(module):
        yield from _conditions(builder, module)


def _shared_names(tree: ast.Module) -> frozenset[str]:
    """The names of variables of the module, and of its classes."""
    bodies = [tree.body, *(node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    return frozenset(
        name.id
        for body in bodies
        for statement in body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    )


def _kept(node: Function, module: Module, shared: frozenset[str]) -> Iterator[Unproven]:
    """Find caches, and changes of variables of the module or a class."""
    for decorator in decorators(node, module):
        if decorator.rpartition(".")[2] in _CACHES:
            yield Unproven(node.lineno, STATE, f"{node.name}() is cached, for all users at once")
    for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
        if isinstance(default, ast.Dict | ast.List | ast.Set | ast.Call):
            yield Unproven(default.lineno, STATE, f"{node.name}() has a default value that all calls share")
    local = {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)} - {"self", "cls"}
    local |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for part in (p for p in ast.walk(node) if isinstance(p, ast.expr)):
        name = _changed_name(part)
        if name and name in shared and name not in local:
            yield Unproven(part.lineno, STATE, f"changes {name}, which all requests share")


def _changed_name(node: ast.AST) -> str:
    """The name of a variable whose content an expression changes: `cache[id] = task`, `self.seen.add(id)`."""
    match node:
        case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
            return _variable(value)
        case ast.Call(func=ast.Attribute(value=value, attr=attribute)) if attribute in _CHANGING:
            return _variable(value)
    return ""


def _variable(node: ast.expr) -> str:
    """The variable in `cache`, `self.cache`, `Tasks.cache` and `cache[owner]`."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else root_name(node)


def _builders(module: Module) -> list[Function]:
    """The functions that build statements or conditions, and those of the module that they name."""
    functions = [node for node in ast.walk(module.tree) if isinstance(node, Function)]
    found = [node for node in functions if _builds_sql(node, module)]
    for node in found:  # it grows
        named = {
            name.id if isinstance(name, ast.Name) else name.attr
            for name in ast.walk(node)
            if isinstance(name, ast.Name | ast.Attribute)
        }
        found += [other for other in functions if other.name in named and other not in found]
    return found


def _builds_sql(node: Function, module: Module) -> bool:
    names = {name.rpartition(".")[2] for name in decorators(node, module)}
    return "statement" in names or node.name == "visible"


def _conditions(node: Function, module: Module) -> Iterator[Unproven]:
    """Find decisions of a builder that other things than its arguments make."""
    known = {arg.arg for arg in ast.walk(node) if isinstance(arg, ast.arg)} | _constants(module.tree)
    known |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for part in (inner for statement in node.body for inner in ast.walk(statement)):
        if isinstance(part, ast.Name) and module.imports.get(part.id, "").partition(".")[0] in _AMBIENT:
            yield Unproven(part.lineno, CONDITIONAL, f"{node.name}() uses {part.id}")
        for test in _tests(part):
            for name in _foreign_names(test, known, module):
                yield Unproven(test.lineno, CONDITIONAL, f"{node.name}() decides by {name}")
        if isinstance(part, ast.Subscript):
            unknown = known | module.imports.keys()
            for name in _foreign_names(part.slice, unknown, module):
                yield Unproven(part.lineno, CONDITIONAL, f"{node.name}() selects by {name}")


def _constants(tree: ast.Module) -> set[str]:
    """The variables of a module that hold nothing but literals."""
    found = set()
    for node in tree.body:
        match node:
            case ast.Assign(targets=targets, value=value):
                pass
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                targets = [target]
            case _:
                continue
        if all(isinstance(part, _LITERALS) for part in ast.walk(value)):
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def _tests(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) | ast.Assert(test=test):
            yield test
        case ast.Match(subject=subject):
            yield subject
        case ast.BoolOp(values=values):
            yield from values[:-1]
        case ast.comprehension(ifs=ifs):
            yield from ifs


def _foreign_names(test: ast.expr, known: Collection[str], module: Module) -> Iterator[str]:
    """Yield the names in a test that are neither arguments nor constants."""
    for node in ast.walk(test):
        if isinstance(node, ast.Call):
            called = dotted(node.func, module)
            if called.partition(".")[0] not in known and not hasattr(builtins, called):
                yield f"{called or ast.unparse(node.func)}()"
        elif isinstance(node, ast.Name) and node.id not in known and not hasattr(builtins, node.id):
            yield node.id

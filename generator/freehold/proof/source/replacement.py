"""Finds hand-written code that replaces parts of the runtime: methods, class attributes, patched classes."""

import ast
from collections.abc import Iterator

from freehold.proof.source.module import REPLACED, STATE, Module, Names, Unproven, is_repository, root_name

_SETTINGS = frozenset({"row", "schema", "response_columns", "omit_when_null", "visible"})
"""The names of the runtime that a repository in overrides/ may define."""
_ROW_SETTINGS = frozenset({"owner_column", "id_column", "parent_column", "parent_key", "references"})
_ASSIGNED = (
    _SETTINGS | _ROW_SETTINGS | {"foreign_is_forbidden", "owner", "version_column", "updated_at_columns"}
)


_STATEMENT = frozenset({"conditions", "is_delete", "is_read_only", "repository", "sql"})
"""The attributes of a compiled statement."""


def find(module: Module, names: Names) -> Iterator[Unproven]:
    """Find what a module replaces."""
    local_classes = {node.name for node in module.tree.body if isinstance(node, ast.ClassDef)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            yield from _class_members(node, names)
        for target in _assigned(node):
            yield from _patches(target, module, local_classes)


def _class_members(node: ast.ClassDef, names: Names) -> Iterator[Unproven]:
    if node.keywords:
        yield Unproven(node.lineno, REPLACED, f"class {node.name} has a metaclass or arguments")
    is_row = any(ast.unparse(base).endswith("Row") for base in node.bases)
    for line, name in _members(node):
        if is_row and name in _ROW_SETTINGS:
            yield Unproven(line, REPLACED, f"{node.name} sets {name}")
        elif is_repository(node) and _is_replaced(node, name, names):
            yield Unproven(line, REPLACED, f"{node.name} replaces {name}")


def _is_replaced(node: ast.ClassDef, name: str, names: Names) -> bool:
    if name == "foreign_is_forbidden":
        return node.name not in names.revealing
    is_special = name.startswith("__") and name not in {"__doc__", "__slots__"}
    return name not in _SETTINGS and (is_special or name in names.runtime)


def _members(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of each member of a class, also of those within `if` and `try`."""
    pending = list(node.body)
    while pending:
        item = pending.pop(0)
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield item.lineno, item.name
            continue
        for target in _assigned(item):
            if isinstance(target, ast.Name):
                yield item.lineno, target.id
        pending += [child for child in ast.iter_child_nodes(item) if isinstance(child, ast.stmt)]


def _assigned(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what a statement assigns to or deletes."""
    match node:
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            for target in targets:
                yield from _flattened(target)
        case ast.AugAssign(target=target) | ast.For(target=target) | ast.AsyncFor(target=target):
            yield from _flattened(target)
        case ast.AnnAssign(target=target, value=value) if value is not None:
            yield target
        case ast.NamedExpr(target=target):
            yield target


def _flattened(target: ast.expr) -> Iterator[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from _flattened(part)
    else:
        yield target


def _patches(target: ast.expr, module: Module, local_classes: set[str]) -> Iterator[Unproven]:
    """Find assignments to attributes of modules, classes and repositories."""
    if not isinstance(target, ast.Attribute | ast.Subscript):
        return
    root, text = root_name(target), ast.unparse(target)
    if root in module.imports:
        yield Unproven(target.lineno, REPLACED, f"changes {text}")
    elif root in local_classes or root in {"cls", "type"} or text.startswith("self.__class__"):
        yield Unproven(target.lineno, STATE, f"changes {text}, which all requests share")
    elif isinstance(target, ast.Attribute) and target.attr in (
        _STATEMENT | _ASSIGNED if root == "self" else _STATEMENT
    ):
        yield Unproven(target.lineno, REPLACED, f"changes {text}")

"""Reads the modules of `overrides/` with `ast`, without running them."""

import ast
import os
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from freehold.building.service import EXTENSION_FUNCTION, EXTENSION_MODULE
from freehold.ground.problems import ContractError, Problem
from freehold.overrides.method_signatures import Function


@dataclass(frozen=True)
class OverrideClass:
    """A top-level class of a module."""

    node: ast.ClassDef = field(repr=False, compare=False)
    bases: tuple[str, ...]
    """Its base classes; an imported one with the module that it is imported from."""
    methods: Mapping[str, Function] = field(repr=False, compare=False)


@dataclass(frozen=True)
class OverrideModule:
    """A module of `overrides/`."""

    file: Path
    classes: Mapping[str, OverrideClass]
    imports: Mapping[str, ast.ImportFrom] = field(default_factory=dict, repr=False, compare=False)
    """The `from ... import` statement of each imported name."""
    lines: tuple[str, ...] = field(default=(), repr=False, compare=False)
    functions: Mapping[str, Function] = field(default_factory=dict, repr=False, compare=False)
    """Its top-level functions."""
    names: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    """All names and texts in the code: variables, attributes, arguments and strings."""

    @property
    def defines_extension(self) -> bool:
        """Whether the module has the function that adds routes and middleware, its own or an imported one."""
        return EXTENSION_FUNCTION in self.functions or EXTENSION_FUNCTION in self.imports

    def problem(self, code: str, node: ast.stmt, what: str, fix: str) -> Problem:
        """Report a problem at a statement of the module: a class, a method or an import."""
        source = self.lines[node.lineno - 1] if node.lineno <= len(self.lines) else ""
        column = len(source.encode()[: node.col_offset].decode(errors="replace")) + 1  # ast counts bytes
        return Problem(relative_path(self.file), node.lineno, column, what, fix, source, code)


def read_overrides(folder: Path) -> dict[str, OverrideModule]:
    """Read the modules of `overrides/`, by name.

    Raises ContractError when one of them cannot be read or parsed (FH801, FH802).
    """
    files = sorted(file for file in folder.glob("*.py") if file.is_file() and file.stem != "__init__")
    return {file.stem: _read_module(file) for file in files}


def read_nested_modules(folder: Path) -> Iterator[OverrideModule]:
    """Read the modules in subfolders of `overrides/`, which serve no resource; skip what is not Python."""
    for file in sorted(folder.glob("*/**/*.py")):
        try:
            yield _read_module(file)
        except ContractError:
            continue


def wired_names(overrides: Mapping[str, OverrideModule]) -> dict[str, frozenset[str]]:
    """The names that the generated code depends on: the classes of each module, and `extend` of `app`."""
    return {
        name: frozenset(module.classes)
        | ({EXTENSION_FUNCTION} if name == EXTENSION_MODULE and module.defines_extension else frozenset())
        for name, module in overrides.items()
    }


def read_wired_names(files: Iterable[Path], package: str) -> dict[str, frozenset[str]]:
    """The names that generated files import from the overrides package, by module.

    Raises ContractError as `read_overrides` does.
    """
    names: dict[str, set[str]] = {}
    imports = [item for file in files for item in _read_module(file).imports.items()]
    for name, imported in imports:
        module = imported.module or ""
        if imported.level == 0 and module.startswith(f"{package}."):
            names.setdefault(module.removeprefix(f"{package}."), set()).add(name)
    return {module: frozenset(wired) for module, wired in names.items()}


def relative_path(file: Path) -> str:
    """The path of a file relative to the current directory."""
    return os.path.relpath(file)


def _read_module(file: Path) -> OverrideModule:
    try:
        with tokenize.open(file) as source:  # it detects the encoding as Python does
            text = source.read()
        module = ast.parse(text, filename=relative_path(file))
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        problem = Problem(
            relative_path(file), line, column, error.msg, source=(error.text or "").rstrip("\n"), code="FH801"
        )
        raise ContractError([problem]) from None
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        raise ContractError(
            [Problem(relative_path(file), 1, 1, f"it cannot be read: {error}", code="FH802")]
        ) from None
    imports = {
        alias.asname or alias.name: node
        for node in module.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    qualified_names = dict(_qualified_names(module))
    classes = {
        node.name: OverrideClass(node, tuple(_bases(node, qualified_names)), dict(_methods(node)))
        for node in module.body
        if isinstance(node, ast.ClassDef)
    }
    functions = {
        node.name: node for node in module.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    names = frozenset(_names(module))
    return OverrideModule(file, classes, imports, tuple(text.splitlines()), functions, names)


def _names(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                yield name
            case ast.keyword(arg=str(name)):
                yield name


def _qualified_names(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Each imported name, and the same name with its module."""
    for node in module.body:
        if isinstance(node, ast.ImportFrom):
            prefix = f"{node.module}." if node.module else ""
            yield from ((alias.asname or alias.name, prefix + alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.asname, alias.name) for alias in node.names if alias.asname)


def _bases(node: ast.ClassDef, qualified_names: Mapping[str, str]) -> Iterator[str]:
    for base in node.bases:
        first, dot, rest = ast.unparse(base).partition(".")
        yield qualified_names.get(first, first) + dot + rest


def _methods(node: ast.ClassDef) -> Iterator[tuple[str, Function]]:
    for item in node.body:
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
            yield item.name, item

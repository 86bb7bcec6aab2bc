"""Which classes people have written in `overrides/`, read and never run."""

import ast
import os
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from freehold.ground.problems import ContractError, Problem
from freehold.overrides.method_signatures import Function


@dataclass(frozen=True)
class Class:
    """A class at the top of a module: its bases by the names they were imported by, and its methods."""

    node: ast.ClassDef = field(repr=False, compare=False)
    bases: tuple[str, ...]
    methods: Mapping[str, Function] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Override:
    """One module of `overrides/`: its classes, and what it imports by which name."""

    file: Path
    classes: Mapping[str, Class]
    imports: Mapping[str, ast.ImportFrom] = field(default_factory=dict, repr=False, compare=False)
    lines: tuple[str, ...] = field(default=(), repr=False, compare=False)

    def problem(self, code: str, node: ast.stmt, what: str, fix: str) -> Problem:
        """A problem with a class, a method or an import."""
        source = self.lines[node.lineno - 1] if node.lineno <= len(self.lines) else ""
        column = len(source.encode()[: node.col_offset].decode(errors="replace")) + 1  # ast counts bytes
        return Problem(shown(self.file), node.lineno, column, what, fix, source, code)


def scan(folder: Path) -> dict[str, Override]:
    """The modules of `overrides/` by name. Raises ContractError for one that is not Python."""
    files = sorted(file for file in folder.glob("*.py") if file.is_file() and file.stem != "__init__")
    return {file.stem: _read(file) for file in files}


def deeper(folder: Path) -> Iterator[Override]:
    """The modules that no service looks into, in folders of `overrides/`. What is not Python is left out."""
    for file in sorted(folder.glob("*/**/*.py")):
        try:
            yield _read(file)
        except ContractError:
            continue


def class_names(overrides: Mapping[str, Override]) -> dict[str, frozenset[str]]:
    """The names of the classes of each module, which is all that generated code depends on."""
    return {module: frozenset(override.classes) for module, override in overrides.items()}


def wired(wiring: Path, package: str) -> dict[str, frozenset[str]]:
    """The classes that a generated `wiring.py` imports, by module. Raises ContractError as `scan` does."""
    names: dict[str, set[str]] = {}
    for name, imported in _read(wiring).imports.items():
        module = imported.module or ""
        if imported.level == 0 and module.startswith(f"{package}."):
            names.setdefault(module.removeprefix(f"{package}."), set()).add(name)
    return {module: frozenset(classes) for module, classes in names.items()}


def shown(file: Path) -> str:
    """A file as a person finds it: from the folder that they are in."""
    return os.path.relpath(file)


def _read(file: Path) -> Override:
    try:
        with tokenize.open(file) as source:  # it knows the encodings that Python does
            text = source.read()
        module = ast.parse(text, filename=shown(file))
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        problem = Problem(
            shown(file), line, column, error.msg, source=(error.text or "").rstrip("\n"), code="FH801"
        )
        raise ContractError([problem]) from None
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        raise ContractError(
            [Problem(shown(file), 1, 1, f"it cannot be read: {error}", code="FH802")]
        ) from None
    imports = {
        alias.asname or alias.name: node
        for node in module.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    origins = dict(_origins(module))
    classes = {
        node.name: Class(node, tuple(_bases(node, origins)), dict(_methods(node)))
        for node in module.body
        if isinstance(node, ast.ClassDef)
    }
    return Override(file, classes, imports, tuple(text.splitlines()))


def _origins(module: ast.Module) -> Iterator[tuple[str, str]]:
    """What each imported name stands for, with its module."""
    for node in module.body:
        if isinstance(node, ast.ImportFrom):
            home = f"{node.module}." if node.module else ""
            yield from ((alias.asname or alias.name, home + alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.asname, alias.name) for alias in node.names if alias.asname)


def _bases(node: ast.ClassDef, origins: Mapping[str, str]) -> Iterator[str]:
    for base in node.bases:
        first, dot, rest = ast.unparse(base).partition(".")
        yield origins.get(first, first) + dot + rest


def _methods(node: ast.ClassDef) -> Iterator[tuple[str, Function]]:
    for item in node.body:
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
            yield item.name, item

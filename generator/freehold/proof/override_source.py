"""Reads the hand-written code of a project for what no proof of a statement covers."""

import ast
import os
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from freehold.building.model import ApiModel
from freehold.ground.project import Project
from freehold.overrides.compatibility import REPOSITORY_BASES
from freehold.proof.service_facts import Place
from freehold.proof.source import reach, replacement, state
from freehold.proof.source.module import DYNAMIC, FIXES, Module, Names, Unproven, parse

_SKIPPED_FOLDERS = frozenset({"__pycache__", "migrations", "node_modules", "site-packages", "tests", "venv"})


@dataclass(frozen=True)
class UnprovenCode:
    """A line of hand-written code that no proof covers."""

    place: Place
    kind: str
    what: str
    fix: str


@dataclass(frozen=True)
class OverrideSource:
    """What the hand-written code of a project contains."""

    unproven: tuple[UnprovenCode, ...]
    calls: Mapping[str, Sequence[Sequence[object]]]
    """The arguments with which each statement is called, by its name, if all of them are constants."""


def read(project: Project, api: ApiModel) -> OverrideSource:
    """Read the code in overrides/, and whatever else in the project imports the generated code."""
    modules, broken = _modules(project)
    names = _names(project, api, modules)
    unproven = tuple(
        UnprovenCode(Place(module.file, found.line), found.kind, found.what, FIXES[found.kind])
        for module in modules
        for found in _find(module, names)
    )
    unproven += tuple(
        UnprovenCode(Place(file, 1), DYNAMIC, "it cannot be parsed", FIXES[DYNAMIC]) for file in broken
    )
    return OverrideSource(unproven, dict(_constant_calls(modules)))


def _find(module: Module, names: Names) -> list[Unproven]:
    found = {*reach.find(module, names), *replacement.find(module, names), *state.find(module)}
    return sorted(found, key=lambda unproven: (unproven.line, unproven.kind, unproven.what))


def _modules(project: Project) -> tuple[list[Module], list[Path]]:
    """The modules in overrides/, those that import the generated code, and those that any of them imports.

    The second list has the files among them that cannot be parsed.
    """
    packages = (project.generated.name, project.overrides.name)
    pending = sorted(project.overrides.rglob("*.py"))
    pending += [file for file in _python_files(project) if _imports_one_of(packages, file)]
    modules: dict[Path, Module] = {}
    broken: list[Path] = []
    for file in pending:  # it grows
        if file in modules or file in broken:
            continue
        try:
            modules[file] = parse(file, _text(file))
        except (SyntaxError, ValueError):
            broken.append(file)
        else:
            pending += _imported_files(modules[file], project)
    return list(modules.values()), broken


def _imports_one_of(packages: tuple[str, ...], file: Path) -> bool:
    text = _text(file)
    if not re.search(rf"^\s*(from|import)\s+({'|'.join(packages)})\b", text, re.MULTILINE):
        return False
    try:  # it may be the text of a docstring
        return any(name.partition(".")[0] in packages for name in parse(file, text).imports.values())
    except (SyntaxError, ValueError):
        return False


def _text(file: Path) -> str:
    try:
        with tokenize.open(file) as source:
            return source.read()
    except (OSError, SyntaxError, ValueError):
        return ""


def _imported_files(module: Module, project: Project) -> Iterator[Path]:
    """Yield the files of the project that a module imports, other than the generated ones."""
    for node in ast.walk(module.tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        start = project.root
        if isinstance(node, ast.ImportFrom):
            start = module.file.parents[node.level - 1] if node.level else project.root
            names = [f"{node.module}.{name}" if node.module else name for name in names]
        for name in names:
            path = start.joinpath(*name.split("."))
            places = [path, *path.parents[: name.count(".")]]
            files = [found for place in places for found in (place.with_suffix(".py"), place / "__init__.py")]
            yield from (f for f in files if f.is_file() and not f.is_relative_to(project.generated))


def _python_files(project: Project) -> Iterator[Path]:
    """Yield the files of the project that can be part of the service, outside of overrides/."""
    apart = {project.generated, project.overrides}
    for folder, folders, files in os.walk(project.root):
        here = Path(folder)
        folders[:] = sorted(
            name
            for name in folders
            if not (name.startswith(".") or name in _SKIPPED_FOLDERS or here / name in apart)
            and not (here / name / "pyvenv.cfg").exists()
            and not (here / name / "pyproject.toml").exists()
        )
        yield from (here / name for name in sorted(files) if name.endswith(".py"))


def _names(project: Project, api: ApiModel, modules: Sequence[Module]) -> Names:
    runtime_folder = project.generated / "runtime"
    bases = [runtime_folder / "rows" / name for name in REPOSITORY_BASES]
    runtime = {name for file in bases for name in _defined(file)}
    inner = [file for part in ("rows", "database") for file in sorted((runtime_folder / part).rglob("*.py"))]
    internal = {name for file in inner for name in _defined(file)}
    repositories = [project.generated / str(r.plural) / "repository.py" for r in api.resources]
    generated = {name for file in repositories for name in _defined(file)}
    written = {name for module in modules for name in _definitions(module.tree)}
    revealing = frozenset(str(r.repository_class) for r in api.resources if r.foreign_is_forbidden)
    own = frozenset((generated | written) - internal)
    return Names(project.generated.name, frozenset(runtime), own, revealing)


def _defined(file: Path) -> frozenset[str]:
    try:
        return _defined_in(file.read_text("utf-8"))
    except (OSError, SyntaxError, ValueError):
        return frozenset()


@lru_cache(maxsize=512)
def _defined_in(text: str) -> frozenset[str]:
    """Return the names that a module defines: most modules of the service are read again unchanged."""
    return frozenset(_definitions(ast.parse(text)))


def _definitions(tree: ast.Module) -> Iterator[str]:
    """Yield the names of functions, classes, variables and attributes that a module defines."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def _constant_calls(modules: Sequence[Module]) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    """Yield the private methods that are only called with constants, and their arguments."""
    calls: dict[str, list[tuple[object, ...] | None]] = {}
    for module in modules:
        called = {id(node.func): node for node in ast.walk(module.tree) if isinstance(node, ast.Call)}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
                calls.setdefault(node.attr, []).append(_constants(called.get(id(node))))
    for name, known in calls.items():
        if None not in known:
            yield name, [call for call in dict.fromkeys(known) if call]


def _constants(call: ast.Call | None) -> tuple[object, ...] | None:
    """The arguments of a call, or None when one of them is not a constant."""
    if call is None or call.keywords:
        return None
    try:
        arguments = tuple(ast.literal_eval(argument) for argument in call.args)
        hash(arguments)
    except (ValueError, TypeError):
        return None
    return arguments

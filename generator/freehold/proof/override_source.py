"""Reads the hand-written code of a project for what no proof of a statement covers."""

import ast
import os
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from freehold.building.model import ApiModel
from freehold.ground.project import Project
from freehold.proof.service_facts import Place
from freehold.proof.source import reach, replacement, state
from freehold.proof.source.module import DYNAMIC, FIXES, Module, Names, Unproven, parse

_SKIPPED_FOLDERS = frozenset({"__pycache__", "migrations", "node_modules", "site-packages", "tests", "venv"})
_REPOSITORY_BASES = ("statement_builder", "repository", "owned_repository", "shared_repository")


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
    """The modules in overrides/ and those that import the generated code; the files that cannot be parsed."""
    modules: list[Module] = []
    broken: list[Path] = []
    packages = f"({project.generated.name}|{project.overrides.name})"
    imports = re.compile(rf"^\s*(from|import)\s+{packages}\b", re.MULTILINE)
    for file in _python_files(project):
        try:
            with tokenize.open(file) as source:
                text = source.read()
            if file.is_relative_to(project.overrides) or imports.search(text):
                modules.append(parse(file, text))
        except (OSError, SyntaxError, ValueError):
            if file.is_relative_to(project.overrides):
                broken.append(file)
    return modules, broken


def _python_files(project: Project) -> Iterator[Path]:
    for folder, folders, files in os.walk(project.root):
        here = Path(folder)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and here / name != project.generated
            and name not in _SKIPPED_FOLDERS
            and not (here / name / "pyvenv.cfg").exists()
            and not (here / name / "pyproject.toml").exists()
        )
        yield from (here / name for name in sorted(files) if name.endswith(".py"))


def _names(project: Project, api: ApiModel, modules: Sequence[Module]) -> Names:
    rows = project.generated / "runtime" / "rows"
    runtime = {name for base in _REPOSITORY_BASES for name in _defined(rows / f"{base}.py")}
    repositories = [project.generated / str(r.plural) / "repository.py" for r in api.resources]
    generated = {name for file in repositories for name in _defined(file)}
    written = {name for module in modules for name in _definitions(module.tree)}
    revealing = frozenset(str(r.repository_class) for r in api.resources if r.foreign_is_forbidden)
    return Names(project.generated.name, frozenset(runtime), frozenset(generated | written), revealing)


def _defined(file: Path) -> set[str]:
    try:
        return set(_definitions(ast.parse(file.read_text("utf-8"))))
    except (OSError, SyntaxError, ValueError):
        return set()


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

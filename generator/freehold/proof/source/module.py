"""A module of hand-written code, and what is found in it."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

CONNECTION = "another way to the database"
ROUTE = "a route of your own"
PRIVATE = "a private name of the runtime"
DYNAMIC = "code that cannot be read"
STATE = "a value that outlives its request"
REPLACED = "a replaced part of the runtime"
OWNER = "an owner that the code chooses"
CONDITIONAL = "a statement that depends on more than its arguments"

FIXES = {
    CONNECTION: "Run statements with `self._fetch()` or `self._run()`, or check the owner in your own SQL.",
    ROUTE: "Make sure that it gets its repository from generated/wiring.py, which binds the owner.",
    PRIVATE: "Use the names of `generated.runtime` and the methods of the repository that are documented.",
    DYNAMIC: "Write the names out, so that they can be read.",
    STATE: "Keep nothing between requests that holds values of rows: it would reach the next user.",
    REPLACED: "Leave it to the runtime: what it guarantees rests on it.",
    OWNER: "In an operation, use `self`: its owner is that of the token. In a job, see where it comes from.",
    CONDITIONAL: "Decide by an argument that is a bool or a Literal, or write several statements.",
}


@dataclass(frozen=True)
class Unproven:
    """A line that no proof covers."""

    line: int
    kind: str
    what: str


@dataclass(frozen=True)
class Names:
    """The names that hand-written code can meet."""

    package: str
    """The package of the generated code."""
    runtime: frozenset[str]
    """The names that the classes of the runtime define."""
    own: frozenset[str]
    """The private names of the repositories in generated/ and of the hand-written code itself."""
    revealing: frozenset[str]
    """The repositories for which the contract says `foreign: forbidden`."""


@dataclass(frozen=True)
class Module:
    """A parsed module."""

    file: Path
    tree: ast.Module
    imports: Mapping[str, str] = field(default_factory=dict)
    """Each imported name with the module, and the name in it, that it comes from."""


def parse(file: Path, text: str) -> Module:
    """Parse a module. Raises SyntaxError."""
    tree = ast.parse(text, filename=str(file))
    return Module(file, tree, dict(_imported_names(tree)))


def _imported_names(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (
                (a.asname or a.name.partition(".")[0], a.name if a.asname else a.name.partition(".")[0])
                for a in node.names
            )
        elif isinstance(node, ast.ImportFrom):
            prefix = "." * node.level + (node.module or "")
            yield from ((alias.asname or alias.name, f"{prefix}.{alias.name}") for alias in node.names)


def dotted(node: ast.AST, module: Module) -> str:
    """The full name of an expression such as `asyncpg.connect`, with what its first name is imported from."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([module.imports.get(node.id, node.id), *reversed(parts)])


def root_name(node: ast.AST) -> str:
    """The first name of `a.b[c].d`, or an empty string."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def is_repository(node: ast.ClassDef) -> bool:
    """Whether a class is a repository, by the names of its bases."""
    return any(root.endswith("Repository") for base in node.bases for root in ast.unparse(base).split("["))


def decorators(node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> list[str]:
    """The full names of the decorators of a function."""
    return [dotted(d.func if isinstance(d, ast.Call) else d, module) for d in node.decorator_list]

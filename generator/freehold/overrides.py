"""Which classes people have written in `overrides/`, read and never run."""

import ast
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from freehold.problems import ContractError, Problem


@dataclass(frozen=True)
class Override:
    """One module of `overrides/`: its classes, each with the names of its methods."""

    file: Path
    classes: Mapping[str, frozenset[str]]


def scan(folder: Path) -> dict[str, Override]:
    """The modules of `overrides/` by name. Raises ContractError for one that is not Python."""
    files = sorted(file for file in folder.glob("*.py") if file.is_file() and file.stem != "__init__")
    return {file.stem: Override(file, _classes(file)) for file in files}


def _classes(file: Path) -> dict[str, frozenset[str]]:
    try:
        with tokenize.open(file) as source:  # it knows the encodings that Python does
            module = ast.parse(source.read(), filename=str(file))
    except SyntaxError as error:
        raise ContractError([Problem(str(file), error.lineno or 1, error.offset or 1, error.msg)]) from None
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        raise ContractError([Problem(str(file), 1, 1, f"it cannot be read: {error}")]) from None
    classes = (node for node in module.body if isinstance(node, ast.ClassDef))
    return {node.name: frozenset(_methods(node)) for node in classes}


def _methods(node: ast.ClassDef) -> list[str]:
    return [item.name for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]

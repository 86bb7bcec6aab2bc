"""A program for the folder of a project: builds the statements of its overrides, and prints the refusals."""

import importlib
import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def verdicts(names: list[str]) -> dict[str, dict[str, str]]:
    """Return for each module the statements of its classes, each with the exception that it raises, or ""."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        try:
            module = importlib.import_module(f"overrides.{name}")
        except Exception as error:  # noqa: BLE001 - that is what is printed
            found[name] = {"": f"{type(error).__name__}: {error}"}
            continue
        classes = [c for c in vars(module).values() if inspect.isclass(c) and c.__module__ == module.__name__]
        found[name] = {attribute: said for cls in classes for attribute, said in _statements(cls)}
    return found


def _statements(cls: Any) -> Iterator[tuple[str, str]]:
    for attribute, member in inspect.getmembers_static(cls):
        below = getattr(getattr(cls, "row", None), "parent_column", None)
        if type(member).__name__ == "statement" and not list(inspect.signature(member._build).parameters)[1:]:
            yield attribute, _verdict(cls._below((below,)) if below else cls, attribute)


def _verdict(repository: Any, attribute: str) -> str:
    try:
        getattr(repository, attribute)()
    except Exception as error:  # noqa: BLE001 - that is what is printed
        return f"{type(error).__name__}: {error}"
    return ""


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    print(json.dumps(verdicts(sys.argv[1:])))

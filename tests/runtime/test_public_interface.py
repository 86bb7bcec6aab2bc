"""The public interface of the runtime is documented, and overrides need nothing else of the runtime."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from generated import runtime
from generated.runtime.rows.owned_repository import OwnedRepository
from tests.support.service import ROOT

METHODS = (
    "_delete_one", "_fetch", "_insert", "_run", "_select_one", "_select_page", "_update_one", "require_row",
    "transaction", "visible",
)  # fmt: skip
SNIPPET = re.compile(r"```python\n(.*?)```", re.DOTALL)
IMPORT = re.compile(r"^ *((?:from|import) +generated\.runtime[^(\n]*(?:\([^)]*\))?)", re.MULTILINE)
OVERRIDES = [
    *(ROOT / "overrides").glob("*.py"),
    *(ROOT / "tests" / "dialects").glob("*/overrides/*.py"),
    *(ROOT / "tests" / "golden" / "library" / "overrides").glob("*.py"),
    *(ROOT / "generator" / "freehold" / "workbench" / "project_template" / "overrides").glob("*.py"),
]
PAGES = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]


def test_the_public_names_are_sorted() -> None:
    assert runtime.__all__ == sorted(runtime.__all__)


@pytest.mark.parametrize("name", runtime.__all__)
def test_a_public_name_has_a_docstring_with_an_example(name: str) -> None:
    text = getattr(runtime, name).__doc__

    assert "Example:" in text
    assert name in text.partition("Example:")[2]


@pytest.mark.parametrize("name", METHODS)
def test_a_method_for_overrides_has_a_docstring_with_an_example(name: str) -> None:
    text = getattr(OwnedRepository, name).__doc__

    assert "Example:" in text
    assert name in text.partition("Example:")[2]


@pytest.mark.parametrize("file", OVERRIDES, ids=lambda file: str(file.relative_to(ROOT)))
def test_an_override_imports_only_public_names_of_the_runtime(file: Path) -> None:
    assert not list(internal_imports(file.read_text("utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_snippet_imports_only_public_names_of_the_runtime(page: Path) -> None:
    snippets = "\n".join(SNIPPET.findall(page.read_text("utf-8")))  # some are parts of a file, and no module

    assert not list(internal_imports("\n".join(IMPORT.findall(snippets))))


def test_the_overrides_of_every_project_in_the_repository_are_checked() -> None:
    importing = [file for file in OVERRIDES if "from generated.runtime import" in file.read_text("utf-8")]

    assert len(importing) >= 8
    assert (
        len(IMPORT.findall("from generated.runtime import (\n    x,\n)\n    import generated.runtime.rows\n"))
        == 2
    )
    assert list(internal_imports("from generated.runtime.http.problems import Problem"))
    assert list(internal_imports("from generated.runtime import http"))
    assert list(internal_imports("import generated.runtime.rows"))


def internal_imports(source: str) -> Iterator[str]:
    """The names that Python source imports from the runtime and that are not public."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("generated.runtime"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("generated.runtime"):
            names = {alias.name for alias in node.names}
            yield from names if node.module != "generated.runtime" else names - {*runtime.__all__}

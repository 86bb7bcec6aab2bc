"""Each problem has a permanent code."""

import re
from pathlib import Path

import pytest

from freehold.cli import error_codes
from freehold.ground.problems import Problem
from freehold.rules import registry, warnings
from tests.support import documented_examples
from tests.support.contracts import Load, Run, changed, edit
from tests.support.service import ROOT

GOLDEN = (Path(__file__).parent / "error_codes.txt").read_text("utf-8")
PACKAGE = ROOT / "generator" / "freehold"


def test_codes_and_titles_do_not_change() -> None:
    """A code is never given to something else: add lines to error_codes.txt, and change none."""
    assert "".join(f"{code} {title}\n" for code, title in error_codes.titles().items()) == GOLDEN


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    made = {"templates", "project_template"}
    sources = [file for file in PACKAGE.rglob("*.py") if not made & {*file.parts}]
    printed = {code for file in sources for code in re.findall(r'"(FH\d{3})"', file.read_text("utf-8"))}

    assert printed == set(error_codes.titles())


def test_codes_of_rules_are_unique() -> None:
    assert len(set(registry.RULES.values())) == len(registry.RULES)
    assert [*registry.RULES] == sorted(registry.RULES)


def test_a_problem_is_printed_with_its_code(load: Load) -> None:
    document = load(changed(("operationId: listTasks", "operationId: 7list")))

    (problem,) = registry.problems_of("FH301", document)

    assert str(problem).splitlines()[0] == (
        f"{document.file}:{problem.line}:{problem.column}: error[FH301]: an operation cannot be named 7list"
    )


@pytest.mark.parametrize(
    ("source", "column", "shown", "caret"),
    [
        ("a: b", 4, "a: b", "   ^"),
        ("a:\tb\x1b[31m", 4, "a: b [31m", "   ^"),
        ("標題: ü", 5, "標題: ü", "      ^"),
        ("x" * 300 + "y" + "z" * 300, 301, f"...{'x' * 80}y{'z' * 79}...", " " * 83 + "^"),
        ("y" + "z" * 300, 1, f"y{'z' * 159}...", "^"),
    ],
)
def test_the_caret_points_at_the_column(source: str, column: int, shown: str, caret: str) -> None:
    problem = Problem("a.yaml", 1, column, "what", source=source)

    assert str(problem).splitlines()[1:] == [f"  {shown}", f"  {caret}"]


def test_the_output_in_docs_problems_is_current(project: Path, freehold: Run) -> None:
    page = (ROOT / "docs" / "problems.md").read_text("utf-8")
    rows = documented_examples.table(page, "code", "warns of")
    edit(
        project,
        'schema: {$ref: "#/components/schemas/TaskPage"}',
        'schema: {$ref: "#/components/schemas/TaskPag"}',
    )

    assert [code for code, _ in rows] == [*warnings.WARNINGS]
    assert {code[:3] for code in error_codes.titles()} == set(
        re.findall(r"^\| (FH\d)xx \|", page, re.MULTILINE)
    )
    assert set(re.findall(r"FH\d{3}", page)) <= set(error_codes.titles())
    (shown,) = re.findall(r"```console\n\$ freehold generate\n(.*?)```", page, re.DOTALL)
    assert freehold("generate").stderr == shown

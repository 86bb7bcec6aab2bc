"""The table in README.md names every row of the matrix, and tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.support.service import ROOT

TABLE = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| (T\d\d) \|[^|]*\| (.*) \|$", TABLE, re.M))
WITHOUT = {"T18"}
"""Rows about what is not there yet."""


@cache
def functions_of(file: str) -> frozenset[str]:
    nodes = ast.walk(ast.parse((ROOT / file).read_text("utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


def test_every_row_of_the_matrix_exists() -> None:
    assert list(ROWS) == [f"T{number:02}" for number in range(1, 44)]


def test_each_row_names_tests_that_exist() -> None:
    for row, said in ROWS.items():
        named = re.findall(r"`([^`]+)::([^`]+)`", said)
        assert named or row in WITHOUT, row
        for file, name in named:
            assert name in functions_of(file), (row, file, name)

"""No test compares a time with a number, which fails on slower machines: `cpu` and `waiting` do it."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support.service import ROOT

TESTS = ROOT / "tests"
EXEMPT = ("tests/bench/", "tests/golden/", "tests/support/measuring/")
CLOCKS = frozenset(
    {"monotonic", "perf_counter", "process_time", "thread_time", "getrusage", "time", "elapsed"}
)
MENTIONED = re.compile("|".join([*sorted(CLOCKS - {"time"}), r"\btime\(\)"]))
LATEST = "latest"
ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
SOURCES = [
    file for file in sorted(TESTS.rglob("*.py")) if not file.relative_to(ROOT).as_posix().startswith(EXEMPT)
]


def timed_assertions(source: str) -> list[int]:
    """The lines with an assertion that orders a time, unless it is ordered with `latest(...)`."""
    tree = ast.parse(source if MENTIONED.search(source) else "")
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return sorted({line for function in functions for line in _lines(function, _times(function))})


def _lines(function: ast.AST, times: set[str]) -> Iterator[int]:
    for assertion in ast.walk(function):
        if isinstance(assertion, ast.Assert):
            for found in ast.walk(assertion.test):
                ordered = isinstance(found, ast.Compare) and any(isinstance(op, ORDERED) for op in found.ops)
                if ordered and _is_time(found, times) and LATEST not in _names(found):
                    yield assertion.lineno


def _times(function: ast.AST) -> set[str]:
    """The names that a function gives to times, and to what is calculated from them."""
    pairs = [pair for node in ast.walk(function) for pair in _bindings(node)]
    times: set[str] = set()
    while new := {name for name, value in pairs if name not in times and _is_time(value, times)}:
        times |= new
    return times


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The names that a statement or an expression binds, each with its value."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            parts = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                parts = [*zip(target.elts, node.value.elts, strict=False)]
            yield from ((name, value) for part, value in parts for name in _names(part))
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
        yield from ((name, node.value) for name in _names(node.target))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
        yield from ((name, value) for name in _names(node.func.value) for value in node.args)


def _is_time(value: ast.AST, times: set[str]) -> bool:
    """Whether an expression reads a clock, or calculates with a time."""
    if isinstance(value, ast.Call):
        name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
        if name in ("min", "max", "sorted", "sum", "round", "abs"):
            return any(_is_time(part, times) for part in value.args)
        return name in CLOCKS or _is_time(value.func, times)
    if isinstance(value, ast.Attribute):
        return value.attr == "elapsed" or _is_time(value.value, times)
    if isinstance(value, ast.Name):
        return value.id in times
    parts = (ast.BinOp, ast.Compare, ast.Subscript, ast.IfExp, ast.UnaryOp)
    return isinstance(value, parts) and any(_is_time(part, times) for part in ast.iter_child_nodes(value))


def _names(value: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}


@pytest.mark.parametrize(
    "lines",
    [
        "begun = time.monotonic()\nact()\nassert time.monotonic() - begun < 3",
        "begun = perf_counter()\ntook = perf_counter() - begun\nassert took <= LIMIT",
        "a, b = time.process_time(), 7\nassert 0.8 < time.process_time() - a < b",
        "times = []\ntimes.append(time.monotonic() - begun)\nassert sorted(times)[-3] < 0.5",
        "usage = resource.getrusage(0)\nassert usage.ru_utime <= 2",
        "assert client.get('/').elapsed.total_seconds() < 1",
        "took: float = time.time() - begun\nassert is_fine and max(took, 0) < 2",
    ],
)
def test_an_assertion_on_a_time_is_found(lines: str) -> None:
    body = "\n".join(f"    {line}" for line in lines.splitlines())

    assert timed_assertions(f"def test_speed():\n{body}") == [1 + len(lines.splitlines())]


@pytest.mark.parametrize(
    "lines",
    [
        "deadline = time.monotonic() + 5\nwhile time.monotonic() < deadline:\n    pass\nassert found",
        "took = time.monotonic() - begun\nassert took < latest(2)",
        "begun = time.monotonic()\nassert count(begun) < 3",
        "with waits(2.0):\n    act()\nassert len(times) < 3",
    ],
)
def test_other_assertions_are_not_found(lines: str) -> None:
    body = "\n".join(f"    {line}" for line in lines.splitlines())

    assert timed_assertions(f"def test_speed():\n{body}") == []


def test_no_test_depends_on_the_speed_of_the_machine() -> None:
    found = {file.relative_to(ROOT).as_posix(): timed_assertions(file.read_text("utf-8")) for file in SOURCES}

    assert len(SOURCES) > 300
    assert {file: lines for file, lines in found.items() if lines} == {}

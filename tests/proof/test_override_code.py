"""Hand-written code that no proof of a statement covers is listed with its line, and other code is not."""

import ast
import re
import textwrap
from pathlib import Path

import pytest

from freehold import pipeline
from freehold.ground.project import find_project
from freehold.proof import override_source
from freehold.proof.source import module as kinds
from tests.proof.conftest import copy_sample
from tests.support.service import ROOT

HEAD = """
import os
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

import asyncpg
import httpx
from pydantic import BaseModel
from sqlalchemy import Select, Update, bindparam, case, event, func, select, text
from sqlalchemy.ext.compiler import compiles

from generated.runtime import Forbidden, NotFound, Statement, bind_parameters, statement
from generated.schemas import Task
from generated.tasks import repository, table
from generated.tasks.repository import _LIST_TASKS_ORDERS
from generated.tasks.table import TaskRow

"""
METHOD = "    async def complete_task(self, task_id: UUID) -> Task:\n"

HERE = Path(__file__).parent
CLASS = "class TaskRepository(repository.TaskRepository):\n    seen: list[Any] = []\n"
SAMPLE = find_project(ROOT)
API = pipeline.build_model(SAMPLE, pipeline.load_effective_contract(SAMPLE))


def read_pieces(name: str) -> dict[str, str]:
    """The pieces of code in a file, by the line above each."""
    pieces = (HERE / name).read_text("utf-8").split("\n== ")[1:]
    return {head: code.strip("\n") for head, _, code in (piece.partition("\n") for piece in pieces)}


UNPROVEN, PLAIN = read_pieces("unproven_code.txt"), read_pieces("plain_code.txt")


def module_text(where: str, code: str) -> str:
    """A module of overrides/ with a piece of code in it."""
    indents = {"class": "    ", "method": "        ", "module": ""}
    code = textwrap.indent(code, indents[where])
    body = {"class": code, "method": METHOD + code, "module": f"    pass\n\n{code}"}[where]
    return (
        f"{HEAD}{CLASS}{body}\n\nSEEN: dict[Any, Any] = {{}}\nCOMPUTED = bool(SEEN)\nLIMITED = {{'a': 1}}\n"
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_sample(tmp_path_factory.mktemp("code"))


def listed(folder: Path, text: str) -> list[tuple[int, str]]:
    """The lines that are listed, each with its kind."""
    ast.parse(text)
    (folder / "overrides" / "tasks.py").write_text(text, "utf-8")
    found = override_source.read(find_project(folder), API)
    return [(one.place.line, one.kind) for one in found.unproven]


@pytest.mark.parametrize("head", UNPROVEN)
def test_code_that_no_proof_covers_is_listed_with_its_line(head: str, folder: Path) -> None:
    where, kind, _ = re.split(", |: ", head, maxsplit=2)
    text = module_text(where, UNPROVEN[head])
    (line,) = (number for number, line in enumerate(text.splitlines(), 1) if line.endswith("#!"))

    assert (line, getattr(kinds, kind.upper())) in listed(folder, text)


@pytest.mark.parametrize("head", PLAIN)
def test_other_code_is_not_listed(head: str, folder: Path) -> None:
    assert listed(folder, module_text(head.partition(",")[0], PLAIN[head])) == []


def test_every_kind_has_advice_and_examples() -> None:
    assert {getattr(kinds, re.split(", |: ", head)[1].upper()) for head in UNPROVEN} == set(kinds.FIXES)


def test_routes_outside_overrides_are_listed(sample: Path) -> None:
    (sample / "service.py").write_text(
        "from generated.app import app\n\n@app.get('/everything')\nasync def everything() -> None: ...\n"
    )
    (sample / "unrelated.py").write_text("import subprocess\n")
    (sample / "tests").mkdir()
    (sample / "tests" / "test_app.py").write_text("from generated.app import app\n")

    found = override_source.read(find_project(sample), API).unproven

    assert [(one.place.file.name, one.place.line) for one in found] == [("service.py", 1), ("service.py", 4)]


def test_what_overrides_import_is_read_wherever_it_is(sample: Path) -> None:
    """Also where tests are, and where nothing imports the generated code."""
    for name, imported in (("helpers", "more.reads"), ("more/reads", "overrides.tests.writes")):
        (sample / name).parent.mkdir(exist_ok=True)
        (sample / f"{name}.py").write_text(f"import {imported}\nimport subprocess\n")
    (sample / "overrides" / "tests").mkdir()
    (sample / "overrides" / "tests" / "writes.py").write_text("from .other import x\nimport psycopg\n")
    (sample / "overrides" / "tests" / "other.py").write_text("import psycopg2\n")
    (sample / "overrides" / "tests" / "broken.py").write_text("import (\n")
    tasks = sample / "overrides" / "tasks.py"
    tasks.write_text(f"import helpers\n{tasks.read_text('utf-8')}")

    found = override_source.read(find_project(sample), API).unproven

    assert sorted((one.place.file.name, one.place.line) for one in found) == [
        ("broken.py", 1),
        ("helpers.py", 2),
        ("other.py", 1),
        ("reads.py", 2),
        ("writes.py", 2),
    ]


def test_constant_arguments_of_statements_are_collected(folder: Path) -> None:
    calls = "self._a('x', 1); self._a('y', 2); self._b('x'); self._b(n); self._c; self._d(*n); self._e(x=1)"
    listed(folder, module_text("method", calls))

    found = override_source.read(find_project(folder), API).calls

    assert found["_a"] == [("x", 1), ("y", 2)]
    assert {"_b", "_c", "_d", "_e"}.isdisjoint(found)

"""Every promise in docs/security.md has a command that exists."""

import re
import shlex
from pathlib import Path

import click
import pytest

from freehold.cli.main import main
from tests.hostile_overrides.corpus import OVERRIDES, PROCESS_WIDE
from tests.hostile_overrides.entry import Kind, Override
from tests.support.documented_examples import table
from tests.support.service import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
CONTRACT = (ROOT / "openapi" / "tasks-api.yaml").read_text("utf-8")
COMMANDS = sorted(set(re.findall(r"`((?:make|freehold|curl) [^`]+)`", PAGE)))
AUTHORS = {
    "someone hostile": Kind.HOSTILE,
    "a colleague in a hurry": Kind.CARELESS,
    "a colleague, and nothing is wrong": Kind.HARMLESS,
    "Python code beside the statements": Kind.UNCHECKED,
}


def test_every_promise_has_a_command() -> None:
    tables = re.findall(r"^\| (?:promise|you want to see) \| command \|\n(?:\|.*\n)+", PAGE, re.MULTILINE)
    rows = [row for whole in tables for row in whole.splitlines()[2:]]

    assert len(rows) > 40
    assert [row for row in rows if not any(f"`{command}`" in row for command in COMMANDS)] == []


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("make ")])
def test_every_make_command_exists(command: str) -> None:
    target, *variables = command.split()[1:]
    area = next((v.removeprefix("AREA=") for v in variables if v.startswith("AREA=")), None)

    assert re.search(rf"^{target}:.*## ", MAKEFILE, re.MULTILINE)
    if area is not None:
        path = ROOT / area
        assert path.name.startswith("test_") if path.is_file() else list(path.rglob("test_*.py"))


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("freehold ")])
def test_every_freehold_command_exists(command: str) -> None:
    name, *arguments = shlex.split(command)[1:]
    around = click.Context(main, **main.context_settings)
    found = main.get_command(around, name)

    assert found is not None
    found.parse_args(click.Context(found, around, name), arguments)  # its help has the names of the program


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("curl ")])
def test_every_curl_command_asks_for_a_path_of_the_sample(command: str) -> None:
    path = re.sub(r"/ID$", "/{task_id}", command.partition(":8000")[2])

    assert f"  {path}:\n" in CONTRACT


def test_the_table_of_overrides_has_the_numbers_of_the_corpus() -> None:
    rows = table(
        PAGE,
        "written by",
        "overrides",
        "guard refuses",
        "`prove` names",
        "mypy refuses",
        "reach another owner without the guard",
        "with it",
    )

    assert {author: tuple(map(int, numbers)) for author, *numbers in rows} == {
        author: numbers_of([o for o in [*OVERRIDES, *PROCESS_WIDE] if o.kind is kind])
        for author, kind in AUTHORS.items()
    }


def numbers_of(overrides: list[Override]) -> tuple[int, ...]:
    reaching = [override for override in overrides if override.reaches]
    return (
        len(overrides),
        sum(override.lock for override in overrides),
        sum(override.prove and override.starts for override in overrides),
        sum(override.types for override in overrides),
        len(reaching),
        sum(override.kind is Kind.UNCHECKED for override in reaching),
    )


def test_every_test_file_that_is_named_exists() -> None:
    named = re.findall(r"\btests/[\w/.]+\.(?:py|md)", PAGE)

    assert len(named) > 30
    assert [path for path in named if not (ROOT / Path(path)).is_file()] == []

"""The help of each command."""

from collections.abc import Iterator

import click
import pytest

from freehold.cli import main
from tests.generator.contracts import Run


def commands(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands(inner, *path, name)


@pytest.mark.parametrize("path", list(commands(main)), ids=" ".join)
def test_the_help_of_every_command_has_an_example(freehold: Run, path: tuple[str, ...]) -> None:
    for flag in ("--help", "-h"):
        result = freehold(*path, flag)
        assert result.exit_code == 0
        example = result.output.partition("Example")[2]
        assert " ".join(("freehold", *path)) in " ".join(example.split())


@pytest.mark.parametrize("path", list(commands(main)), ids=" ".join)
def test_an_example_stands_on_lines_of_its_own(freehold: Run, path: tuple[str, ...]) -> None:
    output = freehold(*path, "--help").output

    assert "\\b" not in output
    (first, *_) = output.partition("Example")[2].splitlines()[1:]
    assert "freehold" in first

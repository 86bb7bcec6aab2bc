"""The help of each command."""

from collections.abc import Iterator

import click
import pytest

from freehold.cli.main import main
from tests.support.contracts import Run


def commands(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from commands(inner, *path, name)


def test_the_commands_are_found() -> None:
    assert {("generate",), ("migrate", "new")} < set(commands(main))


@pytest.mark.parametrize("path", list(commands(main)), ids=" ".join)
def test_the_help_of_every_command_has_an_example(freehold: Run, path: tuple[str, ...]) -> None:
    for flag in ("--help", "-h"):
        result = freehold(*path, flag)
        assert result.exit_code == 0
        example = result.output.partition("Example")[2]
        assert " ".join(("freehold", *path)) in " ".join(example.split())


@pytest.mark.parametrize("path", list(commands(main)), ids=" ".join)
def test_an_example_has_its_own_lines(freehold: Run, path: tuple[str, ...]) -> None:
    output = freehold(*path, "--help").output

    assert "\\b" not in output
    (first, *_) = output.partition("Example")[2].splitlines()[1:]
    assert "freehold" in first


@pytest.mark.parametrize("group", [(), ("migrate",)], ids=["freehold", "migrate"])
def test_summaries_in_a_list_of_commands_are_not_truncated(freehold: Run, group: tuple[str, ...]) -> None:
    listed = freehold(*group, "--help").output.partition("Commands:")[2].splitlines()

    assert len(listed) > 2
    assert [line for line in listed if line.endswith("...")] == []

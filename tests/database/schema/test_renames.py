"""Former names: of the contract, of the command line, and as a guess."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from freehold.database import embedded_postgres
from freehold.database.schema.renames import Rename, declared_renames, parse_rename
from freehold.ground.problems import UsageError
from tests.database.schema.migrating import CONTRACT, Database, resource, rolled_back, tables_of
from tests.support.contracts import Load

TODO = resource("Todo", "note: {type: string}", "due: {type: string, format: date}")
TASK = resource("Task", "note: {type: string}", "due: {type: string, format: date}")


def test_a_contract_declares_former_names(load: Load) -> None:
    task = resource("Task", "dueOn: {type: string, x-renamed-from: dueDate}")
    document = load(
        CONTRACT.format(schemas=task.replace("x-resource", "x-renamed-from: TodoItem\n      x-resource"))
    )

    assert list(declared_renames(document)) == [
        Rename("TodoItem", "tasks"),
        Rename("todo_items", "tasks"),
        Rename("due_date", "due_on", "tasks"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("todos=tasks", Rename("todos", "tasks")),
        ("tasks.note=remark", Rename("note", "remark", "tasks")),
        ("tasks.note=tasks.remark", Rename("note", "remark", "tasks")),
    ],
)
def test_the_command_line_names_renames(text: str, expected: Rename) -> None:
    assert parse_rename(text) == expected


@pytest.mark.parametrize("text", ["", "tasks", "=tasks", "tasks=", "tasks.=note", ".note=remark"])
def test_what_is_no_rename_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="Examples"):
        parse_rename(text)


def guesses(database: Database, todo: sa.MetaData, task: sa.MetaData) -> None:
    database.migrate(todo)
    proposal = database.propose(task, created=["todos"])
    assert proposal.warnings == [
        "todos: this looks like a rename to tasks. To keep the rows, add `x-renamed-from: todos` to the"
        " schema of tasks before you write the revision, or use --rename todos=tasks."
    ]
    database.execute(proposal.up())
    (told,) = database.propose(task, created=["todos"]).warnings
    assert told.startswith("todos: no resource has this table any more. Its rows are kept")


def ignores(database: Database, todo: sa.MetaData, task: sa.MetaData) -> None:
    """Former names that do not apply: they are gone, still in use, or have never been."""
    database.migrate(task)
    renames = ["todos=tasks", "tasks.note=due", "tasks.nothing=note", "plans.a=b", "tasks=todos"]
    assert database.propose(task, renames).changes == []
    assert database.propose(todo, ["tasks=todos", "tasks=todos"]).warnings == [
        "todos: a running service uses the name tasks until it stops."
    ]


@pytest.mark.parametrize("play", [guesses, ignores])
def test_former_names_of_a_database(
    play: Callable[[Database, sa.MetaData, sa.MetaData], None],
    server: embedded_postgres.Server,
    tmp_path: Path,
) -> None:
    todo, task = tables_of(tmp_path, TODO), tables_of(tmp_path, TASK)

    rolled_back(server.url("postgres"), lambda connection: play(Database(connection), todo, task))

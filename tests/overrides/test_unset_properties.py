"""A required readOnly property must be set by someone: the database, a default or an override."""

import asyncio

import pytest
from typing_extensions import override

from generated.runtime.operations.unwritten import NotWritten, needs_override
from tests.overrides.test_compatibility import GOOD, FindProblems, problems
from tests.support import contracts as c
from tests.support.contracts import Change, Load, before, build_api_model, changed

__all__ = ["problems"]  # the fixture

REQUIRED = "required: [id, title, description, completed, created_at, updated_at]"
NUMBER = "        ticketNumber: {%s}\n"


def with_number(schema: str) -> tuple[Change, ...]:
    """The sample whose tasks have a required property, ticketNumber."""
    required = REQUIRED.replace("updated_at]", "updated_at, ticketNumber]")
    return (REQUIRED, required), before(c.COMPLETED, NUMBER % schema)


def test_a_required_read_only_property_that_nothing_sets_is_reported(problems: FindProblems) -> None:
    changes = with_number("type: integer, readOnly: true")
    text = changed(*changes)

    (problem,) = problems(*changes, tasks=GOOD)

    assert problem.code == "FH813"
    assert problem.line == text[: text.index("ticketNumber: {")].count("\n") + 1
    assert problem.message == "ticketNumber of Task is required and readOnly, and nothing sets it"
    assert "Set ticket_number in class TaskRepository in overrides/tasks.py" in problem.fix
    assert "    async def create_task(self, task: TaskCreate) -> Task: ..." in problem.fix


@pytest.mark.parametrize(
    "schema",
    [
        "type: string, format: date-time, readOnly: true",
        "anyOf: [{type: string}, {type: integer}], readOnly: true",
        '$ref: "#/components/schemas/TaskCreate", readOnly: true',
    ],
)
def test_the_type_of_the_property_does_not_matter(problems: FindProblems, schema: str) -> None:
    assert [problem.code for problem in problems(*with_number(schema), tasks=GOOD)] == ["FH813"]


@pytest.mark.parametrize(
    "schema",
    [
        "type: integer, default: 1, readOnly: true",
        'type: [integer, "null"], readOnly: true',
        "anyOf: [{type: integer}, {type: 'null'}], readOnly: true",
        "type: integer, readOnly: true, x-generated: version",
        "type: string, format: date-time, readOnly: true, x-generated: created",
    ],
)
def test_a_property_that_has_a_value_is_fine(problems: FindProblems, schema: str) -> None:
    assert problems(*with_number(schema), tasks=GOOD) == []


def test_a_property_that_is_not_required_may_be_missing(problems: FindProblems) -> None:
    number = before(c.COMPLETED, NUMBER % "type: integer, readOnly: true")

    assert problems(number, tasks=GOOD) == []


@pytest.mark.parametrize(
    "line",
    [
        "\nclass TaskRow(table.TaskRow):\n    ticket_number: Mapped[int] = mapped_column(BigInteger)\n",
        "    async def create_task(self, task):\n        await self._run(self._x(), ticket_number=1)\n",
        "    @statement\n    def _x(cls):\n        return cls._insert(TaskRow.ticket_number)\n",
        "    @statement\n    def _x(cls):\n        return cls._update_one({'ticket_number': 1})\n",
    ],
)
def test_an_override_that_mentions_the_column_sets_it(problems: FindProblems, line: str) -> None:
    assert problems(*with_number("type: integer, readOnly: true"), tasks=GOOD + line) == []


class Creates:
    """A repository whose create needs a property that nothing sets."""

    @needs_override
    async def create_task(self, title: str) -> str:
        return title


class Completed(Creates):
    """Its override, which sets it."""

    @override
    async def create_task(self, title: str) -> str:
        return f"{await super().create_task(title)} 7"


def test_a_create_that_needs_an_override_is_not_written_without_one() -> None:
    with pytest.raises(NotWritten):
        asyncio.run(Creates().create_task("Paint"))


def test_a_create_that_an_override_extends_can_be_called_by_it() -> None:
    assert asyncio.run(Completed().create_task("Paint")) == "Paint 7"


@pytest.mark.parametrize(
    ("schema", "needed"),
    [("type: integer, readOnly: true", [True]), ("type: integer, readOnly: true, default: 1", [False])],
)
def test_only_a_create_needs_an_override_and_only_then(load: Load, schema: str, needed: list[bool]) -> None:
    api = build_api_model(load(changed(*with_number(schema))))

    found = [(operation.needs_override, operation.http_method) for operation in api.resources[0].operations]
    assert [needs for needs, method in found if method == "post"][:1] == needed
    assert not any(needs for needs, method in found if method != "post")

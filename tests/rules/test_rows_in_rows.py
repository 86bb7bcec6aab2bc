"""Rows in rows in rows are refused where one answer could show more than 10,000 of them."""

import pytest

from freehold.rules import registry
from tests.rules.mistakes_workspace import WORKSPACE, op, schema
from tests.support.contracts import Load, changed

PAGE = "{name: per_page, in: query, schema: {type: integer, minimum: 1, maximum: 100, default: 20}}"


def shown(name: str, resource: str, limit: str) -> tuple[str, str]:
    """The change that shows the first rows of another resource in a property."""
    prop = f'{{type: array, readOnly: true,{limit} items: {{$ref: "#/components/schemas/{resource}"}}}}'
    return "        created_at", f"        {name}: {prop}\n        created_at"


@pytest.mark.parametrize(
    ("page", "tasks", "comments", "refused"),
    [
        (100, " maxItems: 10,", " maxItems: 10,", []),
        (
            100,
            " maxItems: 10,",
            " maxItems: 11,",
            ["listProjects could show 11,000 rows by comments of Task"],
        ),
        (100, "", " maxItems: 1,", []),
        (100, "", "", ["listProjects could show 1,000,000 rows by comments of Task"]),
        (101, "", " maxItems: 1,", ["listProjects could show 10,100 rows by tasks of Project"]),
        (1, "", "", ["listTasks could show 20,000 rows by comments of Task"]),
        (1, "", " maxItems: 50,", []),
    ],
)
def test_the_largest_page_times_the_items_of_each_array_is_limited(
    load: Load, page: int, tasks: str, comments: str, refused: list[str]
) -> None:
    no_condition = "      parameters: [{name: If-None-Match, in: header, schema: {type: string}}]\n"
    text = changed(
        op("get", "listProjects", (PAGE, PAGE.replace("maximum: 100, default: 20", f"maximum: {page}"))),
        op("get", "getTask", (no_condition, "")),
        schema("Project", shown("tasks", "Task", tasks)),
        schema("Task", shown("comments", "Comment", comments)),
        text=WORKSPACE,
    )

    assert [problem.message for problem in registry.problems_of("FH411", load(text))] == refused

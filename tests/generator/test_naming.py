"""A name in the contract is the same name, in snake_case, everywhere else."""

import keyword

import pytest

from freehold.naming import LONGEST, allowed, class_name, identifier, plural, reserved, snake
from freehold.safe import Code
from generated.runtime.repository import OwnedRepository


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("completeTask", "complete_task"), ("complete-task", "complete_task"), ("a_task", "a_task"),
        ("Task", "task"), ("TaskPage", "task_page"), ("HTTPServer", "http_server"), ("getHTTP", "get_http"),
        ("getHTTPServer", "get_http_server"), ("v2Tasks", "v2_tasks"), ("tasksV2", "tasks_v2"), ("x", "x"),
        ("list-Tasks", "list_tasks"), ("aB", "a_b"), ("A", "a"), ("ABC", "abc"), ("getÉtat", "getétat"),
    ],
)  # fmt: skip
def test_a_name_becomes_snake_case(name: str, expected: str) -> None:
    assert snake(name) == expected
    assert snake(expected) == expected


ORDINARY = ["a", "Task", "list-tasks", "created_at", "x1", "match", "id", "z" * LONGEST]


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_name_is_allowed(name: str) -> None:
    assert allowed(name)
    assert identifier(name) == snake(name)
    assert isinstance(identifier(name), Code)


UNSAFE = [
    "", " ", "a b", "a.b", "1a", "_a", "-a", "a\n", "a\x00", "a'", 'a"', "a;b", "a(b)", "a:int", "é", "{a}",
    "a/b", "x" * (LONGEST + 1), "a\u2028",
    "\N{FULLWIDTH LATIN SMALL LETTER S}elf", "\N{LATIN SMALL LIGATURE FI}",
]  # fmt: skip


@pytest.mark.parametrize("name", UNSAFE)
def test_a_name_that_could_be_more_than_a_name_is_not_allowed(name: str) -> None:
    assert not allowed(name)
    for become in (identifier, class_name):
        with pytest.raises(ValueError, match="not a name"):
            become(name)


KEYWORDS = [word for word in keyword.kwlist if word.islower()]


@pytest.mark.parametrize("name", [*KEYWORDS, "Class", "FOR", "While"])
def test_a_keyword_of_python_is_not_allowed(name: str) -> None:
    assert reserved(snake(name))
    assert not allowed(name)


NEEDED = (
    "self cls row schema shown visible transaction metadata registry router mro ownerColumn model_dump list"
)


@pytest.mark.parametrize("name", NEEDED.split())
def test_a_name_that_the_generated_code_needs_is_not_allowed(name: str) -> None:
    assert not allowed(name)


@pytest.mark.parametrize("name", sorted(name for name in vars(OwnedRepository) if name[0] != "_"))
def test_no_operation_takes_the_name_of_a_method_of_the_repository(name: str) -> None:
    assert not allowed(name)


@pytest.mark.xfail(strict=True, reason="only small letters are looked up")
@pytest.mark.parametrize("name", ["None", "True", "False"])
def test_a_schema_cannot_be_called_as_a_constant_of_python(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        class_name(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Task", "Task"), ("taskCreate", "TaskCreate"), ("HTTPTask", "HTTPTask"), ("A1", "A1"), ("t", "T")],
)
def test_the_name_of_a_schema_becomes_a_class(name: str, expected: str) -> None:
    assert class_name(name) == expected


def test_the_name_of_a_schema_has_no_dash() -> None:
    with pytest.raises(ValueError, match="not a name of a class: 'Task-Page'"):
        class_name("Task-Page")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("task", "tasks"), ("category", "categories"), ("day", "days"), ("key", "keys"), ("box", "boxes"),
        ("bus", "buses"), ("buzz", "buzzes"), ("branch", "branches"), ("dish", "dishes"), ("loan", "loans"),
        ("line_item", "line_items"), ("y", "ies"), ("s", "ses"),
    ],
)  # fmt: skip
def test_a_table_is_called_by_the_regular_plural(word: str, expected: str) -> None:
    assert plural(word) == expected

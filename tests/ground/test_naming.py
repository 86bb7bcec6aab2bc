"""A name in the contract is the same name, in snake_case, everywhere else."""

import keyword
import re

import pytest
from pydantic import BaseModel

from freehold.ground.literals import Code
from freehold.ground.naming import (
    MAX_NAME_LENGTH,
    class_name,
    column_name,
    identifier,
    is_reserved,
    is_valid_class_name,
    is_valid_name,
    module_name,
    operation_name,
    pluralize,
    snake_case,
)
from generated.runtime.rows.owned_repository import OwnedRepository
from generated.runtime.rows.shared_repository import SharedRepository


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("completeTask", "complete_task"), ("complete-task", "complete_task"), ("a_task", "a_task"),
        ("Task", "task"), ("TaskPage", "task_page"), ("HTTPServer", "http_server"), ("getHTTP", "get_http"),
        ("getHTTPServer", "get_http_server"), ("v2Tasks", "v2_tasks"), ("tasksV2", "tasks_v2"), ("x", "x"),
        ("list-Tasks", "list_tasks"), ("aB", "a_b"), ("A", "a"), ("ABC", "abc"), ("getÉtat", "getétat"),
    ],
)  # fmt: skip
def test_snake_case(name: str, expected: str) -> None:
    assert snake_case(name) == expected
    assert snake_case(expected) == expected


ORDINARY = ["a", "Task", "list-tasks", "created_at", "x1", "match", "id", "z" * MAX_NAME_LENGTH]


@pytest.mark.parametrize("name", ORDINARY)
def test_valid_names_are_accepted(name: str) -> None:
    assert is_valid_name(name)
    assert identifier(name) == snake_case(name)
    assert isinstance(identifier(name), Code)


UNSAFE = [
    "", " ", "a b", "a.b", "1a", "_a", "-a", "a\n", "a\x00", "a'", 'a"', "a;b", "a(b)", "a:int", "é", "{a}",
    "a/b", "x" * (MAX_NAME_LENGTH + 1), "a\u2028",
    "\N{FULLWIDTH LATIN SMALL LETTER S}elf", "\N{LATIN SMALL LIGATURE FI}",
]  # fmt: skip


@pytest.mark.parametrize("name", UNSAFE)
def test_unsafe_names_are_rejected(name: str) -> None:
    assert not is_valid_name(name)
    assert re.fullmatch("[a-z][a-z0-9_]*", identifier(name))
    assert re.fullmatch("[A-Z][A-Za-z0-9]*", class_name(name))


KEYWORDS = [word for word in keyword.kwlist if word.islower()]


@pytest.mark.parametrize("name", [*KEYWORDS, "Class", "FOR", "While"])
def test_python_keywords_are_rejected(name: str) -> None:
    assert is_reserved(snake_case(name))
    assert not is_valid_name(name)


NEEDED = "self cls metadata registry router mro ownerColumn versionColumn references model_dump list"


@pytest.mark.parametrize("name", NEEDED.split())
def test_names_of_the_generated_code_are_reserved(name: str) -> None:
    assert not is_valid_name(name)


FIELDS = sorted(name for name in dir(BaseModel) if name[0] != "_")


@pytest.mark.parametrize("name", FIELDS)
def test_names_of_pydantic_models_are_reserved_for_fields(name: str) -> None:
    assert column_name(name) not in dir(BaseModel)


@pytest.mark.parametrize("name", ["validateTask", "copy_of", "date", "isDone"])
def test_valid_field_names_are_accepted(name: str) -> None:
    assert column_name(name) == snake_case(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("class", "class_"), ("metadata", "metadata_"), ("registry", "registry_"), ("_links", "links_"),
        ("@id", "id_"), ("$ref", "ref_"), ("a.b", "a_b"), ("a-b", "a_b"), ("1st", "field_1st"),
        ("_", "value_"),
        ("xmin", "xmin_"), ("lateral", "lateral_"), ("copy", "copy_"), ("model_x", "model_x"),
        ("model_dump_all", "field_model_dump_all"), ("__init__", "init_"), ("ISO.Code", "iso_code"),
    ],
)  # fmt: skip
def test_other_names_of_properties_become_columns(name: str, expected: str) -> None:
    assert column_name(name) == expected
    assert column_name(expected) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Item-Input", "ItemInput"), ("A.B", "AB"), ("Body_login-access_token", "BodyLoginAccessToken"),
        ("Date", "DateSchema"), ("UUID", "UUIDSchema"), ("TaskRow", "TaskRowSchema"), ("task", "Task"),
        ("2fa", "Schema2fa"), ("none", "NoneSchema"), ("-", "Schema"),
    ],
)  # fmt: skip
def test_other_names_of_schemas_become_classes(name: str, expected: str) -> None:
    assert class_name(name) == expected
    assert is_valid_class_name(expected)


@pytest.mark.parametrize("name", ["Document", "Setting", "Problem", "Operation", "Schema", "Route"])
def test_modules_of_resources_have_names_of_their_own(name: str) -> None:
    assert module_name(name) == f"{pluralize(snake_case(name))}_"


METHODS = {
    name.removeprefix("_")
    for repository in (OwnedRepository, SharedRepository)
    for cls in repository.__mro__
    if cls.__module__.startswith("generated.")
    for name in (*vars(cls), *cls.__annotations__)
    if not name.startswith(("__", "_abc_"))
}


@pytest.mark.parametrize("name", sorted(METHODS))
def test_repository_members_are_reserved_for_operations(name: str) -> None:
    assert operation_name(name) == f"{name}_"


@pytest.mark.parametrize("name", ["count", "owner", "row", "shown", "database"])
def test_repository_members_are_not_reserved_for_properties(name: str) -> None:
    assert column_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["None", "True", "False", "UUID", "Field", "BaseModel", "OwnedRepository", "TaskRow", "Row", "Base64"],
)
def test_classes_of_the_generated_code_are_reserved_for_schemas(name: str) -> None:
    assert not is_valid_class_name(name)
    assert class_name(name) == f"{name}Schema"


@pytest.mark.parametrize(
    "name", ["Task", "TaskCreate", "HTTPTask", "A1", "T", "Class", "Rowing", "Z" * MAX_NAME_LENGTH]
)
def test_schema_names_become_class_names(name: str) -> None:
    assert is_valid_class_name(name)
    assert class_name(name) == name
    assert isinstance(class_name(name), Code)


@pytest.mark.parametrize(
    "name", ["Task-Page", "Task_Page", "taskPage", "t", "Tâche", "Z" * (MAX_NAME_LENGTH + 1)]
)
def test_schema_names_start_with_a_capital_letter(name: str) -> None:
    assert not is_valid_class_name(name)
    assert class_name(name)[0].isupper()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("task", "tasks"), ("category", "categories"), ("day", "days"), ("key", "keys"), ("box", "boxes"),
        ("bus", "buses"), ("buzz", "buzzes"), ("branch", "branches"), ("dish", "dishes"), ("loan", "loans"),
        ("line_item", "line_items"), ("y", "ies"), ("s", "ses"),
    ],
)  # fmt: skip
def test_pluralize(word: str, expected: str) -> None:
    assert pluralize(word) == expected

"""Names of the contract that Python cannot have: requests keep them, and code has others."""

import keyword

import pytest

from freehold.ground.naming import is_valid_operation_name, operation_name, parameter_name


@pytest.mark.parametrize(
    ("name", "python"),
    [
        ("createdAfter", "created_after"),
        ("class", "class_"),
        ("from", "from_"),
        ("status[]", "status"),
        ("created[gte]", "created_gte"),
        ("_x", "x"),
        ("1st", "field_1st"),
        ("@id", "id"),
        ("a.b", "a_b"),
        ("X-Tenant", "x_tenant"),
        ("response", "response_"),
        ("$", "value"),
        ("größe", "gr_e"),
    ],
)
def test_a_parameter_has_a_name_in_python(name: str, python: str) -> None:
    assert parameter_name(name) == python
    assert python.isidentifier()
    assert not keyword.iskeyword(python)


@pytest.mark.parametrize(
    ("operation_id", "python"),
    [
        ("listTasks", "list_tasks"),
        ("Tasks.list", "tasks_list"),
        ("tasks/list", "tasks_list"),
        ("row", "row_"),
    ],
)
def test_an_operation_has_a_name_in_python(operation_id: str, python: str) -> None:
    assert operation_name(operation_id) == python


@pytest.mark.parametrize("operation_id", ["", "1task", "list tasks", "list\ntasks", "größe", "_x", "x" * 64])
def test_an_operation_id_is_printable_and_begins_with_a_letter(operation_id: str) -> None:
    assert not is_valid_operation_name(operation_id)

"""Models of rows are those that pydantic would make, though nothing is validated."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from generated.runtime.http.response_models import build_response, build_rows, version_of
from generated.schemas import Task

NOW = dt.datetime(2026, 1, 2, 3, 4, 5, 678, dt.UTC)
COLUMNS = tuple(Task.model_fields)
RECORD: dict[str, Any] = {
    "id": uuid4(), "title": "Wäter \"it\" \\ \u2028", "description": None, "completed": True,
    "created_at": NOW, "updated_at": NOW, "_version": 7, "_total": 1,
}  # fmt: skip


@pytest.mark.parametrize("omitted", [(), ("description",), ("description", "title")])
def test_a_row_is_the_model_that_pydantic_constructs(omitted: tuple[str, ...]) -> None:
    values = {name: RECORD[name] for name in COLUMNS if not (name in omitted and RECORD[name] is None)}
    (row,) = build_rows(Task, [RECORD], COLUMNS, omit_when_null=omitted, version="_version")
    expected = build_response(Task, values, version=7)

    assert row == expected
    assert vars(row) == values
    assert row.model_fields_set == set(values)
    assert row.__pydantic_extra__ is None
    assert version_of(row) == version_of(expected) == 7
    assert row.model_dump_json() == expected.model_dump_json()
    if not omitted:
        assert row.model_dump_json() == Task.model_validate(values).model_dump_json()


def test_rows_share_nothing() -> None:
    first, second = build_rows(Task, [RECORD, RECORD], COLUMNS)
    first.title = "Mine"
    first.model_fields_set.clear()

    assert second.title == RECORD["title"]
    assert second.model_fields_set == set(COLUMNS)
    with pytest.raises(TypeError, match="no version"):
        version_of(second)

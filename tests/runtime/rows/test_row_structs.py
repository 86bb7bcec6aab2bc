"""Rows as structs: the JSON of an answer is the same, byte for byte, as that of its models."""

import datetime as dt
import functools
import inspect
import random
from types import SimpleNamespace
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import MISSING, BaseModel, Field, TypeAdapter, computed_field
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Double,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Text,
    Time,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from typing_extensions import override

from generated.runtime.http.field_types import Base64, DecimalText
from generated.runtime.http.field_types import DateTime as Moment
from generated.runtime.http.field_types import Uuid as Id
from generated.runtime.http.response_models import build_response, build_rows
from generated.runtime.http.routing.answers import find_row_source
from generated.runtime.rows.row_structs import row_encoder, row_structs
from generated.schemas import Task, TaskPage
from generated.tasks import repository as generated_tasks
from generated.tasks import routes
from overrides.tasks import TaskRepository

CHARACTERS = [*map(chr, range(1, 0x180)), *'"\\/', "\u2028", "\u2029", "\ufeff", "\uffff", "😀", "e\u0301"]
"""What texts are made of, control characters and line separators included; PostgreSQL has no U+0000."""
UTC = dt.UTC


class Row(BaseModel):
    """A row with one field of each kind."""

    id: Id
    key: Annotated[str, Field(alias="@key", max_length=20)]
    text: str | None
    note: Annotated[str | MISSING, Field(min_length=1)] = MISSING
    kind: Literal["a", "b"]
    count: Annotated[int, Field(serialization_alias="countOfAll")]
    is_open: bool | None
    due_on: dt.date | MISSING | None = MISSING
    made_at: Moment
    tags: list[str]
    readers: list[UUID]


class Meta(BaseModel):
    """What is beside the rows, one level down."""

    total: int
    next_url: Annotated[str | MISSING, Field(alias="next")] = MISSING


class Page(BaseModel):
    """A page of rows."""

    rows: Annotated[list[Row], Field(alias="data")]
    meta: Meta
    cursor: Annotated[str | None, Field(alias="nextCursor")]
    more: bool | MISSING = MISSING


TYPES = {
    "id": Uuid(),
    "key": String(20),
    "text": Text(),
    "note": String(),
    "kind": String(),
    "count": BigInteger(),
    "is_open": Boolean(),
    "due_on": Date(),
    "made_at": DateTime(timezone=True),
    "tags": ARRAY(String()),
    "readers": ARRAY(Uuid()),
}


def repository(schema: type[BaseModel] = Row, types: dict[str, Any] = TYPES, **others: Any) -> Any:
    """What a repository class says of its rows."""

    async def list_rows() -> Any:
        """Belongs to the generated package, as far as its module says."""

    list_rows.__module__ = "generated.rows.repository"
    row = SimpleNamespace(
        version_column=None, **{name: SimpleNamespace(type=kind) for name, kind in types.items()}
    )
    omitted = {"omit_when_null": ("note", "due_on")} if schema is Row else {"omit_when_null": ()}
    settings = {"embedded": (), "hidden_parts": {}, "list_rows": staticmethod(list_rows), **omitted}
    return type(
        "Rows", (), {"schema": schema, "row": row, "response_columns": (*types,), **settings, **others}
    )


def record(chance: random.Random) -> dict[str, Any]:
    def text() -> str:
        return "".join(chance.choices(CHARACTERS, k=chance.randrange(12)))

    moment = dt.datetime(1, 1, 2, tzinfo=UTC) + dt.timedelta(days=chance.randrange(3_652_000))
    return {
        "id": UUID(int=chance.getrandbits(128)),
        "key": text(),
        "text": chance.choice([None, text()]),
        "note": chance.choice([None, text()]),
        "kind": chance.choice("ab"),
        "count": chance.choice([0, -(2**63), 2**63 - 1, chance.randrange(1000)]),
        "is_open": chance.choice([None, True, False]),
        "due_on": chance.choice([None, moment.date()]),
        "made_at": moment.replace(microsecond=chance.choice([0, 1, 120_000, 999_999])),
        "tags": [text() for _ in range(chance.randrange(3))],
        "readers": [UUID(int=chance.getrandbits(128)) for _ in range(chance.randrange(3))],
        "total": 7,
    }


def some_records(chance: random.Random) -> list[dict[str, Any]]:
    """Up to seven records: few are read by the names of their columns, and many by their places."""
    return [record(chance) for _ in range(chance.randrange(8))]


def structs(records: list[dict[str, Any]]) -> list[Any]:
    found = row_structs(repository())
    assert found is not None
    return found.of([Record(one) for one in records])


class Record(dict[str, Any]):
    """Values by their names, their places and slices of them, as those of asyncpg's records are."""

    @override
    def __getitem__(self, key: str | int | slice) -> Any:
        return super().__getitem__(key) if isinstance(key, str) else tuple(self.values())[key]


def models(records: list[dict[str, Any]]) -> list[Row]:
    return build_rows(Row, records, tuple(TYPES), omit_when_null=("note", "due_on"))


def written(kind: Any, value: object) -> bytes:
    return TypeAdapter(kind).dump_json(value, by_alias=True, warnings=False)


def encoder(result: Any, source: Any = None) -> Any:
    return row_encoder(source or repository(), "list_rows", result)


def test_structs_are_written_as_their_models_are() -> None:
    chance = random.Random(5)
    for _ in range(300):
        order = chance.choice([[*TYPES, "total"], chance.sample([*TYPES, "total"], len(TYPES) + 1)])
        records = [{name: one[name] for name in order} for one in some_records(chance)]

        assert encoder(list[Row])(structs(records)) == written(list[Row], models(records))
        for struct, model in zip(structs(records), models(records), strict=True):
            assert encoder(Row)(struct) == written(Row, model)


@pytest.mark.parametrize("more", [MISSING, True])
@pytest.mark.parametrize("meta", [{"total": 3}, {"total": 3, "next_url": "/rows?page=2"}])
def test_pages_of_structs_are_written_as_those_of_models_are(more: object, meta: dict[str, object]) -> None:
    chance = random.Random(6)
    records = [record(chance) for _ in range(20)]
    beside = {"meta": build_response(Meta, meta), "cursor": None} | (
        {} if more is MISSING else {"more": more}
    )

    page = build_response(Page, {"rows": structs(records), **beside})

    assert encoder(Page)(page) == written(Page, build_response(Page, {"rows": models(records), **beside}))


class Computed(Row):
    """A row with a value that only its model knows."""

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorated properties
    @property
    def length(self) -> int:
        return len(self.key)


class TwoLists(BaseModel):
    """Two lists of rows."""

    rows: list[Row]
    others: list[Row]


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        (float, Double()),
        (DecimalText, Numeric()),
        (Base64, LargeBinary()),
        (dict[str, Any], JSONB()),
        (Any, String()),
        (dt.time, Time()),
        (int, Numeric()),
        (dt.datetime, DateTime()),
    ],
)
def test_values_with_several_forms_in_json_need_models(kind: Any, column: Any) -> None:
    schema: Any = type("Other", (BaseModel,), {"__annotations__": {"id": Id, "value": kind}})

    assert row_structs(repository(schema, {"id": Uuid(), "value": column})) is None
    assert row_structs(repository(schema, {"id": Uuid(), "value": Integer()})) is not None or kind is not int


def test_what_looks_at_a_row_gets_models() -> None:
    assert row_structs(repository(embedded=("children",))) is None
    assert row_structs(repository(hidden_parts={"tags": (("*",),)})) is None
    assert row_structs(repository(Computed)) is None
    assert encoder(TwoLists) is encoder(Meta) is encoder(list[Meta]) is encoder(dict[str, Row]) is None
    overridden = repository()
    overridden.list_rows.__module__ = "overrides.rows"
    assert encoder(list[Row], overridden) is None
    versioned = repository()
    versioned.row.version_column = "version"
    assert encoder(Row, versioned) is None
    assert encoder(list[Row], versioned) is not None


def test_a_decorator_of_an_override_gets_models() -> None:
    def audited(method: Any) -> Any:
        @functools.wraps(method)
        async def audit(*arguments: Any, **options: Any) -> Any:
            return (await method(*arguments, **options)).model_copy()

        return audit

    class Audited(generated_tasks.TaskRepository):
        get_task = audited(generated_tasks.TaskRepository.get_task)

    assert Audited.get_task.__module__ == generated_tasks.__name__
    assert Audited.row_encoder("get_task", Task) is None
    assert Audited.row_encoder("create_task", Task) is not None
    endpoint = audited(routes.get_task)
    assert find_row_source(endpoint, inspect.signature(endpoint, eval_str=True)) == (None, None)


def test_only_generated_operations_that_are_not_overridden_skip_models() -> None:
    source = {
        name: find_row_source(endpoint, inspect.signature(endpoint, eval_str=True))[0]
        for name, endpoint in inspect.getmembers(routes, inspect.iscoroutinefunction)
        if endpoint.__module__ == routes.__name__
    }

    assert (
        TaskRepository.delete_task.__module__ == TaskRepository.complete_task.__module__ == "overrides.tasks"
    )
    assert source == {
        **dict.fromkeys(("list_tasks", "create_task", "get_task", "replace_task", "update_task"), "tasks"),
        **dict.fromkeys(("delete_task", "complete_task")),
    }
    assert generated_tasks.TaskRepository.row_encoder("list_tasks", TaskPage) is not None
    assert generated_tasks.TaskRepository.row_encoder("list_tasks", Task) is not None

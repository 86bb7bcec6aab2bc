"""No statement runs without the owner condition."""

import inspect
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Delete,
    Insert,
    Integer,
    MetaData,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    true,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import aliased
from typing_extensions import override

from generated.runtime.database.statements import Statement, statement
from generated.runtime.rows.shared_repository import SharedRepository
from generated.runtime.rows.sql.statement_guard import MissingOwnerCondition
from generated.runtime.rows.values import bind_parameters
from generated.schemas import Task
from overrides.tasks import TaskRepository, TaskRow

OTHERS = Table("others", MetaData(), Column("id", Integer, primary_key=True))


class Careless(TaskRepository):
    """Statements in an override that must be rejected."""

    @statement
    def _everything(cls) -> Select[Any]:
        return select(TaskRow.id)

    @statement
    def _visible_only(cls) -> Select[Any]:
        return select(TaskRow.id).where(cls.visible())

    @statement
    def _or_everything(cls) -> Select[Any]:
        return select(TaskRow.id).where(or_(cls._owner_condition(), true()))

    @statement
    def _somebody_else(cls) -> Select[Any]:
        return select(TaskRow.id).where(TaskRow.owner_id == "bob")

    @statement
    def _or_in_raw_sql(cls) -> Select[Any]:
        return cls._select_one().where(text("true OR true"))

    @statement
    def _or_in_a_literal_column(cls) -> Select[Any]:
        return cls._select_one().where(literal_column("true OR true"))

    @statement
    def _another_table(cls) -> Select[Any]:
        return select(OTHERS.c.id).where(cls._owner_condition())

    @statement
    def _change_everything(cls) -> Update:
        return update(TaskRow).values(title="mine")

    @statement
    def _delete_everything(cls) -> Delete:
        return delete(TaskRow)

    @statement
    def _insert_without_owner(cls) -> Insert:
        return insert(TaskRow).values(title="theirs")

    @statement
    def _insert_for_somebody(cls) -> Insert:
        return insert(TaskRow).values(owner_id="bob", title=bindparam("_owner"))

    @statement
    def _insert_what_is_there(cls) -> Insert:
        return insert(TaskRow).from_select(["owner_id", "title"], select(TaskRow.owner_id, TaskRow.title))

    @statement
    def _give_away(cls) -> Update:
        return cls._update_one({TaskRow.owner_id: "bob"})

    @statement
    def _count_everybody(cls) -> Select[Any]:
        everybody = select(func.count()).select_from(TaskRow).scalar_subquery()
        return cls._select_one().add_columns(everybody)

    @statement
    def _as_long_as_anybody_has_one(cls) -> Update:
        return cls._update_one({TaskRow.completed: True}).where(exists(select(TaskRow.id)))

    @statement
    def _by_another_name(cls) -> Select[Any]:
        other = aliased(TaskRow)
        return select(other.id).where(cls._owner_condition())

    @statement
    def _take_over(cls) -> Insert:
        new = pg_insert(TaskRow).values(owner_id=bindparam("_owner", required=True), title="mine")
        return new.on_conflict_do_update(index_elements=["owner_id", "id"], set_={"title": "theirs"})

    @statement
    def _delete_beside(cls) -> Select[Any]:
        return cls._select_one().add_cte(delete(TaskRow).returning(TaskRow.id).cte("gone"))

    @statement
    def _take_from_another(cls) -> Update:
        other = aliased(TaskRow)
        return cls._update_one({TaskRow.title: other.title}).where(other.owner_id == "bob")

    @statement
    def _read_in_a_literal_column(cls) -> Select[Any]:
        return cls._select_one().add_columns(literal_column("(SELECT count(*) FROM tasks)"))

    @statement
    def _or_behind_a_type(cls) -> Select[Any]:
        return cls._select_one().where(type_coerce(text("true OR true"), Boolean))

    @statement
    def _or_at_the_end(cls) -> Select[Any]:
        return cls._select_one().suffix_with("OR true")

    @statement
    def _or_in_an_operator(cls) -> Select[Any]:
        return cls._select_one().where(TaskRow.title.op("= 'x' OR 'a' <>", precedence=20)("b"))

    @statement
    def _read_by_a_function(cls) -> Select[Any]:
        return cls._select_one().add_columns(func.query_to_xml("SELECT * FROM tasks", true(), true(), ""))


class Everybody(SharedRepository[Task]):
    """A shared repository of a table whose rows have owners."""

    row = TaskRow
    response_columns = ("id", "title")

    @statement
    def _tasks(cls) -> Select[Any]:
        return cls._select_one()


CARELESS = [name for name, member in vars(Careless).items() if isinstance(member, statement)]


@pytest.mark.parametrize("name", CARELESS)
def test_a_statement_beyond_its_owner_is_rejected(name: str) -> None:
    with pytest.raises(MissingOwnerCondition, match=name):
        getattr(Careless, name)()


def test_a_shared_repository_rejects_a_table_with_owners() -> None:
    with pytest.raises(MissingOwnerCondition, match="whose rows have owners"):
        Everybody._tasks()


def test_every_statement_is_checked() -> None:
    everything = select(TaskRow.id)

    with pytest.raises(TypeError, match="guard"):
        Statement(everything)  # type: ignore[call-arg]  # that is what is tested
    with pytest.raises(MissingOwnerCondition, match="by_hand"):
        Statement(everything, TaskRepository._statement_guard("by_hand"))


def test_a_subclass_that_hides_rows_gets_its_own_statements() -> None:
    class Started(TaskRepository):
        @override
        @classmethod
        def visible(cls) -> Any:
            return or_(TaskRow.title == "a", TaskRow.title == "b")

    narrowed = Started._get_task().sql

    assert "tasks.owner_id = $1" in narrowed
    assert "(tasks.title = $2::VARCHAR OR tasks.title = $3::VARCHAR)" in narrowed
    assert "title" not in TaskRepository._get_task().sql.partition("WHERE")[2]


def test_a_statement_is_compiled_once_per_arguments() -> None:
    assert TaskRepository._get_task() is TaskRepository._get_task()
    assert TaskRepository._update_task("title") is TaskRepository._update_task("title")
    assert TaskRepository._update_task("title") is not TaskRepository._update_task("completed")


def test_every_generated_statement_has_the_owner_condition() -> None:
    shapes: dict[str, tuple[Any, ...]] = {
        "_list_tasks": ("title", ("completed",)),
        "_list_tasks_total": (("completed",),),
        "_update_task": ("title",),
        "_lock": (TaskRepository._update_task("title"), "title"),
    }
    found = [
        name for name, member in inspect.getmembers_static(TaskRepository) if isinstance(member, statement)
    ]

    assert len(found) >= 8
    for name in found:
        made = getattr(TaskRepository, name)(*shapes.get(name, ()))
        assert isinstance(made, Statement)
        condition = "(owner_id," if made.sql.startswith("INSERT") else "tasks.owner_id = $"
        assert condition in made.sql, made.sql


def test_a_class_that_redefines_what_is_final_is_rejected() -> None:
    final = [
        name
        for base in TaskRepository.__mro__
        for name, member in vars(base).items()
        if getattr(member, "__final__", False)
    ]

    assert {"_owner_condition", "_row_condition", "_owner_parameters", "_select_one", "below"} <= set(final)
    for name in final:
        with pytest.raises(TypeError, match=f"redefines {name}, which is final"):
            type("Widened", (TaskRepository,), {name: classmethod(lambda _: true())})


def test_a_repository_of_another_table_is_rejected() -> None:
    class Others:
        """Not a subclass of the base class of rows: SQLAlchemy keeps each of those for all tests."""

        __table__ = OTHERS

    with pytest.raises(TypeError, match="another table than tasks"):
        type("Elsewhere", (TaskRepository,), {"row": Others})


@pytest.mark.parametrize("name", ["owner_column", "id_column", "parent_column"])
def test_a_row_that_moves_a_column_is_rejected(name: str) -> None:
    class Moved:
        __table__ = TaskRow.__table__
        owner_column, id_column, parent_column = "owner_id", "id", None

    setattr(Moved, name, "title")

    with pytest.raises(TypeError, match=f"changes {name}, which the contract decides"):
        type("Moving", (TaskRepository,), {"row": Moved})


def test_the_scope_of_a_repository_cannot_be_changed() -> None:
    tasks = TaskRepository("alice", None)  # type: ignore[arg-type]  # it runs nothing

    with pytest.raises(TypeError, match="does not support item assignment"):
        tasks._scope["_owner"] = "bob"  # type: ignore[index]  # that is what is tested


def test_a_missing_value_is_named() -> None:
    with pytest.raises(KeyError, match="_owner"):
        TaskRepository._get_task().arguments({"_id": 1})


def test_the_lock_of_a_merge_has_the_conditions_of_the_update() -> None:
    class OpenTasks(TaskRepository):
        @statement
        def _update_open_task(cls) -> Update:
            return cls._update_one(bind_parameters(TaskRow.title), TaskRow.completed.is_(False))

    lock = OpenTasks._lock(OpenTasks._update_open_task(), "title")

    where = "tasks.owner_id = $1::VARCHAR AND tasks.deleted_at IS NULL AND tasks.id = $2::UUID"
    assert lock.sql.replace("\n", "") == (
        f"SELECT tasks.title FROM tasks WHERE {where} AND tasks.completed IS false FOR UPDATE"
    )

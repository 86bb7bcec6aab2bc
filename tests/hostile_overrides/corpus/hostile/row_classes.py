"""Row classes that redefine what a row is, or whose it is. Each has a resource of its own."""

from functools import partial

from tests.hostile_overrides.entry import Override, Place

_own = partial(Override, place=Place.OWN)

OVERRIDES = [
    _own(
        "owner_in_another_column",
        "a row whose owner is said to be in a column that anybody can fill",
        """
class TaskRow(table.TaskRow):
    owner_column = "id"


class TaskRepository(repository.TaskRepository):
    row = TaskRow

    @statement
    def _owner_in_another_column(cls) -> Select[Any]:
        return select(*cls._returned_columns()).where(
            TaskRow.id != bindparam("_owner", required=True), TaskRow.id == bindparam("_id", required=True))

    @statement
    def _by_id(cls) -> Select[Any]:
        return cls._select_one()

    @override
    async def owner_in_another_column(self, task_id: UUID) -> Task:
        return await self._fetch(self._by_id(), task_id)
""",
        starts=False,
        reaches=False,  # a text is no uuid
    ),
    _own(
        "owner_in_the_notes",
        "a row whose owner is in its notes: she has written something there",
        """
class TaskRow(table.TaskRow):
    owner_column = "notes"


class TaskRepository(repository.TaskRepository):
    row = TaskRow

    @statement
    def _owner_in_the_notes(cls) -> Select[Any]:
        return cls._select_one()

    @override
    async def owner_in_the_notes(self, task_id: UUID) -> Task:
        return await self._fetch(self._owner_in_the_notes(), task_id)
""",
        starts=False,
        reaches=False,  # the embedded rows have an owner there that nobody has
    ),
    _own(
        "row_of_another_table",
        "a repository of one resource that reads another one",
        """
class TaskRepository(repository.TaskRepository):
    row = CommentRow
    response_columns = ("id", "text")

    @statement
    def _row_of_another_table(cls) -> Select[Any]:
        return cls._select_one()

    @override
    async def row_of_another_table(self, task_id: UUID) -> Task:
        return await self._fetch(self._row_of_another_table(), task_id)
""",
        starts=False,
        types=True,
        reaches=False,  # the owner condition holds there as well
    ),
    _own(
        "subclass_as_a_shared_table",
        "the table in a repository for shared rows",
        """
class Everybody(SharedRepository[Task]):
    row = TaskRow
    schema = Task
    response_columns = ("id", "title", "notes", "completed", "rank", "labels", "details", "created_at", "updated_at")

    @statement
    def _all_tasks(cls) -> Select[Any]:
        return cls._select_one()


class TaskRepository(repository.TaskRepository):
    @override
    async def subclass_as_a_shared_table(self, task_id: UUID) -> Task:
        return await Everybody(self._database)._fetch(Everybody._all_tasks(), task_id)
""",
        reaches=False,  # a shared repository takes no table with owners, guard or not
        above="from generated.runtime.rows.shared_repository import SharedRepository\nfrom generated.TASKS.table import TaskRow",
    ),
    _own(
        "table_declared_again",
        "the table by a class that knows no owner, in a repository for shared rows",
        """
class Anything(DeclarativeBase):
    pass


class AnyRow(Anything):
    __tablename__ = "TASKS"
    id_column: ClassVar[str] = "id"
    updated_at_columns: ClassVar[tuple[str, ...]] = ()
    version_column: ClassVar[str | None] = None
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    title: Mapped[str] = mapped_column(String(200))


class Anybody(SharedRepository[Task]):
    row = AnyRow
    schema = Task
    response_columns = ("id", "title")

    @statement
    def _any_task(cls) -> Select[Any]:
        return cls._select_one()


class TaskRepository(repository.TaskRepository):
    @override
    async def table_declared_again(self, task_id: UUID) -> Task:
        found = await Anybody(self._database)._fetch(Anybody._any_task(), task_id)
        return (await self.create_table_declared_again(TaskCreate(title=found.title)))
""",
        types=True,
        reaches=False,  # a shared repository takes no such table, guard or not
        above="from generated.runtime.rows.shared_repository import SharedRepository\nfrom sqlalchemy.orm import DeclarativeBase\nfrom generated.schemas import TaskCreate",
    ),
]

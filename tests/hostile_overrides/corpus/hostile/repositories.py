"""Repository classes that redefine whose rows they read. Each has a resource of its own."""

from functools import partial

from tests.hostile_overrides.entry import Aim, Override, Place

_own = partial(Override, place=Place.OWN)
_BY_ID = 'TaskRow.id == bindparam("_id", required=True)'

OVERRIDES = [
    _own(
        "visible_with_or",
        "visible() widened by OR: it is combined with the owner condition by AND",
        """
    @override
    @classmethod
    def visible(cls) -> ColumnElement[bool]:
        return or_(TaskRow.title != "", true())

    @override
    async def visible_with_or(self, task_id: UUID) -> Task:
        return await self._fetch(self._select_it(), task_id)

    @statement
    def _select_it(cls) -> Select[Any]:
        return cls._select_one()
""",
        lock=False,
        prove=False,
        reaches=False,
    ),
    _own(
        "visible_with_text",
        "visible() as raw SQL",
        """
    @override
    @classmethod
    def visible(cls) -> ColumnElement[bool]:
        return literal_column("true OR true", Boolean)

    @statement
    def _visible_with_text(cls) -> Select[Any]:
        return cls._select_one()

    @override
    async def visible_with_text(self, task_id: UUID) -> Task:
        return await self._fetch(self._visible_with_text(), task_id)
""",
    ),
    _own(
        "visible_by_another_table",
        "visible() looks at the rows of another table",
        """
    @override
    @classmethod
    def visible(cls) -> ColumnElement[bool]:
        return ~exists().where(CommentRow.owner_id != TaskRow.owner_id)

    @statement
    def _visible_by_another_table(cls) -> Select[Any]:
        return cls._select_one()

    @override
    async def visible_by_another_table(self, task_id: UUID) -> Task:
        return await self._fetch(self._visible_by_another_table(), task_id)
""",
        Aim.EXISTENCE,
        reaches=False,  # others always have comments here
    ),
    _own(
        "owner_condition_redefined",
        "the owner condition, written anew",
        """
    @override
    @classmethod
    def _owner_condition(cls) -> ColumnElement[bool]:
        return TaskRow.owner_id.is_not(None)

    @statement
    def _owner_condition_redefined(cls) -> Select[Any]:
        return cls._select_one()

    @override
    async def owner_condition_redefined(self, task_id: UUID) -> Task:
        return await self._fetch(self._owner_condition_redefined(), task_id)
""",
        types=True,
        starts=False,
    ),
    _own(
        "row_condition_redefined",
        "the condition of a row, written anew",
        """
    @override
    @classmethod
    def _row_condition(cls) -> ColumnElement[bool]:
        return TaskRow.title != ""

    @statement
    def _row_condition_redefined(cls) -> Select[Any]:
        return cls._select_one()

    @override
    async def row_condition_redefined(self, task_id: UUID) -> Task:
        return await self._fetch(self._row_condition_redefined(), task_id)
""",
        types=True,
        starts=False,
    ),
    _own(
        "owner_values_redefined",
        "the owner of new rows, written anew",
        """
    @override
    @classmethod
    def _bound_values(cls) -> Any:
        return {TaskRow.owner_id: "alice"}

    @statement
    def _owner_values_redefined(cls) -> Insert:
        return cls._insert(TaskRow.title)

    @override
    async def owner_values_redefined(self, task_id: UUID) -> Task:
        return await self._fetch(self._owner_values_redefined(), title="given")
""",
        Aim.GIFT,
        types=True,
        starts=False,
    ),
    _own(
        "check_redefined",
        "the statement guard, switched off",
        f"""
    @override
    @classmethod
    def _statement_guard(cls, name: str) -> Any:
        return Nobody()

    @statement
    def _check_redefined(cls) -> Select[Any]:
        return select(*cls._returned_columns()).where({_BY_ID})

    @override
    async def check_redefined(self, task_id: UUID) -> Task:
        return await self._fetch(self._check_redefined(), task_id)
""",
        above="""
class Nobody:
    repository: Any = None

    def check_clause(self, clause: Any) -> None: ...

    def check_sql(self, sql: str, parameters: Any) -> None: ...
""",
        types=True,
        starts=False,
    ),
    _own(
        "owner_property_redefined",
        "the owner as a property, which no statement uses",
        """
    @property
    @override
    def owner(self) -> str:
        return "alice"

    @statement
    def _owner_property_redefined(cls) -> Select[Any]:
        return cls._select_one()

    @override
    async def owner_property_redefined(self, task_id: UUID) -> Task:
        return await self._fetch(self._owner_property_redefined(), task_id)
""",
        lock=False,
        reaches=False,
    ),
    _own(
        "statement_changed_afterwards",
        "the SQL of a statement, replaced after the check",
        """
    @statement
    def _checked(cls) -> Select[Any]:
        return cls._select_one()

    @override
    async def statement_changed_afterwards(self, task_id: UUID) -> Task:
        checked = self._checked()
        checked.sql = checked.sql.replace(".owner_id = $1", ".owner_id >= left($1, 0)")
        return await self._fetch(checked, task_id)
""",
        built=False,
        reaches=False,  # a statement cannot be changed
    ),
    _own(
        "statement_checked_by_nobody",
        "Statement takes its guard as an argument",
        f"""
    @override
    async def statement_checked_by_nobody(self, task_id: UUID) -> Task:
        everybody = select(*self._returned_columns()).where({_BY_ID})
        return await self._fetch(Statement(everybody, Nobody(type(self))), task_id)
""",
        above="""
from generated.TASKS.table import TaskRow


class Nobody:
    def __init__(self, repository: type) -> None:
        self.repository = repository

    def check_clause(self, clause: Any) -> None: ...

    def check_sql(self, sql: str, parameters: Any) -> None: ...
""",
        built=False,
        types=True,
        reaches=False,  # the repository runs no such statement, guard or not
    ),
    _own(
        "owner_parameters_replaced",
        "a final method, replaced after the class was defined",
        """
class TaskRepository(repository.TaskRepository):
    @statement
    def _owner_parameters_replaced(cls) -> Select[Any]:
        return cls._select_one()

    @override
    async def owner_parameters_replaced(self, task_id: UUID) -> Task:
        return await self._fetch(self._owner_parameters_replaced(), task_id)


TaskRepository._owner_parameters = classmethod(lambda cls: {})
""",
        types=True,
        reaches=False,  # refused when a statement is built, guard or not
    ),
    _own(
        "redefined_below_an_unchecked_class",
        "a class in between, which checks no class below it",
        """
class Unchecked(repository.TaskRepository):
    @override
    def __init_subclass__(cls, **kwargs: object) -> None: ...


class TaskRepository(Unchecked):
    @override
    @classmethod
    def _owner_condition(cls) -> ColumnElement[bool]:
        return true()

    @override
    @classmethod
    def _owner_parameters(cls) -> dict[str, BindParameter[Any]]:
        return {}

    @statement
    def _redefined_below(cls) -> Select[Any]:
        return cls._select_one()

    @override
    async def redefined_below_an_unchecked_class(self, task_id: UUID) -> Task:
        return await self._fetch(self._redefined_below(), task_id)
""",
        types=True,
        reaches=False,  # refused when a statement is built, guard or not
    ),
]

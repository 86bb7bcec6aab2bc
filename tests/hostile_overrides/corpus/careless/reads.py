"""What a colleague in a hurry reads: a condition is forgotten, or SQL is pasted."""

from functools import partial

from tests.hostile_overrides.entry import Aim, Kind, Override

_careless = partial(Override, kind=Kind.CARELESS)
_in_title = "cls._update_one({{TaskRow.title: cast({}, String)}})".format

OVERRIDES = [
    _careless(
        "task_by_its_id",
        "SELECT by id",
        'select(TaskRow).where(TaskRow.id == bindparam("_id", required=True))',
    ),
    _careless(
        "visible_task_by_its_id",
        "SELECT by id of what is not deleted",
        'select(TaskRow).where(cls.visible(), TaskRow.id == bindparam("_id", required=True))',
    ),
    _careless("oldest_task", "the oldest task", "select(TaskRow).order_by(TaskRow.created_at).limit(1)"),
    _careless(
        "first_task_of_the_page",
        "a page without conditions",
        """
    @statement
    def _page(cls) -> Select[Any]:
        return select(*cls._returned_columns()).order_by(TaskRow.created_at).limit(bindparam("_limit")).offset(
            bindparam("_offset"))

    @override
    async def first_task_of_the_page(self, task_id: UUID) -> Task:
        return (await self._fetch_rows(self._page(), limit=1, offset=0, values={}))[0]
""",
    ),
    _careless(
        "number_of_tasks",
        "a count of all rows",
        """
    @statement
    def _number(cls) -> Select[Any]:
        return select(func.count()).select_from(TaskRow)

    @statement
    def _say_number(cls) -> Update:
        return cls._update_one(bind_parameters(TaskRow.rank))

    @override
    async def number_of_tasks(self, task_id: UUID) -> Task:
        return await self._fetch(self._say_number(), task_id, rank=await self._fetch_count(self._number(), {}))
""",
        Aim.COUNT,
    ),
    _careless(
        "number_in_a_subquery",
        "a count in a subquery",
        _in_title("select(func.count()).select_from(TaskRow.__table__.alias()).scalar_subquery()"),
        Aim.COUNT,
    ),
    _careless(
        "average_rank",
        "an average for a report",
        "cls._update_one({TaskRow.title: select(cast(func.sum(aliased(TaskRow).created_at - func.now()), String)).scalar_subquery()})",
        Aim.COUNT,
    ),
    _careless(
        "share_of_all",
        "how many percent of all tasks are mine",
        _in_title(
            "100.0 * cls._count([]).scalar_subquery() / select(func.count(aliased(TaskRow).id)).scalar_subquery()"
        ),
        Aim.COUNT,
    ),
    _careless(
        "place_in_the_ranking",
        "how many tasks are ranked higher",
        """
    @statement
    def _ranking(cls) -> Update:
        others = aliased(TaskRow)
        higher = select(func.count()).where(others.rank >= TaskRow.rank).scalar_subquery()
        return cls._update_one({TaskRow.title: cast(higher, String)})

    @override
    async def place_in_the_ranking(self, task_id: UUID) -> Task:
        return await self._fetch(self._ranking(), task_id)
""",
        Aim.COUNT,
    ),
    _careless(
        "next_number",
        "max() + 1 as the next number",
        """
    @statement
    def _next_number(cls) -> Update:
        others = aliased(TaskRow)
        return cls._update_one({TaskRow.rank: select(func.max(others.rank) + 1).scalar_subquery()})

    @override
    async def next_number(self, task_id: UUID) -> Task:
        return await self._fetch(self._next_number(), task_id)
""",
        Aim.COUNT,
    ),
    _careless(
        "search_with_or",
        "the OR of a search is not in brackets",
        """select(*cls._returned_columns()).where(or_(and_(cls._row_condition(), TaskRow.title.ilike("%x%")),
                  TaskRow.notes.ilike("%cake%"))).limit(1)""",
    ),
    _careless(
        "search_in_all",
        "a search without the owner",
        'select(*cls._returned_columns()).where(TaskRow.notes.ilike("%cake%")).limit(1)',
    ),
    _careless(
        "search_with_an_or_of_operators",
        "| binds less than the reader thinks",
        """select(*cls._returned_columns()).where(cls._row_condition() & TaskRow.title.contains("x")
                  | TaskRow.notes.contains("cake")).limit(1)""",
    ),
    _careless(
        "same_title",
        "whether somebody has this title already",
        """
    @statement
    def _same_title(cls) -> Update:
        others = aliased(TaskRow)
        taken = exists().where(others.title == TaskRow.title, others.owner_id != TaskRow.owner_id)
        return cls._update_one({TaskRow.completed: taken})

    @override
    async def same_title(self, task_id: UUID) -> Task:
        return await self._fetch(self._same_title(), task_id)
""",
        Aim.EXISTENCE,
    ),
    _careless(
        "similar_task",
        "a task with the same title, by a self-join",
        """
    @statement
    def _similar(cls) -> Select[Any]:
        other = aliased(TaskRow)
        return select(*(getattr(other, name) for name in cls.response_columns)).join(
            TaskRow, TaskRow.title == other.title).where(cls._id_condition(), other.id != TaskRow.id).limit(1)

    @override
    async def similar_task(self, task_id: UUID) -> Task:
        return await self._fetch(self._similar(), task_id)
""",
    ),
    _careless(
        "number_of_comments",
        "a count of comments in a subquery",
        _in_title("select(func.count()).select_from(CommentRow).scalar_subquery()"),
        Aim.COUNT,
    ),
    _careless(
        "comments_of_the_task",
        "the right comments, of another table than this repository's",
        _in_title("""select(func.count()).where(CommentRow.owner_id == TaskRow.owner_id,
                  CommentRow.task_id == TaskRow.id).scalar_subquery()"""),
        Aim.NOTHING,
        prove=False,
        reaches=False,
    ),
    _careless(
        "comment_before_the_newest",
        "the comment before the newest one, of all",
        "cls._update_one({TaskRow.title: select(CommentRow.text).order_by(CommentRow.created_at.desc()).offset(1).limit(1).scalar_subquery()})",
    ),
    _careless(
        "join_for_the_comment",
        "a join for a text, on the id only",
        """select(*(c for c in cls._returned_columns() if c.key != "title"), CommentRow.text.label("title")).join(
                  CommentRow, CommentRow.task_id == TaskRow.id).where(TaskRow.id == bindparam("_id", required=True))""",
    ),
    _careless(
        "announcement_beside_the_task",
        "a join with a table that all users share",
        "cls._select_one().join(AnnouncementRow, true(), isouter=True)",
        Aim.NOTHING,
        prove=False,
        reaches=False,
    ),
    _careless(
        "raw_report",
        "SQL of a report, pasted",
        'cls._update_one({TaskRow.title: text("(SELECT max(notes) FROM tasks)")})',
    ),
    _careless(
        "raw_condition",
        "a condition in SQL, which is right",
        'cls._select_one(text("tasks.completed IS NOT NULL"))',
        Aim.NOTHING,
        prove=False,
        reaches=False,
        types=True,
    ),
    _careless(
        "raw_interval",
        "an interval in SQL, which is right",
        "cls._select_one(TaskRow.created_at > literal_column(\"now() - interval '1 day'\"))",
        Aim.NOTHING,
        prove=False,
        reaches=False,
    ),
    _careless(
        "raw_owner_condition",
        "the owner condition in SQL",
        'select(*cls._returned_columns()).where(text("tasks.owner_id = :_owner"), TaskRow.id == bindparam("_id", required=True))',
        Aim.NOTHING,
        prove=False,
        reaches=False,
    ),
    _careless(
        "random_task",
        "a task at random",
        "select(*cls._returned_columns()).where(cls._row_condition()).order_by(func.random()).limit(1)",
        Aim.NOTHING,
        reaches=None,
    ),
    _careless(
        "time_of_the_clock",
        "the clock instead of the transaction's time",
        "cls._update_one({TaskRow.deleted_at: func.nullif(func.clock_timestamp(), func.clock_timestamp())})",
        Aim.NOTHING,
        reaches=None,
    ),
    _careless(
        "random_number",
        "a number at random",
        "cls._update_one({TaskRow.rank: cast(func.random() * 0, Integer)})",
        Aim.NOTHING,
        reaches=False,
    ),
    _careless(
        "similarity_of_words",
        "a function of an extension",
        'cls._select_one(func.similarity(TaskRow.title, "plant") > 0.3)',
        Aim.NOTHING,
        reaches=False,
    ),
    _careless(
        "text_without_accents",
        "a function of another extension",
        'cls._select_one(func.unaccent(TaskRow.title) != "")',
        Aim.NOTHING,
        reaches=False,
    ),
    _careless(
        "function_of_the_team",
        "a function of the team, which nobody has named in the configuration",
        "cls._select_one(func.app_score(TaskRow.rank) > 0)",
        Aim.NOTHING,
        reaches=False,
    ),
]

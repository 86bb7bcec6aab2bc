"""Overrides that are fine. They must be accepted by everything, and answer 200."""

from functools import partial

from tests.hostile_overrides.entry import Aim, Kind, Override, Place

_fine = partial(Override, aim=Aim.NOTHING, kind=Kind.HARMLESS, lock=False, prove=False, reaches=False)


def _title(name: str, reason: str, expression: str) -> Override:
    return _fine(name, reason, f"cls._update_one({{TaskRow.title: {expression}}})")


def _where(name: str, reason: str, condition: str) -> Override:
    return _fine(name, reason, f"cls._select_one({condition})")


OVERRIDES = [
    _title("upper_case", "upper()", "func.upper(TaskRow.title)"),
    _title("trimmed", "trim() and lower()", "func.lower(func.trim(TaskRow.title))"),
    _title("without_spaces", "replace()", 'func.replace(TaskRow.title, " ", "-")'),
    _title("without_digits", "regexp_replace()", 'func.regexp_replace(TaskRow.title, "[0-9]+", "", "g")'),
    _title(
        "first_letters",
        "left() and substr()",
        "func.left(TaskRow.title, 5).concat(func.substr(TaskRow.title, 6, 2))",
    ),
    _title(
        "concatenated",
        "texts put together",
        'TaskRow.title + " (" + func.coalesce(TaskRow.notes, "no notes") + ")"',
    ),
    _title("rank_as_text", "cast() to a text", 'cast(TaskRow.rank, String) + ". " + TaskRow.title'),
    _title("date_as_text", "to_char()", 'func.to_char(func.now(), "YYYY") + TaskRow.title'),
    _title(
        "word_for_a_rank", "CASE", 'case((TaskRow.rank > 3, "high"), (TaskRow.rank > 0, "some"), else_="low")'
    ),
    _title("first_label", "an element of an array", 'func.coalesce(TaskRow.labels[1], "none")'),
    _title("labels_as_text", "array_to_string()", 'func.array_to_string(TaskRow.labels, ",") + "."'),
    _title("digest", "md5()", "func.md5(TaskRow.title)"),
    _title("place_of_details", "jsonb by a key", 'func.coalesce(TaskRow.details["place"].astext, "nowhere")'),
    _fine("rank_up", "arithmetic", "cls._update_one({TaskRow.rank: TaskRow.rank + 1})"),
    _fine(
        "rank_in_bounds",
        "greatest() and least()",
        "cls._update_one({TaskRow.rank: func.greatest(0, func.least(TaskRow.rank * 2, 10))})",
    ),
    _fine(
        "rank_rounded",
        "round(), abs() and mod",
        "cls._update_one({TaskRow.rank: cast(func.round(func.abs(TaskRow.rank) / 2), Integer) % 7})",
    ),
    _fine("toggled", "NOT", "cls._update_one({TaskRow.completed: not_(TaskRow.completed)})"),
    _fine(
        "hidden_by_the_hour",
        "date_trunc() of now()",
        'cls._update_one({TaskRow.completed: func.date_trunc("hour", TaskRow.created_at) <= func.now()})',
    ),
    _fine(
        "label_added",
        "array_append()",
        'cls._update_one({TaskRow.labels: func.array_append(TaskRow.labels, "new")})',
    ),
    _fine(
        "label_removed",
        "array_remove()",
        'cls._update_one({TaskRow.labels: func.array_remove(TaskRow.labels, "new")})',
    ),
    _fine(
        "details_set",
        "jsonb_set()",
        """cls._update_one({TaskRow.details: func.jsonb_set(func.coalesce(TaskRow.details, cast({}, JSONB)),
              cast(array(["place"]), ARRAY(Text)), func.to_jsonb(TaskRow.title))})""",
    ),
    _fine(
        "details_built",
        "jsonb_build_object()",
        'cls._update_one({TaskRow.details: func.jsonb_build_object("place", TaskRow.title)})',
    ),
    _fine(
        "own_number",
        "a count of the owner's rows",
        "cls._update_one({TaskRow.rank: cls._count([]).scalar_subquery()})",
    ),
    _fine(
        "own_highest_rank",
        "max() of the owner's rows",
        """
    @statement
    def _own_highest(cls) -> Update:
        highest = select(func.max(TaskRow.rank) + 1).where(cls._row_condition()).correlate(None).scalar_subquery()
        return cls._update_one({TaskRow.rank: func.coalesce(highest, 0)})

    @override
    async def own_highest_rank(self, task_id: UUID) -> Task:
        return await self._fetch(self._own_highest(), task_id)
""",
    ),
    _fine(
        "own_titles",
        "string_agg() of the owner's rows",
        """
    @statement
    def _own_titles(cls) -> Update:
        titles = select(func.string_agg(TaskRow.title, aggregate_order_by(literal(", "), TaskRow.created_at))).where(cls._row_condition()).correlate(None).scalar_subquery()
        return cls._update_one({TaskRow.title: func.left(titles, 100)})

    @override
    async def own_titles(self, task_id: UUID) -> Task:
        return await self._fetch(self._own_titles(), task_id)
""",
    ),
    _fine(
        "value_as_an_argument",
        "a statement with an argument",
        """
    @statement
    def _of_rank(cls, rank: int) -> Select[Any]:
        return cls._select_one(TaskRow.rank == rank)

    @override
    async def value_as_an_argument(self, task_id: UUID) -> Task:
        return await self._fetch(self._of_rank(0), task_id)
""",
    ),
    _fine(
        "copy_below_another_task",
        "a comment made below another task of the same owner",
        """
    @statement
    def _copied_comment(cls) -> Insert:
        return cls._insert(CommentRow.text)

    @override
    async def copy_below_another_task(self, task_id: UUID, comment_id: UUID) -> Comment:
        found = await self.get_comment(task_id, comment_id)
        return await self.below(task_id=task_id)._fetch(self._copied_comment(), text=found.text)
""",
        place=Place.COMMENT,
    ),
    _where(
        "searched",
        "a search with OR in brackets",
        'or_(TaskRow.title.ilike("%a%"), TaskRow.notes.ilike("%a%"))',
    ),
    _where(
        "starting_with",
        "LIKE with its escapes",
        'TaskRow.title.startswith("Water", autoescape=True) | TaskRow.title.contains("e")',
    ),
    _where("long_enough", "length() and BETWEEN", "func.length(TaskRow.title).between(1, 200)"),
    _where("of_this_year", "extract()", 'extract("year", TaskRow.created_at) >= 2000'),
    _where("of_this_week", "an interval", "TaskRow.created_at > func.now() - dt.timedelta(days=7)"),
    _where("one_of_some_ranks", "ANY of an array", "TaskRow.rank == any_(array([0, 1, 2, 3]))"),
    _where("without_a_label", "NOT of an array's element", 'literal("gone") != all_(TaskRow.labels)'),
    _where("distinct_from_null", "IS DISTINCT FROM", "TaskRow.title.is_distinct_from(None)"),
    _where(
        "not_deleted_twice",
        "coalesce() of a column",
        "func.coalesce(TaskRow.deleted_at, func.now()) >= TaskRow.created_at",
    ),
    _where("compared_in_c", "a collation of PostgreSQL", 'TaskRow.title.collate("C") > ""'),
    _where("matching_a_pattern", "a regular expression", 'TaskRow.title.regexp_match("^[A-Z]")'),
    _where(
        "matching_words",
        "full text search",
        'func.to_tsvector("simple", TaskRow.title).op("@@")(func.to_tsquery("simple", "!nothing"))',
    ),
    _fine(
        "new_uuid",
        "an id made by the database",
        "cls._update_one({TaskRow.notes: func.left(cast(func.gen_random_uuid(), String), 0)})",
    ),
    _fine(
        "position_in_own_list",
        "a window over the owner's rows",
        """
    @statement
    def _own_position(cls) -> Select[Any]:
        number = func.row_number().over(order_by=TaskRow.created_at).label("number")
        return select(*cls._returned_columns(), number).where(cls._id_condition())

    @override
    async def position_in_own_list(self, task_id: UUID) -> Task:
        return await self._fetch(self._own_position(), task_id)
""",
    ),
    _fine(
        "locked_first",
        "FOR UPDATE, then the change, in one transaction",
        """
    @statement
    def _locked(cls) -> Select[Any]:
        return cls._select_one().with_for_update()

    @statement
    def _complete_locked(cls) -> Update:
        return cls._update_one({TaskRow.completed: True}, TaskRow.completed.is_(False))

    @override
    async def locked_first(self, task_id: UUID) -> Task:
        async with self.transaction() as tasks:
            await tasks._run(tasks._locked(), task_id)
            return await tasks._fetch(tasks._complete_locked(), task_id)
""",
    ),
    _fine(
        "soft_delete",
        "soft delete with visible()",
        """
    @statement
    def _soft_delete(cls) -> Update:
        return cls._update_one({TaskRow.deleted_at: func.now()})

    @override
    async def soft_delete(self, task_id: UUID) -> Task:
        return await self._fetch(self._soft_delete(), task_id)
""",
    ),
    _fine(
        "copy_with_a_new_title",
        "_insert() with values of the row that was read",
        """
    @statement
    def _copied(cls) -> Insert:
        return cls._insert(TaskRow.title, TaskRow.notes)

    @override
    async def copy_with_a_new_title(self, task_id: UUID) -> Task:
        async with self.transaction() as tasks:
            found = await tasks._fetch(tasks._get_task(), task_id)
            return await tasks._fetch(tasks._copied(), title=f"{found.title} 2", notes=found.notes)
""",
    ),
    _fine(
        "comment_in_upper_case",
        "the same on a nested resource",
        "cls._update_one({CommentRow.text: func.upper(CommentRow.text)})",
        place=Place.COMMENT,
    ),
    _fine(
        "comment_toggled",
        "NOT on a nested resource",
        "cls._update_one({CommentRow.pinned: not_(CommentRow.pinned)})",
        place=Place.COMMENT,
    ),
]

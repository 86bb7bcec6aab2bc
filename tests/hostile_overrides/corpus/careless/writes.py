"""What a colleague in a hurry writes: updates, deletes and inserts without the owner, and side effects."""

from functools import partial

from tests.hostile_overrides.entry import Aim, Kind, Override

_careless = partial(Override, kind=Kind.CARELESS)
_RETURNING = ".returning(*cls._columns(cls.response_columns))"
_ID = 'TaskRow.id == bindparam("_id", required=True)'

OVERRIDES = [
    _careless(
        "complete_by_id",
        "UPDATE by id",
        f"update(TaskRow).where({_ID}).values(completed=True){_RETURNING}",
        Aim.WRITE,
    ),
    _careless(
        "hide_by_id",
        "soft delete by id",
        f"update(TaskRow).where({_ID}).values(deleted_at=func.now()){_RETURNING}",
        Aim.WRITE,
    ),
    _careless("remove_by_id", "DELETE by id", f"delete(TaskRow).where({_ID}){_RETURNING}", Aim.WRITE),
    _careless(
        "restore_by_id",
        "visible() hides deleted rows, so it is left out, and the owner with it",
        f"update(TaskRow).where({_ID}, TaskRow.deleted_at.is_(None)).values(deleted_at=None){_RETURNING}",
        Aim.WRITE,
    ),
    _careless(
        "complete_all",
        "UPDATE without WHERE",
        f"update(TaskRow).values(completed=True){_RETURNING}",
        Aim.WRITE,
    ),
    _careless(
        "complete_all_visible",
        "UPDATE of all that is not deleted",
        f"update(TaskRow).where(cls.visible()).values(completed=True){_RETURNING}",
        Aim.WRITE,
    ),
    _careless(
        "rename_by_title",
        "UPDATE by title",
        f'update(TaskRow).where(TaskRow.notes == "the plum cake").values(notes="the apple pie"){_RETURNING}',
        Aim.WRITE,
    ),
    _careless(
        "remove_old_ones",
        "DELETE of all that is old",
        f"delete(TaskRow).where(TaskRow.created_at < func.now() - dt.timedelta(days=-1)){_RETURNING}",
        Aim.WRITE,
    ),
    _careless(
        "make_room_in_the_ranking",
        "all ranks from one on move up",
        f"update(TaskRow).where(TaskRow.rank >= 0).values(rank=TaskRow.rank + 1){_RETURNING}",
        Aim.WRITE,
    ),
    _careless(
        "or_in_an_update",
        "an OR that is not in brackets",
        f"update(TaskRow).where(or_(and_(cls._row_condition(), {_ID}), TaskRow.rank == 0)).values(completed=True){_RETURNING}",
        Aim.WRITE,
    ),
    _careless(
        "new_task_without_owner",
        "INSERT without the owner",
        f'insert(TaskRow).values(title="New"){_RETURNING}',
        Aim.GIFT,
        reaches=False,
    ),
    _careless(
        "copy_of_a_task",
        "INSERT ... SELECT by id",
        f"""insert(TaskRow).from_select(["owner_id", "title"], select(TaskRow.owner_id, TaskRow.title).where({_ID})){_RETURNING}""",
        Aim.GIFT,
    ),
    _careless(
        "copy_of_my_task",
        "INSERT ... SELECT of the owner's row, which sets the owner from the row",
        f"""insert(TaskRow).from_select(["owner_id", "title"], select(TaskRow.owner_id, TaskRow.title).where(
                  cls._id_condition())){_RETURNING}""",
        Aim.NOTHING,
        reaches=False,
    ),
    _careless(
        "first_task_for_everybody",
        "INSERT for each owner that there is",
        f"""insert(TaskRow).from_select(["owner_id", "title"], select(TaskRow.owner_id, literal("Welcome")).distinct()){_RETURNING}""",
        Aim.GIFT,
    ),
    _careless(
        "several_new_tasks",
        "INSERT of several rows with the right owner each",
        f"""insert(TaskRow).values([{{"owner_id": bindparam("_owner", required=True), "title": title}}
                  for title in ("One", "Two")]){_RETURNING}""",
        Aim.NOTHING,
        prove=False,
        reaches=None,
    ),
    _careless(
        "upsert_by_id",
        "ON CONFLICT with the owner's key",
        f"""
    @statement
    def _upsert(cls) -> Insert:
        new = pg_insert(TaskRow).values(
            owner_id=bindparam("_owner", required=True), id=bindparam("_id", required=True), title="New")
        return new.on_conflict_do_update(index_elements=["owner_id", "id"], set_={{"title": "Again"}}){_RETURNING}

    @override
    async def upsert_by_id(self, task_id: UUID) -> Task:
        return await self._fetch(self._upsert(), task_id)
""",
        Aim.NOTHING,
        reaches=False,
    ),
    _careless(
        "assign_to_a_colleague",
        "the owner is set to the one who shall do it",
        """
    @statement
    def _assign_to(cls) -> Update:
        return cls._update_one({TaskRow.owner_id: bindparam("assignee", required=True)})

    @override
    async def assign_to_a_colleague(self, task_id: UUID) -> Task:
        return await self._fetch(self._assign_to(), task_id, assignee="alice")
""",
        Aim.GIFT,
    ),
    _careless(
        "values_by_their_names",
        "a dictionary of changes with the owner in it",
        f'update(TaskRow).where(cls._id_condition()).values({{"title": "New", "owner_id": "alice"}}){_RETURNING}',
        Aim.GIFT,
    ),
    _careless(
        "transaction_that_forgets",
        "two statements, and the second forgets the owner",
        f"""
    @statement
    def _complete_mine(cls) -> Update:
        return cls._update_one({{TaskRow.completed: True}})

    @statement
    def _unpin_others(cls) -> Update:
        return update(TaskRow).where(TaskRow.id != bindparam("_id", required=True)).values(rank=7){_RETURNING}

    @override
    async def transaction_that_forgets(self, task_id: UUID) -> Task:
        async with self.transaction() as tasks:
            done = await tasks._fetch(tasks._complete_mine(), task_id)
            await tasks._run(tasks._unpin_others(), task_id)
            return done
""",
        Aim.WRITE,
    ),
    _careless(
        "comment_written_from_a_task",
        "INSERT into another table",
        """cls._select_one().add_cte(insert(CommentRow).values(owner_id=bindparam("_owner", required=True),
                  task_id=bindparam("_id", required=True), text="Done").returning(CommentRow.id).cte("said"))""",
        Aim.NOTHING,
        prove=False,
        reaches=False,
    ),
    _careless(
        "title_from_a_comment",
        "UPDATE ... FROM, on the id only",
        "cls._update_one({TaskRow.title: CommentRow.text}, CommentRow.owner_id != TaskRow.owner_id)",
    ),
    _careless(
        "remove_without_comments",
        "DELETE with a subquery on another table",
        "cls._delete_one(~exists().where(CommentRow.task_id == TaskRow.id))",
        Aim.NOTHING,
        reaches=False,
    ),
    _careless(
        "audit_in_a_setting",
        "the caller in a setting of the transaction, for a trigger",
        'cls._select_one(func.set_config("app.actor", bindparam("_owner", type_=String), True) != "")',
        Aim.NOTHING,
        reaches=False,
    ),
    _careless(
        "audit_in_the_session",
        "the caller in a setting of the session",
        """
    @statement
    def _last_actor(cls) -> Update:
        return cls._update_one({TaskRow.notes: "last by " + func.coalesce(func.current_setting("app.actor", True), "")})

    @statement
    def _set_actor(cls) -> Select[Any]:
        return cls._select_one(func.set_config("app.actor", TaskRow.owner_id, False) != "")

    @override
    async def audit_in_the_session(self, task_id: UUID) -> Task:
        found = await self._fetch(self._last_actor(), task_id)
        await self._run(self._set_actor(), task_id)
        return found
""",
        Aim.SESSION,
    ),
    _careless(
        "time_zone_of_the_user",
        "the user's time zone, for date_trunc()",
        'cls._select_one(func.set_config("TimeZone", "Pacific/Auckland", False) != "")',
        Aim.SESSION,
        reaches=False,
    ),
    _careless(
        "lock_against_double_clicks",
        "an advisory lock until the transaction ends",
        'cls._select_one(cast(func.pg_advisory_xact_lock(func.hashtext(cast(TaskRow.id, String))), Text) == "")',
        Aim.SERVER,
        reaches=False,
    ),
    _careless(
        "lock_of_the_session",
        "an advisory lock that nobody releases",
        "cls._select_one(func.pg_try_advisory_lock(7))",
        Aim.SERVER,
        reaches=False,
    ),
    _careless(
        "number_from_a_sequence",
        "a sequence for the numbers of all users",
        'cls._update_one({TaskRow.rank: cast(func.nextval("announcements_id_seq"), Integer)})',
        Aim.COUNT,
    ),
    _careless(
        "message_for_a_worker",
        "NOTIFY for a worker",
        'cls._select_one(cast(func.pg_notify("tasks", cast(TaskRow.id, String)), Text) == "")',
        Aim.SERVER,
        reaches=False,
    ),
    _careless(
        "condition_on_another_owner_column",
        "the owner of another table",
        f'update(TaskRow).where(CommentRow.owner_id == bindparam("_owner", required=True), {_ID}).values(completed=True){_RETURNING}',
        Aim.WRITE,
    ),
]

"""Overrides of a resource that all users share, which read or write rows that have owners."""

from functools import partial

from tests.hostile_overrides.entry import Aim, Override, Place

_shared = partial(Override, place=Place.SHARED)

OVERRIDES = [
    _shared(
        "title_in_an_announcement",
        "a title of an owner, copied to where all users read it",
        "cls._update_one({AnnouncementRow.text: select(func.max(TaskRow.title)).scalar_subquery()})",
    ),
    _shared(
        "title_beside_an_announcement",
        "a subquery among the columns",
        """select(AnnouncementRow.id, select(func.max(TaskRow.title)).scalar_subquery().label("text")).where(
            AnnouncementRow.id == bindparam("_id", required=True))""",
    ),
    _shared(
        "title_instead_of_an_announcement",
        "the table of another resource",
        'select(*cls._columns(["id"]), TaskRow.title.label("text")).where(TaskRow.owner_id == "alice").limit(1)',
    ),
    _shared(
        "announcement_if_she_has_a_task",
        "EXISTS in WHERE",
        'cls._select_one(exists().where(TaskRow.owner_id == "alice"))',
        Aim.EXISTENCE,
    ),
    _shared(
        "announcement_joined_with_titles",
        "a join",
        """select(*cls._columns(["id"]), TaskRow.title.label("text")).join(TaskRow, true()).where(
            AnnouncementRow.id == bindparam("_id", required=True), TaskRow.owner_id == "alice").limit(1)""",
    ),
    _shared(
        "announcement_that_deletes_tasks",
        "WITH can delete",
        'cls._select_one().add_cte(delete(TaskRow).where(TaskRow.owner_id == "alice").cte("gone"))',
        Aim.WRITE,
    ),
    _shared(
        "announcement_by_another_table",
        "the table of tasks, declared again",
        """cls._update_one({AnnouncementRow.text: select(
            func.max(sql_table("tasks", column("title", String)).c.title)).scalar_subquery()})""",
    ),
    _shared(
        "announcement_from_a_task",
        "UPDATE ... FROM",
        'cls._update_one({AnnouncementRow.text: TaskRow.title}, TaskRow.owner_id == "alice")',
    ),
    _shared(
        "announcement_in_a_literal_column",
        "raw SQL",
        'cls._update_one({AnnouncementRow.text: literal_column("(SELECT max(title) FROM tasks)")})',
    ),
    _shared(
        "announcement_of_every_task",
        "INSERT ... SELECT",
        """insert(AnnouncementRow).from_select(["text"], select(TaskRow.title).limit(1)).returning(
            *cls._returned_columns())""",
    ),
]

"""Operations on a nested resource that forget its parent, or its owner."""

from functools import partial

from tests.hostile_overrides.entry import Aim, Kind, Override, Place

_careless = partial(Override, kind=Kind.CARELESS, place=Place.COMMENT)
_narrowed = partial(_careless, aim=Aim.PARENT, lock=False, prove=False, reaches=False)
"""The repository of a nested route restricts every statement to the parent in the path."""
_ID = 'CommentRow.id == bindparam("_id", required=True)'
_RETURNING = ".returning(*cls._columns(cls.response_columns))"

OVERRIDES = [
    _narrowed("pin_comment", "UPDATE of one comment", "cls._update_one({CommentRow.pinned: True})"),
    _narrowed("read_comment", "SELECT of one comment", "cls._select_one()"),
    _narrowed("remove_comment", "DELETE of one comment", "cls._delete_one()"),
    _narrowed(
        "comment_that_is_not_pinned",
        "SELECT of one comment, with a condition of its own",
        "cls._select_one(CommentRow.pinned.is_(False))",
    ),
    _careless("comment_by_its_id", "SELECT by id", f"select(CommentRow).where({_ID})"),
    _careless(
        "comment_by_its_parent",
        "SELECT by id and parent",
        f'select(CommentRow).where({_ID}, CommentRow.task_id == bindparam("task_id", required=True))',
        reaches=False,  # the route looks whether the task is one of the caller
    ),
    _careless(
        "pin_by_its_id",
        "UPDATE by id",
        f"update(CommentRow).where({_ID}).values(pinned=True){_RETURNING}",
        Aim.WRITE,
    ),
    _careless("remove_by_its_id", "DELETE by id", f"delete(CommentRow).where({_ID}){_RETURNING}", Aim.WRITE),
    _careless(
        "pin_all_of_the_owner",
        "UPDATE of all comments of the owner",
        f"update(CommentRow).where(cls._owner_condition()).values(pinned=True){_RETURNING}",
        Aim.PARENT,
    ),
    _careless(
        "comment_with_only_the_owner",
        "the owner condition, and no parent",
        f"select(*cls._returned_columns()).where(cls._owner_condition(), {_ID})",
        Aim.PARENT,
    ),
    _careless(
        "parent_or_not",
        "the parent's condition in an OR",
        f"""select(*cls._returned_columns()).where(cls._owner_condition(), {_ID}, or_(CommentRow.pinned.is_not(None),
                  CommentRow.task_id == bindparam("task_id", required=True)))""",
        Aim.PARENT,
    ),
    _careless(
        "texts_of_all_comments",
        "a count of all comments",
        "cls._update_one({CommentRow.text: select(cast(func.count(aliased(CommentRow).id), String)).scalar_subquery()})",
        Aim.COUNT,
    ),
    _careless(
        "oldest_of_all_comments",
        "the oldest comment of all",
        "select(*cls._returned_columns()).order_by(CommentRow.created_at).limit(1)",
    ),
    _careless(
        "reply_to_nobody",
        "INSERT without the owner",
        """
    @statement
    def _reply(cls) -> Insert:
        return insert(CommentRow).values(owner_id="alice", **{"task_id": bindparam("task_id", required=True)}, text="Re").returning(
            *cls._returned_columns())

    @override
    async def reply_to_nobody(self, task_id: UUID, comment_id: UUID) -> Comment:
        return await self._fetch(self._reply(), task_id=task_id)
""",
        Aim.GIFT,
        reaches=False,
    ),
]

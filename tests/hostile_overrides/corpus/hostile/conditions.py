"""Owner conditions that do not hold, and values that pretend to be the owner."""

from tests.hostile_overrides.entry import Override

_ID = 'TaskRow.id == bindparam("_id", required=True)'

OVERRIDES = [
    Override(
        "or_true",
        "OR beside the owner condition",
        f"select(*cls._returned_columns()).where(or_(cls._owner_condition(), true()), {_ID})",
    ),
    Override(
        "or_by_an_operator",
        "the same with |",
        f"select(*cls._returned_columns()).where(cls._owner_condition() | TaskRow.title.is_not(None), {_ID})",
    ),
    Override(
        "or_around_everything",
        "the whole condition, or another one",
        f"select(*cls._returned_columns()).where(or_(cls._id_condition(), {_ID}))",
    ),
    Override(
        "everybody_but_me",
        "NOT before the owner condition",
        f"select(*cls._returned_columns()).where(not_(cls._owner_condition()), {_ID})",
    ),
    Override(
        "condition_in_a_case",
        "CASE around the owner condition",
        f"select(*cls._returned_columns()).where(case((TaskRow.rank < 0, cls._owner_condition()), else_=true()), {_ID})",
    ),
    Override(
        "condition_as_a_column",
        "the owner condition is selected, and restricts nothing",
        f"select(*cls._returned_columns(), cls._owner_condition()).where({_ID})",
    ),
    Override(
        "condition_in_having",
        "the owner condition of a group",
        f"""select(*cls._returned_columns()).where({_ID}).group_by(TaskRow.owner_id, *cls._returned_columns()).having(
                 or_(cls._owner_condition(), func.count() > 0))""",
    ),
    Override(
        "condition_of_a_join",
        "the owner condition of an outer join restricts nothing",
        f"""select(*cls._returned_columns()).select_from(TaskRow).join(AnnouncementRow, cls._owner_condition(),
                 isouter=True).where({_ID})""",
    ),
    Override(
        "condition_in_a_filter",
        "the owner condition of an aggregate",
        f"""select(*cls._returned_columns(), func.count().filter(cls._owner_condition()).over()).where({_ID})""",
    ),
    Override(
        "coalesced_owner",
        "an owner that is never wrong",
        f"select(*cls._returned_columns()).where(func.coalesce(cls._owner_condition(), true()).is_not(None), {_ID})",
    ),
    Override(
        "owner_is_not_null",
        "a condition on the owner that all rows meet",
        f"select(*cls._returned_columns()).where(TaskRow.owner_id.is_not(None), {_ID})",
    ),
    Override(
        "owner_in_a_list",
        "several owners",
        f'select(*cls._returned_columns()).where(TaskRow.owner_id == any_(array([bindparam("_owner", required=True), literal("alice")])), {_ID})',
    ),
    Override(
        "owner_of_a_pattern",
        "LIKE instead of =",
        f'select(*cls._returned_columns()).where(TaskRow.owner_id.like("%"), {_ID})',
    ),
    Override(
        "owner_by_her_name",
        "her name instead of the caller's",
        f'select(*cls._returned_columns()).where(TaskRow.owner_id == "alice", {_ID})',
    ),
    Override(
        "owner_by_another_parameter",
        "a parameter of the request instead of the owner",
        f"""
    @statement
    def _as_whoever(cls) -> Select[Any]:
        return select(*cls._returned_columns()).where(TaskRow.owner_id == bindparam("user", required=True), {_ID})

    @override
    async def owner_by_another_parameter(self, task_id: UUID) -> Task:
        return await self._fetch(self._as_whoever(), task_id, user="alice")
""",
    ),
    Override(
        "owner_with_a_value",
        "a parameter with the owner's name, and her value",
        f'select(*cls._returned_columns()).where(TaskRow.owner_id == bindparam("_owner", "alice"), {_ID})',
        prove=False,
        reaches=False,
    ),
    Override(
        "owner_with_a_unique_name",
        "a parameter with the owner's name until it is compiled",
        f'select(*cls._returned_columns()).where(TaskRow.owner_id == bindparam("_owner", "alice", unique=True), {_ID})',
    ),
    Override(
        "owner_by_a_callable",
        "a parameter whose value is asked for later",
        f'select(*cls._returned_columns()).where(TaskRow.owner_id == bindparam("_owner", callable_=lambda: "alice"), {_ID})',
        prove=False,
        reaches=False,
    ),
    Override(
        "owner_passed_with_the_values",
        "the owner among the values of the statement",
        """
    @override
    async def owner_passed_with_the_values(self, task_id: UUID) -> Task:
        return await self._fetch(self._get_task(), task_id, _owner="alice")
""",
        lock=False,
        prove=False,
        reaches=False,
    ),
    Override(
        "owner_of_any_row",
        "the owner is compared with itself",
        f"select(*cls._returned_columns()).where(TaskRow.owner_id == TaskRow.owner_id, {_ID})",
    ),
    Override(
        "owner_of_another_column",
        "the caller is compared with a column that anybody can fill",
        f'select(*cls._returned_columns()).where(or_(TaskRow.notes == bindparam("_owner", required=True), TaskRow.title != ""), {_ID})',
    ),
]

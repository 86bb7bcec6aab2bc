"""Rows given to another owner, and rows of another owner changed."""

from tests.hostile_overrides.entry import Aim, Override

OVERRIDES = [
    Override(
        "owner_by_its_attribute", "SET of the owner", 'cls._update_one({TaskRow.owner_id: "alice"})', Aim.GIFT
    ),
    Override(
        "owner_by_its_column",
        "SET of the owner, as a column of the table",
        'cls._update_one({TaskRow.__table__.c.owner_id: "alice"})',
        Aim.GIFT,
        types=True,
    ),
    Override(
        "owner_by_its_name",
        "SET of the owner, by its name",
        'cls._update_one({}).values({"owner_id": "alice", "title": "given"})',
        Aim.GIFT,
    ),
    Override(
        "owner_by_keyword",
        "SET of the owner, as a keyword",
        'cls._update_one({}).values(owner_id="alice")',
        Aim.GIFT,
    ),
    Override(
        "owner_in_a_tuple",
        "SET of several columns at once",
        """cls._update_one({}).values({tuple_(TaskRow.owner_id, TaskRow.title): tuple_(
                 literal("alice"), literal("given"))})""",
        Aim.GIFT,
    ),
    Override(
        "owner_in_a_tuple_of_a_query",
        "SET of several columns at once, from a subquery",
        """cls._update_one({}).values({tuple_(TaskRow.owner_id, TaskRow.title): select(
                 literal("alice"), literal("given")).scalar_subquery()})""",
        Aim.GIFT,
    ),
    Override(
        "owner_in_order",
        "ordered_values() sets the owner as well",
        """update(TaskRow).where(cls._id_condition()).ordered_values((TaskRow.owner_id, "alice")).returning(
                 *cls._returned_columns())""",
        Aim.GIFT,
    ),
    Override(
        "owner_of_a_subclass",
        "the same column by another class",
        'cls._update_one({table.TaskRow.owner_id: "alice"})',
        Aim.GIFT,
    ),
    Override(
        "owner_as_a_parameter",
        "SET of the owner to what the request says",
        """
    @statement
    def _assign(cls) -> Update:
        return cls._update_one(bind_parameters(TaskRow.owner_id))

    @override
    async def owner_as_a_parameter(self, task_id: UUID) -> Task:
        return await self._fetch(self._assign(), task_id, owner_id="alice")
""",
        Aim.GIFT,
    ),
    Override(
        "insert_for_her",
        "INSERT for another owner",
        'insert(TaskRow).values(owner_id="alice", title="given").returning(*cls._returned_columns())',
        Aim.GIFT,
    ),
    Override(
        "insert_for_both",
        "INSERT of two rows, of which one is for another owner",
        """insert(TaskRow).values([{"owner_id": bindparam("_owner", required=True), "title": "mine"},
                 {"owner_id": "alice", "title": "given"}]).returning(*cls._returned_columns())""",
        Aim.GIFT,
    ),
    Override(
        "insert_with_the_owner_twice",
        "_insert(), and then the owner by its name",
        'cls._insert().values({"owner_id": "alice", "title": "given"})',
        Aim.GIFT,
    ),
    Override(
        "insert_of_a_query",
        "INSERT ... SELECT for another owner",
        """insert(TaskRow).from_select(["owner_id", "title"], select(literal("alice"), literal("given"))).returning(
                 *cls._returned_columns())""",
        Aim.GIFT,
    ),
    Override(
        "insert_of_her_rows",
        "INSERT ... SELECT of another owner's rows",
        """insert(TaskRow).from_select(["owner_id", "title"], select(bindparam("_owner", type_=String, required=True),
                 TaskRow.title).where(TaskRow.owner_id == "alice").limit(1)).returning(*cls._returned_columns())""",
    ),
    Override(
        "owner_on_conflict",
        "ON CONFLICT ... SET of the owner",
        """
    @statement
    def _owner_on_conflict(cls) -> Insert:
        new = pg_insert(TaskRow).values(
            owner_id=bindparam("_owner", required=True), id=bindparam("_id", required=True), title="mine")
        return new.on_conflict_do_update(index_elements=["owner_id", "id"], set_={"owner_id": "alice"}).returning(
            *cls._returned_columns())
""",
        Aim.GIFT,
    ),
    Override(
        "id_of_another_owner",
        "INSERT with an id that somebody has: two owners can have the same one",
        """
    @statement
    def _same_id(cls) -> Insert:
        return cls._insert(TaskRow.id, TaskRow.title)

    @override
    async def id_of_another_owner(self, task_id: UUID) -> Task:
        return await self._fetch(self._same_id(), id=task_id, title="mine")
""",
        Aim.EXISTENCE,
        lock=False,
        prove=False,
        reaches=False,
    ),
    Override(
        "delete_of_hers",
        "DELETE by owner",
        'delete(TaskRow).where(TaskRow.owner_id == "alice").returning(*cls._columns(cls.response_columns))',
        Aim.WRITE,
    ),
    Override(
        "update_of_hers",
        "UPDATE by owner",
        """update(TaskRow).where(TaskRow.owner_id == "alice").values(title="taken").returning(
                 *cls._returned_columns())""",
        Aim.WRITE,
    ),
]

"""Rows of others in a subquery, a join, a CTE or a set operation."""

from tests.hostile_overrides.entry import Aim, Override

_HERS = 'select(func.max(o.title)).where(o.owner_id == "alice").scalar_subquery()'
_ALIAS = "(lambda o: {})(aliased(TaskRow))"


def _with_alias(code: str) -> str:
    return _ALIAS.format(code)


OVERRIDES = [
    Override(
        "subquery_in_set",
        "a subquery in SET",
        f"""
    @statement
    def _subquery_in_set(cls) -> Update:
        o = aliased(TaskRow)
        return cls._update_one({{TaskRow.title: {_HERS}}})
""",
    ),
    Override(
        "subquery_in_columns",
        "a subquery among the columns",
        f"""
    @statement
    def _subquery_in_columns(cls) -> Select[Any]:
        o = aliased(TaskRow)
        columns = [c for c in cls._returned_columns() if c.key != "title"]
        return select(*columns, {_HERS}.label("title")).where(cls._id_condition())
""",
    ),
    Override(
        "subquery_in_returning",
        "a subquery in RETURNING",
        f"""
    @statement
    def _subquery_in_returning(cls) -> Update:
        o = aliased(TaskRow)
        columns = [c for c in cls._columns(cls.response_columns) if c.key != "title"]
        return update(TaskRow).where(cls._id_condition()).values(completed=True).returning(
            *columns, {_HERS}.label("title"))
""",
    ),
    Override(
        "subquery_in_the_order",
        "a subquery in ORDER BY, which fails when she has a task",
        """
    @statement
    def _subquery_in_the_order(cls) -> Select[Any]:
        o = aliased(TaskRow)
        hers = select(func.count()).select_from(o).where(o.owner_id == "alice").scalar_subquery()
        return cls._select_one().order_by(1 / (hers - hers))
""",
        Aim.EXISTENCE,
        reaches=False,
    ),
    Override(
        "subquery_in_a_limit",
        "a subquery in LIMIT",
        """
    @statement
    def _subquery_in_a_limit(cls) -> Select[Any]:
        o = aliased(TaskRow)
        return cls._select_one().limit(select(func.count()).where(o.owner_id == "alice").scalar_subquery())
""",
        Aim.EXISTENCE,
    ),
    Override(
        "exists_for_her",
        "EXISTS in WHERE",
        """
    @statement
    def _exists_for_her(cls) -> Update:
        o = aliased(TaskRow)
        hers = exists().where(o.owner_id != TaskRow.owner_id, o.id == bindparam("asked", required=True))
        found = case((hers, "she has it"), else_="nobody has it")
        return cls._update_one({TaskRow.title: found})

    @statement
    def _any_of_mine(cls) -> Select[Any]:
        return cls._select_rows((TaskRow.id.asc(),), ())

    @override
    async def exists_for_her(self, task_id: UUID) -> Task:
        mine = await self._fetch_rows(self._any_of_mine(), limit=1, offset=0, values={})
        return await self._fetch(self._exists_for_her(), mine[0].id, asked=task_id)
""",
        Aim.EXISTENCE,
    ),
    Override(
        "any_of_all",
        "ANY of a subquery",
        """
    @statement
    def _any_of_all(cls) -> Update:
        o = aliased(TaskRow)
        hers = literal("alice").op("=")(any_(select(o.owner_id).scalar_subquery()))
        return cls._update_one({TaskRow.completed: hers})
""",
        Aim.EXISTENCE,
    ),
    Override(
        "lateral_of_hers",
        "LATERAL in FROM",
        """
    @statement
    def _lateral_of_hers(cls) -> Select[Any]:
        o = aliased(TaskRow)
        hers = select(o.title.label("hers")).where(o.owner_id == "alice").limit(1).lateral()
        columns = [c for c in cls._returned_columns() if c.key != "title"]
        return select(*columns, hers.c.hers.label("title")).select_from(TaskRow).join(hers, true()).where(
            cls._id_condition())
""",
    ),
    Override(
        "cte_of_hers",
        "WITH",
        """
    @statement
    def _cte_of_hers(cls) -> Update:
        o = aliased(TaskRow)
        hers = select(o.title.label("title")).where(o.owner_id == "alice").cte("hers")
        return cls._update_one({TaskRow.title: select(func.max(hers.c.title)).scalar_subquery()})
""",
    ),
    Override(
        "recursive_cte_of_hers",
        "WITH RECURSIVE",
        """
    @statement
    def _recursive_cte_of_hers(cls) -> Update:
        o = aliased(TaskRow)
        start = select(literal("", String).label("title")).cte("hers", recursive=True)
        hers = start.union_all(select(o.title).where(o.owner_id == "alice", start.c.title == ""))
        return cls._update_one({TaskRow.title: select(func.max(hers.c.title)).scalar_subquery()})
""",
    ),
    Override(
        "delete_in_a_cte",
        "WITH can delete",
        """
    @statement
    def _delete_in_a_cte(cls) -> Select[Any]:
        return cls._select_one().add_cte(delete(TaskRow).where(TaskRow.owner_id == "alice").cte("gone"))
""",
        Aim.WRITE,
    ),
    Override(
        "update_in_a_cte",
        "WITH can update",
        """
    @statement
    def _update_in_a_cte(cls) -> Select[Any]:
        hers = update(TaskRow).where(TaskRow.owner_id == "alice").values(title="taken").returning(TaskRow.id)
        return cls._select_one().add_cte(hers.cte("taken"))
""",
        Aim.WRITE,
    ),
    Override(
        "insert_in_a_cte",
        "WITH can insert",
        """
    @statement
    def _insert_in_a_cte(cls) -> Select[Any]:
        gift = insert(TaskRow).values(owner_id="alice", title="given").returning(TaskRow.id)
        return cls._select_one().add_cte(gift.cte("given"))
""",
        Aim.GIFT,
    ),
    Override(
        "union_with_hers",
        "UNION in a subquery",
        """
    @statement
    def _union_with_hers(cls) -> Update:
        o = aliased(TaskRow)
        mine = select(TaskRow.title.label("title")).where(cls._row_condition())
        both = union_all(mine, select(o.title).where(o.owner_id == "alice")).subquery()
        return cls._update_one({TaskRow.title: select(func.max(both.c.title)).scalar_subquery()})
""",
    ),
    Override(
        "union_that_ends_the_statement",
        "UNION at the end",
        """
    @statement
    def _union_that_ends_the_statement(cls) -> Select[Any]:
        o = aliased(TaskRow)
        columns = [getattr(o, name) for name in cls.response_columns]
        hers = select(*columns).where(o.id == bindparam("_id", required=True))
        return cls._select_one().union_all(hers)
""",
        types=True,
        reaches=False,  # Freehold has no use for it
    ),
    Override(
        "join_to_itself",
        "a second name for the table",
        """
    @statement
    def _join_to_itself(cls) -> Select[Any]:
        o = aliased(TaskRow)
        columns = [getattr(o, name) for name in cls.response_columns]
        return select(*columns).select_from(TaskRow).join(o, true()).where(
            cls._row_condition(), o.id == bindparam("_id", required=True))
""",
    ),
    Override(
        "owner_condition_on_the_wrong_table",
        "the condition is there, and is not that of the rows",
        """
    @statement
    def _owner_condition_on_the_wrong_table(cls) -> Update:
        o = aliased(TaskRow)
        hers = select(func.max(o.title)).where(cls._owner_condition()).correlate(TaskRow).scalar_subquery()
        return cls._update_one({TaskRow.title: hers})
""",
    ),
    Override(
        "another_table",
        "comments are another table",
        """
    @statement
    def _another_table(cls) -> Update:
        return cls._update_one({TaskRow.title: select(func.max(CommentRow.text)).scalar_subquery()})
""",
    ),
    Override(
        "another_table_with_its_owner",
        "a table of its own making, with the columns of ours",
        """
    @statement
    def _another_table_with_its_owner(cls) -> Update:
        o = sql_table("tasks", column("owner_id", String), column("title", String))
        hers = select(func.max(o.c.title)).where(o.c.owner_id == "alice").scalar_subquery()
        return cls._update_one({TaskRow.title: hers})
""",
    ),
    Override(
        "table_of_the_system",
        "what PostgreSQL keeps of all statements",
        """
    @statement
    def _table_of_the_system(cls) -> Update:
        kept = sql_table("pg_stats", column("tablename", String))
        found = select(cast(func.count(), Integer)).where(kept.c.tablename == "tasks").scalar_subquery()
        return cls._update_one({TaskRow.rank: found})
""",
        Aim.COUNT,
        reaches=False,
    ),
    Override(
        "sample_of_everybody",
        "TABLESAMPLE is a name for the table, too",
        """
    @statement
    def _sample_of_everybody(cls) -> Update:
        o = tablesample(TaskRow, 100)
        return cls._update_one({TaskRow.title: select(func.max(o.c.title)).scalar_subquery()})
""",
    ),
    Override(
        "delete_using",
        "DELETE ... USING",
        """
    @statement
    def _delete_using(cls) -> Any:
        return delete(TaskRow).where(TaskRow.owner_id == CommentRow.owner_id, TaskRow.owner_id == "alice").returning(
            *cls._columns(cls.response_columns))
""",
        Aim.WRITE,
    ),
    Override(
        "update_from",
        "UPDATE ... FROM",
        """
    @statement
    def _update_from(cls) -> Update:
        o = aliased(TaskRow)
        return cls._update_one({TaskRow.title: o.title}, o.owner_id == "alice")
""",
    ),
]

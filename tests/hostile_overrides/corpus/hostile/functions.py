"""Functions that run SQL, keep a text beyond the statement, or reach the server."""

from tests.hostile_overrides.entry import Aim, Override

_XML = 'func.left(cast(func.{name}(func.concat("SELECT max(title) FROM tasks WHERE owner_id = ", "\'alice\'"), True, True, ""), Text), 190)'

OVERRIDES = [
    Override(
        "note_in_a_setting",
        "set_config() keeps a text on the connection; current_setting() reads that of the request before",
        """
    @statement
    def _read_note(cls) -> Update:
        return cls._update_one({TaskRow.title: func.coalesce(func.current_setting("app.note", True), "") + "!"})

    @statement
    def _keep_note(cls) -> Select[Any]:
        return cls._select_one(func.set_config("app.note", TaskRow.notes, False) != "")

    @override
    async def note_in_a_setting(self, task_id: UUID) -> Task:
        found = await self._fetch(self._read_note(), task_id)
        await self._run(self._keep_note(), task_id)
        return found
""",
        Aim.SESSION,
    ),
    Override(
        "application_name_as_memory",
        "a setting that PostgreSQL itself has is carried in the same way",
        """
    @statement
    def _read_application(cls) -> Update:
        return cls._update_one({TaskRow.title: func.current_setting("application_name") + "!"})

    @statement
    def _keep_application(cls) -> Update:
        kept = func.set_config("application_name", func.left(TaskRow.notes, 60), False)
        return cls._update_one({TaskRow.completed: kept == ""})

    @override
    async def application_name_as_memory(self, task_id: UUID) -> Task:
        found = await self._fetch(self._read_application(), task_id)
        await self._run(self._keep_application(), task_id)
        return found
""",
        Aim.SESSION,
    ),
    Override(
        "query_as_xml",
        "query_to_xml() runs the SQL in its argument",
        f"cls._update_one({{TaskRow.title: {_XML.format(name='query_to_xml')}}})",
        reaches=False,  # the embedded PostgreSQL is built without XML
    ),
    Override(
        "query_as_xml_in_capitals",
        "the same, spelled in capitals",
        f"cls._update_one({{TaskRow.title: {_XML.format(name='QUERY_TO_XML')}}})",
        reaches=False,  # the embedded PostgreSQL is built without XML
    ),
    Override(
        "query_as_xml_with_its_schema",
        "the same, with the schema of the function in front",
        f"cls._update_one({{TaskRow.title: {_XML.format(name='pg_catalog.query_to_xml')}}})",
        reaches=False,  # the embedded PostgreSQL is built without XML
    ),
    Override(
        "query_as_xml_by_a_class",
        "the same, as a class with a name of its own in Python",
        f"cls._update_one({{TaskRow.title: {_XML.format(name='summary_of_work')}}})",
        above="""
class SummaryOfWork(GenericFunction[str]):
    type = Text()
    name = "query_to_xml"
    identifier = "summary_of_work"
    inherit_cache = True
""",
        reaches=False,  # the embedded PostgreSQL is built without XML
    ),
    Override(
        "table_as_xml",
        "table_to_xml() reads the table that its argument names",
        'cls._update_one({TaskRow.notes: func.left(cast(func.table_to_xml(cast("tasks", REGCLASS), True, True, ""), Text), 1900)})',
        reaches=False,  # the embedded PostgreSQL is built without XML
    ),
    Override(
        "words_of_everybody",
        "ts_stat() runs the SQL in its argument, and counts words",
        """cls._update_one({TaskRow.title: select(func.string_agg(func.ts_stat(
            "SELECT to_tsvector('simple', title) FROM tasks").table_valued("word").c.word, " ").label("words")).scalar_subquery()})""",
    ),
    Override(
        "function_that_prints_a_query",
        "a FunctionElement is compiled to what its author wants",
        "cls._update_one({TaskRow.title: NewestTitle()})",
        above="""
class NewestTitle(FunctionElement[str]):
    type = String()
    name = "newest_title"
    inherit_cache = True


@compiles(NewestTitle)
def _newest_title(element: Any, compiler: Any, **_: Any) -> str:
    return "(SELECT max(title) FROM tasks AS o WHERE o.owner_id = 'alice')"
""",
    ),
    Override(
        "function_named_by_a_query",
        "a name that is not quoted becomes SQL",
        'cls._select_one(Function(quoted_name("true OR tasks.title = lower", quote=False), TaskRow.title, type_=Boolean()))',
    ),
    Override(
        "number_of_the_next_announcement",
        "nextval() tells how often others have asked",
        'cls._update_one({TaskRow.rank: cast(func.nextval("announcements_id_seq"), Integer)})',
        Aim.COUNT,
    ),
    Override(
        "count_of_transactions",
        "txid_current() counts what all users do",
        "cls._update_one({TaskRow.title: cast(func.txid_current(), String)})",
        Aim.COUNT,
    ),
    Override(
        "rows_in_the_statistics",
        "pg_stat_get_tuples_inserted() counts the rows of all owners",
        'cls._update_one({TaskRow.rank: cast(func.pg_stat_get_tuples_inserted(func.to_regclass("tasks")), Integer)})',
        Aim.COUNT,
        reaches=None,  # only when PostgreSQL has collected its statistics
    ),
    Override(
        "size_of_the_table",
        "pg_relation_size() grows with the rows of others",
        'cls._update_one({TaskRow.rank: cast(func.pg_relation_size(cast("tasks", REGCLASS)), Integer)})',
        Aim.COUNT,
        reaches=False,  # only page by page
    ),
    Override(
        "file_of_the_server",
        "pg_read_file() reads the server's files",
        'cls._update_one({TaskRow.title: func.pg_read_file("PG_VERSION")})',
        Aim.SERVER,
        reaches=False,
    ),
    Override(
        "folder_of_the_server",
        "pg_ls_dir() lists the server's folders",
        'cls._update_one({TaskRow.title: select(func.min(func.pg_ls_dir(".").column_valued())).scalar_subquery()})',
        Aim.SERVER,
        reaches=False,
    ),
    Override(
        "file_as_a_large_object",
        "lo_import() copies a file of the server to where everybody can read it",
        'cls._update_one({TaskRow.rank: cast(cast(func.lo_import("/etc/hostname"), BigInteger), Integer)})',
        Aim.SERVER,
        reaches=None,
    ),
    Override(
        "another_connection",
        "dblink() opens a connection of its own",
        'cls._update_one({TaskRow.title: func.dblink_connect("dbname=postgres")})',
        Aim.SERVER,
        reaches=False,
    ),
    Override(
        "end_of_the_connection",
        "pg_terminate_backend() ends connections",
        "cls._select_one(func.pg_terminate_backend(0))",
        Aim.SERVER,
        reaches=False,
    ),
    Override(
        "long_rest",
        "pg_sleep() keeps a connection of the pool",
        'cls._select_one(cast(func.pg_sleep(0.01), Text) == "")',
        Aim.SERVER,
        reaches=False,
    ),
    Override(
        "message_to_everybody",
        "pg_notify() sends a text to all who listen",
        'cls._select_one(cast(func.pg_notify("news", TaskRow.title), Text) == "")',
        Aim.SERVER,
        reaches=False,
    ),
    Override(
        "what_others_are_doing",
        "pg_stat_get_activity() has the statements of other connections",
        """cls._update_one({TaskRow.rank: select(cast(func.count(), Integer)).select_from(
            func.pg_stat_get_activity(null()).table_valued("pid")).scalar_subquery()})""",
        Aim.SERVER,
        reaches=False,
    ),
    Override(
        "name_of_a_table",
        "to_regclass() tells which tables exist",
        'cls._select_one(func.to_regclass("idempotency_keys").is_(None))',
        Aim.SERVER,
        reaches=False,
    ),
    Override(
        "rights_of_the_service",
        "has_table_privilege() tells what the service may do",
        'cls._select_one(func.has_table_privilege("tasks", "TRUNCATE"))',
        Aim.SERVER,
        reaches=False,
    ),
]

"""SQL as text, wherever SQLAlchemy takes a text."""

from tests.hostile_overrides.entry import Aim, Override

_HERS = "(SELECT max(o.title) FROM tasks AS o WHERE o.owner_id = 'alice')"

OVERRIDES = [
    Override("or_in_text", "text() in WHERE", 'cls._select_one().where(text("true OR true"))'),
    Override(
        "or_in_a_literal_column",
        "literal_column() in WHERE",
        'cls._select_one().where(literal_column("true OR true"))',
    ),
    Override(
        "query_in_a_literal_column",
        "literal_column() in SET",
        f'cls._update_one({{TaskRow.title: literal_column("{_HERS}")}})',
    ),
    Override(
        "query_in_a_column",
        "column(is_literal=True) is a literal_column()",
        f'cls._update_one({{TaskRow.title: column("{_HERS}", is_literal=True)}})',
    ),
    Override(
        "query_as_a_textual_select",
        "text().columns() can be selected from",
        f"""cls._update_one({{TaskRow.title: select(text("SELECT {_HERS} AS title").columns(
            column("title", String)).subquery().c.title).scalar_subquery()}})""",
    ),
    Override(
        "or_in_a_suffix", "suffix_with() ends the statement", 'cls._select_one().suffix_with("OR true")'
    ),
    Override(
        "query_in_a_prefix",
        "prefix_with() begins the columns",
        f'cls._select_one().prefix_with("{_HERS} AS id_of_hers,")',
        reaches=False,  # a column more is not read
    ),
    Override(
        "or_in_a_hint",
        "with_statement_hint() ends the statement",
        'cls._select_one().with_statement_hint("OR true")',
    ),
    Override(
        "table_in_a_hint",
        "with_hint() follows the name of a table",
        "cls._select_one().with_hint(TaskRow, \"AS o JOIN tasks ON tasks.owner_id = 'alice'\")",
        reaches=False,  # PostgreSQL has no such hints, so that SQLAlchemy prints none
    ),
    Override(
        "label_as_sql",
        "a name that is not quoted becomes SQL",
        f"""select(*(c for c in cls._returned_columns() if c.key != "title"), TaskRow.notes.label(
            quoted_name("mine, {_HERS} AS title", quote=False))).where(cls._id_condition())""",
    ),
    Override(
        "column_as_sql",
        "so does the name of a column without a table",
        f'cls._update_one({{TaskRow.title: column(quoted_name("{_HERS}", quote=False))}})',
    ),
    Override(
        "collation_as_sql",
        "so does the name of a collation",
        """cls._select_one().where(TaskRow.title.collate(quoted_name('"C") <> \\'\\' OR (tasks.title', quote=False)) != "")""",
    ),
    Override(
        "field_of_extract_as_sql",
        "extract() prints its field as it is",
        """cls._select_one().where(extract("year FROM tasks.created_at) > 0 OR EXTRACT(year", TaskRow.created_at) > 0)""",
    ),
    Override(
        "length_of_a_type_as_sql",
        "VARCHAR prints its length as it is",
        """cls._select_one().where(cast(TaskRow.title, String("9)) <> '' OR CAST('' AS varchar(9")) == "")""",
        types=True,
    ),
    Override(
        "fields_of_an_interval_as_sql",
        "INTERVAL prints its fields as they are",
        """cls._select_one().where(cast(func.now() - func.now(), INTERVAL(fields="DAY) IS NOT NULL OR (true")).is_not(None))""",
    ),
    Override(
        "name_of_a_cte_as_sql",
        "the name of a CTE that is not quoted",
        """cls._select_one().where(exists(select(cls._select_one().cte(quoted_name("mine", quote=False)).c.id)))""",
        reaches=False,
        prove=False,
    ),
    Override(
        "query_in_a_limit",
        "LIMIT takes an expression",
        "cls._select_one().limit(literal_column(\"(SELECT count(*) FROM tasks WHERE owner_id = 'alice')\"))",
        Aim.EXISTENCE,
    ),
    Override(
        "query_in_the_order",
        "ORDER BY takes an expression",
        """cls._select_one().order_by(text("(SELECT 1 / count(*) FROM tasks WHERE owner_id = 'alice')"))""",
        Aim.EXISTENCE,
    ),
    Override(
        "literal_printed_by_its_type",
        "a literal is printed by its type when it is executed",
        """cls._update_one({TaskRow.title: bindparam("hers", "", type_=Printed(), literal_execute=True)})""",
        above=f"""
class Printed(TypeDecorator[str]):
    impl = String
    cache_ok = True

    @override
    def process_literal_param(self, value: Any, dialect: Any) -> str:
        return ""

    @override
    def literal_processor(self, dialect: Any) -> Any:
        return lambda value: "{_HERS}"
""",
        reaches=False,  # Freehold does not print literals
    ),
]

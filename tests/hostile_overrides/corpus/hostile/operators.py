"""Operators and modifiers, whose text becomes part of the SQL."""

from tests.hostile_overrides.entry import Override

_ME = 'bindparam("_owner", type_=String).label("me")'

OVERRIDES = [
    Override(
        "owner_in_a_comment",
        "`/*` and `*/=` are operators for SQLAlchemy, and begin and end a comment for PostgreSQL",
        f"""select(*cls._returned_columns(), {_ME}).where(TaskRow.rank.op("/*")(TaskRow.rank), cls._owner_condition(),
            TaskRow.rank.op("*/=")(TaskRow.rank), TaskRow.id == bindparam("_id", required=True))""",
    ),
    Override(
        "owner_behind_two_dashes",
        "`--` is an operator for SQLAlchemy, and begins a comment for PostgreSQL",
        f"""select(*cls._returned_columns(), {_ME}).where(TaskRow.id == bindparam("_id", required=True),
            TaskRow.completed.is_(False).op("--", precedence=20)(TaskRow.completed), cls._owner_condition())""",
    ),
    Override(
        "owner_behind_more_dashes",
        "`---` begins a comment as well",
        f"""select(*cls._returned_columns(), {_ME}).where(TaskRow.id == bindparam("_id", required=True),
            TaskRow.completed.is_(False).op("---", precedence=20)(TaskRow.completed), cls._owner_condition())""",
    ),
    Override(
        "or_in_an_operator",
        "an operator with words in it",
        "cls._select_one().where(TaskRow.title.op(\"<> '' OR '' <>\", precedence=20)(TaskRow.title))",
    ),
    Override(
        "or_in_a_bool_op",
        "bool_op() takes any text, too",
        "cls._select_one().where(TaskRow.title.bool_op(\"<> '' OR '' <>\", precedence=20)(TaskRow.title))",
    ),
    Override(
        "or_in_a_custom_op",
        "custom_op is what op() makes",
        "cls._select_one().where(TaskRow.title.operate(custom_op(\"<> '' OR '' <>\", precedence=20, is_comparison=True), TaskRow.title))",
    ),
    Override(
        "or_after_an_expression",
        "a modifier is printed after its expression, like DESC",
        'cls._select_one().where(UnaryExpression(TaskRow.completed.is_not(None), modifier=custom_op("OR true")))',
    ),
    Override(
        "or_before_an_expression",
        "an operator of one operand is printed before it",
        'cls._select_one().where(UnaryExpression(TaskRow.completed.is_(False), operator=custom_op("true OR", precedence=20)))',
    ),
    Override(
        "operator_that_changes",
        "an operator that says something else when it is read again",
        'cls._select_one().where(TaskRow.title.operate(Changing("=", precedence=20), TaskRow.title))',
        above="""
class Changing(custom_op[Any]):
    reads = 0

    @override
    def __getattribute__(self, name: str) -> Any:
        if name == "opstring":
            type(self).reads += 1
            return "=" if type(self).reads % 2 else "<> '' OR '' <>"
        return super().__getattribute__(name)
""",
    ),
    Override(
        "operator_of_a_schema",
        "OPERATOR() names an operator that somebody may have defined",
        'cls._select_one().where(TaskRow.title.op("OPERATOR(public.=)")(TaskRow.title))',
        reaches=False,  # nobody has defined it here
    ),
]

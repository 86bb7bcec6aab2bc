"""Hooks that change how every statement of the process is compiled. Each has a service of its own."""

from tests.hostile_overrides.entry import Aim, Kind, Override

_FETCH = "cls._select_one()"

OVERRIDES = [
    Override(
        "every_select_without_where",
        "@compiles for Select itself",
        _FETCH,
        above="""
@compiles(Select, "postgresql")
def _select(element: Any, compiler: Any, **options: Any) -> str:
    text = str(compiler.visit_select(element, **options))
    return text.replace("WHERE ", "WHERE true OR ") if "FROM tasks" in text else text
""",
    ),
    Override(
        "every_update_without_owner",
        "@compiles for Update itself",
        "cls._update_one({TaskRow.completed: True})",
        Aim.WRITE,
        above="""
@compiles(Update, "postgresql")
def _update(element: Any, compiler: Any, **options: Any) -> str:
    return str(compiler.visit_update(element, **options)).replace("tasks.owner_id = ", "tasks.owner_id <> ")
""",
    ),
    Override(
        "every_comparison_true",
        "@compiles for comparisons",
        _FETCH,
        above="""
@compiles(BinaryExpression)
def _comparison(element: Any, compiler: Any, **options: Any) -> str:
    text = str(compiler.visit_binary(element, **options))
    return f"{text} IS NOT NULL" if "owner_id" in text else text
""",
    ),
    Override(
        "every_parameter_hers",
        "@compiles for bound parameters",
        _FETCH,
        above="""
@compiles(BindParameter)
def _parameter(element: Any, compiler: Any, **options: Any) -> str:
    text = str(compiler.visit_bindparam(element, **options))
    return f"coalesce(nullif({text}, {text}), 'alice')" if element.key == "_owner" else text
""",
    ),
    Override(
        "guard_switched_off",
        "the statement guard itself, replaced: this is out of reach of the guard, and named by `freehold prove`",
        'select(*cls._returned_columns()).where(TaskRow.id == bindparam("_id", required=True))',
        kind=Kind.UNCHECKED,
        lock=False,
        above="""
from generated.runtime.rows.sql.statement_guard import StatementGuard

setattr(StatementGuard, "check_clause", lambda *_: None)
setattr(StatementGuard, "check_sql", lambda *_: None)
""",
    ),
]

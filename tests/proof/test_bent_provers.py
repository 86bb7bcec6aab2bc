"""The prover itself is tested: whichever of its rules is weakened, the corpus of statements notices."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from freehold.proof.sql import conditions, expressions, judge, outputs, ranges, rules, scopes
from freehold.proof.sql.expressions import ExpressionJudge
from freehold.proof.sql.facts import Query
from freehold.proof.sql.parse_tree import enum_name, items, kind, optional, parse_statement, unwrap
from freehold.proof.sql.ranges import RangeReader
from freehold.proof.sql.scopes import Condition, Output
from tests.proof import statements
from tests.proof.statements import FACTS, query

HOSTILE = [sql for sqls in statements.hostile().values() for sql in sqls]

Bend = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(autouse=True)
def parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "parse_statement", PARSE)


PARSE = cache(parse_statement)


def accepted() -> Iterator[str]:
    """Yield the hostile statements that the prover, as it is now, takes for proven."""
    return (sql for sql in HOSTILE if not judge.judge(query(sql), FACTS).faults)


def replaced(module: Any, name: str, value: Any) -> Bend:
    return lambda patch: patch.setattr(module, name, value)


def without(name: str) -> Bend:
    """A prover without one of the rules for expressions."""
    return lambda patch: patch.setitem(expressions.RULES, name, lambda *_: None)


def every_argument(expression: Any) -> Any:
    """AND, OR and NOT alike."""
    if kind(expression) == "BoolExpr":
        for part in items(expression.args):
            yield from every_argument(part)
    else:
        yield expression


def every_test(expression: Any) -> Any:
    """IS TRUE, IS NOT TRUE and IS FALSE alike."""
    if kind(expression) == "BooleanTest":
        yield unwrap(expression.arg)
    else:
        yield from CONJUNCTS(expression)


CONJUNCTS, EQUALITIES = conditions.conjuncts, conditions.equalities


def only_and_not_under_not(expression: Any) -> Any:
    """OR like AND, but not NOT."""
    if kind(expression) == "BoolExpr" and enum_name(expression, "boolop") != "NOT_EXPR":
        for part in items(expression.args):
            yield from only_and_not_under_not(part)
    else:
        yield expression


def negated_too(expression: Any) -> Any:
    """NOT like AND, but not OR."""
    if kind(expression) == "BoolExpr" and enum_name(expression, "boolop") == "NOT_EXPR":
        yield from CONJUNCTS(unwrap(expression.args[0]))
    else:
        yield from CONJUNCTS(expression)


def first_of_a_list(expression: Any) -> Any:
    """`owner IN ($1, 'bob')` like `owner = $1`."""
    if kind(expression) == "A_Expr" and expression.HasField("rexpr"):
        right = unwrap(expression.rexpr)
        if kind(right) == "List" and enum_name(expression, "kind") == "AEXPR_IN":
            yield unwrap(expression.lexpr), unwrap(right.items[0])
    yield from EQUALITIES(expression)


def any_operand(expression: Any) -> Any:
    """`owner >= $1` like `owner = $1`."""
    if kind(expression) == "A_Expr" and expression.HasField("lexpr") and expression.HasField("rexpr"):
        yield unwrap(expression.lexpr), unwrap(expression.rexpr)


def any_order(expression: Any) -> Any:
    """`(a, owner) = ($1, b)` in any order."""
    for left, right in EQUALITIES(expression):
        yield left, right
    if kind(expression) == "A_Expr" and expression.HasField("lexpr") and expression.HasField("rexpr"):
        left, right = unwrap(expression.lexpr), unwrap(expression.rexpr)
        if kind(left) == kind(right) == "RowExpr":
            yield from ((one, other) for one in items(left.args) for other in items(right.args))


def inside_functions(expression: Any) -> Any:
    """`left($1, 1)` like `$1`."""
    bare = WITHOUT_CAST(expression)
    while kind(bare) in {"FuncCall", "CoalesceExpr"} and bare.args:
        bare = WITHOUT_CAST(unwrap(bare.args[-1] if kind(bare) == "CoalesceExpr" else bare.args[0]))
    return bare


WITHOUT_CAST = conditions.without_cast


def join_restricting(*sides: str) -> Any:
    """A prover that takes outer joins for inner ones."""

    def bent(join: Any, left: Any, right: Any, *, nullable: bool) -> list[Condition]:
        found = JOIN_CONDITIONS(join, left, right, nullable=nullable)
        if enum_name(join, "jointype") not in sides:
            return found
        return [Condition(one.clause, one.expression, left | right) for one in found]

    return bent


JOIN_CONDITIONS = conditions.join_conditions


def outermost_first(reference: Any, level: Any) -> Any:
    found = None
    for enclosing in level.enclosing():
        alone = scopes.Level(None, {}, enclosing.ranges)
        found = FIND_COLUMN(reference, alone) or found
    return found


FIND_COLUMN = scopes.find_column


def owned_by_name(expression: Any, level: Any, asked: Query) -> bool:
    """Take every column of the name owner_id for proven."""
    bare = WITHOUT_CAST(expression)
    named = kind(bare) == "ColumnRef" and getattr(items(bare.fields)[-1], "sval", "") == "owner_id"
    return named or IS_OWNER(expression, level, asked)


IS_OWNER = conditions.is_owner


def all_owned(name: str, found: tuple[Output, ...], renamed: list[str]) -> Any:
    """Take the columns of every subquery for proven."""
    return DERIVED(name, tuple(Output(output.name, is_owner=True) for output in found), renamed)


def not_renamed(name: str, found: tuple[Output, ...], _renamed: list[str]) -> Any:
    return DERIVED(name, found, [])


DERIVED = scopes.derived_range


def first_row_only(source: Any) -> Any:
    return INSERTED_ROWS(source)[:1]


INSERTED_ROWS = outputs.inserted_rows


def unseen(*_arguments: Any) -> list[str]:
    return []


def any_table(self: Any, node: Any) -> Any:
    return FACTS.tables.get(node.relname) or FACTS.tables["plans"]


def only_the_left(self: Any, node: Any, outer: Any, queries: Any) -> Any:
    return self.judge(node.larg, outer, queries)


def visible_to_itself(self: Any, node: Any, outer: Any, queries: Any) -> Any:
    """A WITH query that sees itself where PostgreSQL sees the table."""
    clause = optional(node, "with_clause")
    known = dict(queries)
    if clause is not None:
        known |= {one.ctename: outputs.recursive_outputs(one) for one in items(clause.ctes)}
    return JUDGE_WITH(self, node, outer, known)


JUDGE_WITH = judge.StatementJudge._judge_with


def trusting_recursion(one: Any) -> tuple[Output, ...]:
    return tuple(Output(output.name, is_owner=True) for output in RECURSIVE(one))


RECURSIVE = outputs.recursive_outputs


def lenient_item(self: Any, item: Any, level: Any, *, nullable: bool) -> Any:
    known = {"RangeVar", "RangeSubselect", "RangeFunction", "JoinExpr"}
    return READ_ITEM(self, item, level, nullable=nullable) if kind(item) in known else frozenset()


READ_ITEM = RangeReader._read_item


def lenient_nodes(self: Any, node: Any, level: Any) -> None:
    """Pass over each kind of expression that is not known."""
    if kind(node) in {"SubLink", *expressions.RULES, *expressions._PLAIN}:
        JUDGE(self, node, level)


JUDGE = ExpressionJudge.judge


def silent(text: str) -> Bend:
    """A prover that does not report one kind of fault."""
    original = expressions.Findings.fault

    def fault(self: Any, what: str) -> None:
        if text not in what:
            original(self, what)

    return lambda patch: patch.setattr(expressions.Findings, "fault", fault)


BENT: dict[str, Bend] = {
    "OR and NOT are like AND": replaced(conditions, "conjuncts", every_argument),
    "OR is like AND": replaced(conditions, "conjuncts", only_and_not_under_not),
    "NOT is passed over": replaced(conditions, "conjuncts", negated_too),
    "IS NOT TRUE is like IS TRUE": replaced(conditions, "conjuncts", every_test),
    "every operator is an equality": replaced(conditions, "equalities", any_operand),
    "the first of a list counts": replaced(conditions, "equalities", first_of_a_list),
    "rows are compared in any order": replaced(conditions, "equalities", any_order),
    "every cast is exact": replaced(conditions, "is_exact", lambda _: True),
    "functions keep the owner": replaced(conditions, "without_cast", inside_functions),
    "every parameter is the owner": replaced(
        conditions, "is_parameter", lambda node, *_: kind(WITHOUT_CAST(node)) == "ParamRef"
    ),
    "every owner_id is the owner": replaced(conditions, "is_owner", owned_by_name),
    "every condition restricts every range": replaced(conditions, "holds_for", lambda *_: True),
    "LEFT JOIN is an inner join": replaced(conditions, "join_conditions", join_restricting("JOIN_LEFT")),
    "RIGHT JOIN is an inner join": replaced(conditions, "join_conditions", join_restricting("JOIN_RIGHT")),
    "FULL JOIN is an inner join": replaced(conditions, "join_conditions", join_restricting("JOIN_FULL")),
    "outer names hide inner ones": replaced(conditions, "find_column", outermost_first),
    "stars hide no column": replaced(conditions, "is_star", lambda _: False),
    "subqueries have the owner": replaced(ranges, "derived_range", all_owned),
    "subqueries are not renamed": replaced(ranges, "derived_range", not_renamed),
    "recursive queries have the owner": replaced(outputs, "recursive_outputs", trusting_recursion),
    "a WITH query sees itself": replaced(judge.StatementJudge, "_judge_with", visible_to_itself),
    "WITH is not judged": replaced(judge.StatementJudge, "_judge_with", lambda *a: a[-1]),
    "only the left side of UNION is judged": replaced(judge.StatementJudge, "_judge_sides", only_the_left),
    "subqueries are not judged": replaced(ExpressionJudge, "_judge_sublink", lambda *_: None),
    "RETURNING is not judged": replaced(judge.StatementJudge, "_returned", lambda *_: ()),
    "LATERAL and ON are not judged": replaced(RangeReader, "read_lateral", lambda *_: None),
    "expressions are not judged": replaced(judge.StatementJudge, "_judge_parts", lambda *_: None),
    "every function is allowed": without("FuncCall"),
    "every operator is allowed": replaced(expressions, "operator_fault", lambda *_: None),
    "every type is allowed": without("TypeName"),
    "every column is known": without("ColumnRef"),
    "the session may be read": without("SQLValueFunction"),
    "fields of rows may be read": without("A_Indirection"),
    "parameters need no value": without("ParamRef"),
    "unknown expressions are harmless": replaced(ExpressionJudge, "judge", lenient_nodes),
    "unknown ranges are harmless": replaced(RangeReader, "_read_item", lenient_item),
    "every table is known": replaced(RangeReader, "_known_table", any_table),
    "the claim does not matter": silent("whose owner is the claim"),
    "the first row of an INSERT counts": replaced(outputs, "inserted_rows", first_row_only),
    "an INSERT need not set the owner": silent("to the owner alone"),
    "an UPDATE may set the owner": replaced(rules, "changed_columns", unseen),
    "ON CONFLICT is harmless": replaced(rules, "inserting_faults", unseen),
    "SELECT INTO is harmless": replaced(rules, "into_faults", unseen),
    "locks are harmless": replaced(rules, "locking_faults", unseen),
    "shared tables may hold copies": replaced(rules, "copying_faults", unseen),
    "columns may be renamed": silent("renames the columns"),
    "joins may be renamed": silent("gives a join a name"),
    "another statement is harmless": silent("not a SELECT, INSERT, UPDATE or DELETE"),
    "the owner is not asked for": silent("as a condition of every row"),
}
"""Provers with one rule that is weaker than it should be."""


def test_the_prover_accepts_no_hostile_statement() -> None:
    assert list(accepted()) == []


@pytest.mark.parametrize("name", BENT)
def test_a_bent_prover_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    BENT[name](monkeypatch)

    assert next(accepted(), None) is not None

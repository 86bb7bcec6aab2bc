"""Proves that the rows of a range belong to the owner: among the conditions that all hold, `owner = $n`."""

from collections.abc import Callable, Iterator

from freehold.proof.sql.facts import OWNER, Query
from freehold.proof.sql.parse_tree import Node, enum_name, items, kind, optional, texts, unwrap
from freehold.proof.sql.scopes import Condition, Level, Range, find_column

_EXACT_TYPES = frozenset({"text", "varchar", "uuid"})
"""Types to which an owner can be cast without losing a character, when they have no length."""

_INTEGERS = frozenset({"int4", "int8"})

IsProven = Callable[[Node, Level], bool]
"""Whether an expression has the wanted value, such as the owner, in every row."""


def conjuncts(expression: Node) -> Iterator[Node]:
    """Yield the conditions that all hold when an expression is true."""
    if kind(expression) == "BoolExpr" and enum_name(expression, "boolop") == "AND_EXPR":
        for part in items(expression.args):
            yield from conjuncts(part)
    elif kind(expression) == "BooleanTest" and enum_name(expression, "booltesttype") == "IS_TRUE":
        yield from conjuncts(unwrap(expression.arg))
    else:
        yield expression


def equalities(expression: Node) -> Iterator[tuple[Node, Node]]:
    """Yield the pairs of expressions that are equal when a condition is true."""
    if kind(expression) != "A_Expr" or not _is_equality(expression):
        return
    left, right = unwrap(expression.lexpr), unwrap(expression.rexpr)
    if kind(left) == kind(right) == "RowExpr":
        pairs = list(zip(items(left.args), items(right.args), strict=False))
        if not any(is_star(part) for pair in pairs for part in pair):  # a star hides the positions
            yield from pairs
    elif kind(right) == "List":
        if len(right.items) == 1:  # owner IN ($1)
            yield left, unwrap(right.items[0])
    else:
        yield left, right


def is_star(expression: Node) -> bool:
    """Whether an expression stands for several columns: `tasks.*`."""
    return kind(expression) == "ColumnRef" and kind(items(expression.fields)[-1]) == "A_Star"


def _is_equality(expression: Node) -> bool:
    """Whether an operator is PostgreSQL's `=`."""
    names = texts(expression.name)
    return enum_name(expression, "kind") in {"AEXPR_OP", "AEXPR_IN"} and names in {
        ("=",),
        ("pg_catalog", "="),
    }


def without_cast(expression: Node) -> Node:
    """The expression in casts that keep each character of an owner."""
    while kind(expression) == "TypeCast" and is_exact(expression.type_name):
        expression = unwrap(expression.arg)
    return expression


def is_exact(type_name: Node, types: frozenset[str] = _EXACT_TYPES) -> bool:
    """Whether a cast to a type keeps every character: `varchar(3)` and `name` truncate."""
    names = texts(type_name.names)
    is_plain = not (type_name.typmods or type_name.array_bounds or type_name.setof or type_name.pct_type)
    return is_plain and names[-1] in types and names[:-1] in {(), ("pg_catalog",)}


def without_parameter_cast(expression: Node) -> Node:
    """The expression without such casts, and without that of a parameter of a column of integers."""
    bare = without_cast(expression)
    is_integer = kind(bare) == "TypeCast" and is_exact(bare.type_name, _INTEGERS)
    return unwrap(bare.arg) if is_integer else bare


def is_parameter(expression: Node, query: Query, name: str) -> bool:
    """Whether an expression is the parameter that the runtime binds by this name."""
    bare = without_parameter_cast(expression)
    if kind(bare) != "ParamRef" or not 0 < bare.number <= len(query.parameters):
        return False
    return query.parameters[int(bare.number) - 1] == name


def is_owner(expression: Node, level: Level, query: Query) -> bool:
    """Whether an expression is the owner: `$n`, or a column that is proven to hold it."""
    if is_parameter(expression, query, OWNER):
        return True
    column = _column(expression, level)
    return column is not None and column[1] in column[0].owner_columns


def _column(expression: Node, level: Level) -> tuple[Range, str] | None:
    bare = without_cast(expression)
    return find_column(bare, level) if kind(bare) == "ColumnRef" else None


def holds_for(condition: Condition, name: str) -> bool:
    """Whether a condition restricts a range."""
    return condition.restricts is None or name in condition.restricts


def owner_proof(found: Range, level: Level, query: Query) -> str | None:
    """Where the level proves that the rows of a table belong to the owner: `WHERE tasks.owner_id = $1`."""
    table = found.table
    if table is None or table.owner_column is None or table.claim != query.claim:
        return None
    return column_proof(
        found, table.owner_column, level, lambda expression, where: is_owner(expression, where, query)
    )


def parent_proof(found: Range, level: Level, query: Query) -> str | None:
    """Where the level proves that the rows of a nested table are below the parent in the path."""
    column = found.table.parent_column if found.table else None
    if column is None or query.parent is None:
        return None
    parameter = query.parent[1]

    def is_parent(expression: Node, where: Level) -> bool:
        known = _column(expression, where)
        is_known = known is not None and known[1] in known[0].parent_columns
        return is_known or is_parameter(expression, query, parameter)

    return column_proof(found, column, level, is_parent)


def column_proof(found: Range, column: str, level: Level, is_wanted: IsProven) -> str | None:
    """Where the level proves that a column of a range has the wanted value."""
    pairs = [
        (condition.clause, left, right)
        for condition in level.conditions
        if holds_for(condition, found.name)
        for conjunct in conjuncts(condition.expression)
        for left, right in equalities(conjunct)
    ]
    equal: set[tuple[Range, str]] = set()
    while True:
        before = len(equal)
        for clause, left, right in pairs:
            for one, other in ((left, right), (right, left)):
                target = _column(one, level)
                if target is None or not (is_wanted(other, level) or _column(other, level) in equal):
                    continue
                if target == (found, column):
                    return f"{clause} {found.name}.{column} = {_text(other)}"
                equal.add(target)
        if len(equal) == before:
            return None


def _text(expression: Node) -> str:
    bare = without_parameter_cast(expression)
    return f"${bare.number}" if kind(bare) == "ParamRef" else ".".join(texts(bare.fields))


def join_conditions(
    join: Node, left: frozenset[str], right: frozenset[str], *, nullable: bool
) -> list[Condition]:
    """The condition of a join, with the ranges that it restricts: an outer join keeps other rows as well.

    `nullable` tells whether an outer join around it can replace its rows by NULL.
    """
    expression = optional(join, "quals")
    if expression is None:
        return []
    match enum_name(join, "jointype"):
        case "JOIN_INNER":
            restricts = left | right if nullable else None
        case "JOIN_LEFT":
            restricts = right
        case "JOIN_RIGHT":
            restricts = left
        case _:
            restricts = frozenset()
    return [Condition("ON", expression, restricts)]

"""The columns that a query returns, and the values that an INSERT writes."""

from freehold.proof.sql import conditions
from freehold.proof.sql.facts import OWNER, Query, Table
from freehold.proof.sql.parse_tree import Node, enum_name, items, kind, unwrap
from freehold.proof.sql.scopes import Output


def recursive_outputs(query: Node) -> tuple[Output, ...]:
    """The columns of a recursive query as it sees itself: nothing is proven about them yet."""
    body = unwrap(query.ctequery)
    while kind(body) == "SelectStmt" and enum_name(body, "op") != "SETOP_NONE":
        body = body.larg
    names = [name.sval for name in items(query.aliascolnames)]
    targets = items(body.target_list) if kind(body) == "SelectStmt" else []
    names += [output_name(target) for target in targets[len(names) :]]
    return tuple(Output(name, is_owner=False) for name in names)


def values_outputs(query: Node) -> tuple[Output, ...]:
    """The columns of VALUES."""
    rows = items(query.values_lists)
    count = len(rows[0].items) if rows else 0
    return tuple(Output(f"column{number}", is_owner=False) for number in range(1, count + 1))


def inserted_owner(source: Node | None, names: list[str], table: Table, query: Query) -> int | None:
    """The number of the parameter that each new row gets its owner from, or None for anything else."""
    if table.claim != query.claim:
        return None
    return inserted_parameter(source, names, str(table.owner_column), query, OWNER)


def inserted_parameter(
    source: Node | None, names: list[str], column: str, query: Query, parameter: str
) -> int | None:
    """The number of the parameter that a column of each new row is set to, or None for anything else."""
    if source is None or names.count(column) != 1:
        return None
    index = names.index(column)
    numbers = [parameter_at(row, index, query, parameter) for row in inserted_rows(source)]
    return numbers[0] if numbers and None not in numbers else None


def inserted_rows(source: Node) -> list[list[Node]]:
    """The rows of VALUES, or what each side of a SELECT returns."""
    if enum_name(source, "op") != "SETOP_NONE":
        return [*inserted_rows(source.larg), *inserted_rows(source.rarg)]
    if source.values_lists:
        return [items(row.items) for row in items(source.values_lists)]
    return [[unwrap(target.val) for target in items(source.target_list)]]


def parameter_at(row: list[Node], index: int, query: Query, parameter: str) -> int | None:
    """The number of the parameter at a position, if it is this one. A star hides the positions."""
    if (
        any(map(conditions.is_star, row))
        or index >= len(row)
        or not conditions.is_parameter(row[index], query, parameter)
    ):
        return None
    return int(conditions.without_parameter_cast(row[index]).number)


def output_name(target: Node) -> str:
    """The name of a column that a query returns; empty when PostgreSQL makes one up."""
    if target.name:
        return str(target.name)
    value = unwrap(target.val)
    while kind(value) == "TypeCast":
        value = unwrap(value.arg)
    fields = items(value.fields) if kind(value) == "ColumnRef" else []
    return str(fields[-1].sval) if fields and kind(fields[-1]) == "String" else ""

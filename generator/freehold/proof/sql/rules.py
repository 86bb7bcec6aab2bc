"""What a statement must not do, whatever its conditions are."""

from freehold.proof.sql.expressions import Findings
from freehold.proof.sql.facts import Query
from freehold.proof.sql.parse_tree import Node, enum_name, items, kind, unwrap
from freehold.proof.sql.scopes import Level, Range


def existence_faults(statement: Node) -> list[str]:
    """Why a statement tells more than whether a row of another owner exists."""
    if kind(statement) != "SelectStmt" or enum_name(statement, "op") != "SETOP_NONE":
        return ["it is not the plain SELECT that tells whether a row exists"]
    returned = [unwrap(target.val) for target in items(statement.target_list)]
    while any(kind(value) == "TypeCast" for value in returned):
        returned = [unwrap(value.arg) if kind(value) == "TypeCast" else value for value in returned]
    is_plain = [kind(item) for item in items(statement.from_clause)] == ["RangeVar"]
    if any(kind(value) != "A_Const" for value in returned) or not is_plain or statement.locking_clause:
        return ["it does more than to tell whether a row of another owner exists"]
    return []


def reading_faults(statement: Node, query: Query) -> list[str]:
    """Refuse all but a SELECT where the rows of all owners are read."""
    if query.readers and kind(statement) != "SelectStmt":
        return [f"it is a {kind(statement)}, where the rows of all owners are only read"]
    return []


def may_be_read(found: Range, query: Query) -> bool:
    """Whether those who run a statement may read all rows of a range, as the contract says."""
    allowed = {"anybody": ("anybody",), "signed-in": ("anybody", "signed-in")}.get(query.readers, ())
    return found.table is not None and found.table.readers in allowed


def copying_faults(findings: Findings) -> list[str]:
    """Refuse a statement that reads rows with an owner and writes rows that all users share."""
    owned = [name for name in findings.tables if findings.facts.tables[name].owner_column]
    shared = [name for name in findings.written if not findings.facts.tables[name].owner_column]
    return [f"it reads {owned[0]} and changes {shared[0]}, which all users share"] if owned and shared else []


def into_faults(select: Node) -> list[str]:
    """Refuse SELECT INTO."""
    return ["it creates a table (SELECT INTO)"] if select.HasField("into_clause") else []


def locking_faults(select: Node, level: Level, query: Query) -> list[str]:
    """Refuse to lock shared rows in a statement of one owner. That of a shared repository may change them."""
    if select.locking_clause and query.readers:
        return ["it locks rows of other owners"]
    if not select.locking_clause or query.claim is None:
        return []
    owned = {name for name, found in level.ranges.items() if found.table and found.table.owner_column}
    return [
        f"it locks rows of {name}, which all users may share" for name in level.ranges if name not in owned
    ]


def inserting_faults(insert: Node) -> list[str]:
    """Refuse what makes an INSERT do something else than insert a new row."""
    faults = []
    if insert.HasField("on_conflict_clause"):
        faults.append("it has ON CONFLICT, which could change or reveal a row that exists")
    if enum_name(insert, "override") != "OVERRIDING_NOT_SET":
        faults.append("it has OVERRIDING, which replaces generated ids")
    return faults


def is_nested(found: Range, query: Query) -> bool:
    """Whether a range is the table of a nested operation."""
    return query.parent is not None and found.table is not None and found.table.name == query.parent[0]


def unproven_range(found: Range, query: Query) -> str:
    """Tell that nothing restricts a range to the owner."""
    table = found.table
    assert table is not None  # noqa: S101 - narrows the type for mypy
    name = table.name if found.name == table.name else f"{table.name} as {found.name}"
    if table.claim != query.claim:
        return f"it reaches {name}, whose owner is the claim {table.claim}, not {query.claim or 'a claim'}"
    return f"it reaches {name} without {found.name}.{table.owner_column} = $n as a condition of every row"


def changed_columns(update: Node) -> list[str]:
    """The columns that an UPDATE sets."""
    return [target.name for target in items(update.target_list)]

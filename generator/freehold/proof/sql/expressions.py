"""Judges the expressions of a query level: known nodes, functions, operators, types and columns only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from freehold.proof.sql import allowed
from freehold.proof.sql.facts import Facts, Query
from freehold.proof.sql.parse_tree import Node, children, enum_name, kind, texts
from freehold.proof.sql.scopes import Level, is_known_reference

_PLAIN = {
    "A_ArrayExpr", "A_Const", "A_Indices", "A_Star", "BitString", "BoolExpr", "Boolean", "BooleanTest",
    "CaseExpr", "CaseWhen", "CoalesceExpr", "CollateClause", "Float", "GroupingFunc", "GroupingSet",
    "Integer", "List", "MinMaxExpr", "MultiAssignRef", "NamedArgExpr", "NullTest", "ResTarget",
    "RowExpr", "SetToDefault", "String", "TypeCast", "WindowDef",
}  # fmt: skip
"""Nodes that only combine others."""


@dataclass
class Findings:
    """What the judge has found out about a statement."""

    facts: Facts
    query: Query
    faults: list[str] = field(default_factory=list)
    """Why the statement is not proven."""
    tables: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    """The tables that it changes."""
    evidence: list[str] = field(default_factory=list)
    """Where the proof of each range is: `WHERE tasks.owner_id = $1`."""

    def fault(self, what: str) -> None:
        """Note why the statement is not proven."""
        if what not in self.faults:
            self.faults.append(what)


JudgeSubquery = Callable[[Node, Level], None]


@dataclass(frozen=True)
class ExpressionJudge:
    """Judges expressions. `judge_subquery` judges the queries in them."""

    findings: Findings
    judge_subquery: JudgeSubquery

    def judge(self, node: Node, level: Level) -> None:
        """Judge an expression and all of its parts."""
        name = kind(node)
        if name == "SubLink":
            self._judge_sublink(node, level)
            return
        if name in RULES:
            fault = RULES[name](node, level, self.findings)
            if fault:
                self.findings.fault(fault)
        elif name not in _PLAIN:
            self.findings.fault(f"it contains {name}, which is not among the expressions that can be judged")
            return
        for child in children(node):
            self.judge(child, level)

    def _judge_sublink(self, node: Node, level: Level) -> None:
        if texts(node.oper_name):
            self._note(operator_fault(texts(node.oper_name), self.findings))
        for child in children(node):
            if kind(child) == "SelectStmt":
                self.judge_subquery(child, level)
            elif kind(child) != "String":
                self.judge(child, level)

    def _note(self, fault: str | None) -> None:
        if fault:
            self.findings.fault(fault)


def function_fault(node: Node, _level: Level, findings: Findings) -> str | None:
    """Refuse a call of a function that is not in the list."""
    *schema, name = texts(node.funcname)
    if schema in ([], ["pg_catalog"]) and name in allowed.functions():
        return None
    if not schema and name in findings.facts.functions:
        return None
    called = ".".join((*schema, name))
    return f"it calls {called}(), which is not among the functions that depend on their arguments only"


def operator_fault(names: tuple[str, ...], findings: Findings) -> str | None:
    """Refuse an operator that is not one of PostgreSQL's."""
    *schema, name = names
    if schema in ([], ["pg_catalog"]) and name in allowed.operators():
        return None
    if not schema and name in findings.facts.functions:
        return None
    return f"it uses the operator {'.'.join(names)}, which is not one of PostgreSQL's"


def _a_expr_fault(node: Node, _level: Level, findings: Findings) -> str | None:
    if enum_name(node, "kind") in {"AEXPR_OP", "AEXPR_OP_ANY", "AEXPR_OP_ALL", "AEXPR_IN"}:
        return operator_fault(texts(node.name), findings)
    return None


def type_fault(node: Node, _level: Level, findings: Findings) -> str | None:
    """Refuse a type that is not in the list."""
    *schema, name = texts(node.names)
    is_plain = not (node.setof or node.pct_type)
    if is_plain and schema in ([], ["pg_catalog"]) and name in allowed.types():
        return None
    if is_plain and not schema and name in findings.facts.functions:
        return None
    return f"it casts to {'.'.join((*schema, name))}, which is not among the types that can be judged"


def column_fault(node: Node, level: Level, _findings: Findings) -> str | None:
    """Refuse a column that no range of the level has, such as a system column."""
    if is_known_reference(node, level):
        return None
    return f"it reads {'.'.join(texts(node.fields))}, which is not a column of the tables that it reads"


def _clock_fault(node: Node, _level: Level, _findings: Findings) -> str | None:
    name = enum_name(node, "op")
    if name in allowed.CLOCK:
        return None
    return f"it reads {name.removeprefix('SVFOP_')}, which is that of the session"


def _indirection_fault(node: Node, _level: Level, _findings: Findings) -> str | None:
    if all(kind(child) == "A_Indices" for child in list(children(node))[1:]):
        return None
    return "it selects a field of a composite value, which cannot be judged"


def _parameter_fault(node: Node, _level: Level, findings: Findings) -> str | None:
    if 0 < node.number <= len(findings.query.parameters):
        return None
    return f"it has the parameter ${node.number}, to which nothing is bound"


def _sort_fault(node: Node, _level: Level, findings: Findings) -> str | None:
    return operator_fault(texts(node.use_op), findings) if node.use_op else None


RULES: Mapping[str, Callable[[Node, Level, Findings], str | None]] = {
    "FuncCall": function_fault,
    "A_Expr": _a_expr_fault,
    "TypeName": type_fault,
    "ColumnRef": column_fault,
    "SQLValueFunction": _clock_fault,
    "A_Indirection": _indirection_fault,
    "ParamRef": _parameter_fault,
    "SortBy": _sort_fault,
}

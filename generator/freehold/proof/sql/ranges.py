"""Reads the FROM clause of a query level: its tables, joins, subqueries and functions."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from freehold.proof.sql import conditions
from freehold.proof.sql.expressions import ExpressionJudge, Findings
from freehold.proof.sql.facts import Table
from freehold.proof.sql.parse_tree import Node, children, enum_name, items, kind, optional
from freehold.proof.sql.scopes import Level, Output, Range, column_names, derived_range, function_range

JudgeQuery = Callable[[Node, Level | None, Mapping[str, tuple[Output, ...]]], tuple[Output, ...]]


class RangeReader:
    """Reads ranges into a level, and judges the queries and conditions in them."""

    def __init__(self, findings: Findings, expressions: ExpressionJudge, judge_query: JudgeQuery) -> None:
        self._findings = findings
        self._expressions = expressions
        self._judge_query = judge_query
        self._later: dict[Level, list[Callable[[], None]]] = {}

    def read(self, from_items: Sequence[Node], level: Level) -> None:
        """Read the items of FROM. `read_lateral` follows when the ranges of the level are proven."""
        for item in from_items:
            self._read_item(item, level, nullable=False)

    def read_lateral(self, level: Level) -> None:
        """Judge what refers to other ranges of the level: LATERAL, functions, conditions of joins."""
        for judge in self._later.pop(level, []):
            judge()

    def add_target(self, relation: Node, level: Level) -> Range:
        """Add the table that an INSERT, UPDATE or DELETE changes. It is never a common table expression."""
        found = self._add_table(relation, level)
        if found.table is not None:
            self._findings.written.append(found.table.name)
        return found

    def _read_item(self, item: Node, level: Level, *, nullable: bool) -> frozenset[str]:
        """Read one item, and return the names of its ranges."""
        match kind(item):
            case "RangeVar":
                return frozenset({self._read_name(item, level).name})
            case "RangeSubselect":
                return self._read_subquery(item, level)
            case "RangeFunction":
                return self._read_function(item, level)
            case "JoinExpr":
                return self._read_join(item, level, nullable=nullable)
        self._findings.fault(f"it reads from {kind(item)}, which cannot be judged")
        return frozenset()

    def _read_name(self, node: Node, level: Level) -> Range:
        if not node.schemaname and node.relname in level.queries:
            alias = optional(node, "alias")
            outputs = level.queries[node.relname]
            name = alias.aliasname if alias else node.relname
            return self._add(derived_range(name, outputs, column_names(alias) if alias else []), level)
        return self._add_table(node, level)

    def _add_table(self, node: Node, level: Level) -> Range:
        alias = optional(node, "alias")
        name = alias.aliasname if alias else node.relname
        table = self._known_table(node)
        if alias is not None and alias.colnames:
            self._findings.fault(f"it renames the columns of {node.relname}, which cannot be judged")
        return self._add(Range(name, table.columns if table else frozenset(), table), level)

    def _known_table(self, node: Node) -> Table | None:
        table = self._findings.facts.tables.get(node.relname)
        if node.schemaname or node.catalogname or table is None:
            full = ".".join(filter(None, (node.catalogname, node.schemaname, node.relname)))
            self._findings.fault(f"it reaches {full}, which is not a table of the contract")
            return None
        if table.name not in self._findings.tables:
            self._findings.tables.append(table.name)
        return table

    def _read_subquery(self, node: Node, level: Level) -> frozenset[str]:
        alias = optional(node, "alias")
        name, renamed = (alias.aliasname, column_names(alias)) if alias else ("", [])
        subquery = optional(node, "subquery")
        if not node.lateral:
            outputs = self._judge_query(subquery, level.outer, level.queries)
            return frozenset({self._add(derived_range(name, outputs, renamed), level).name})
        found = self._add(Range(name, frozenset()), level)

        def judge() -> None:
            outputs = self._judge_query(subquery, level, level.queries)
            level.ranges[name] = derived_range(name, outputs, renamed)

        self._later.setdefault(level, []).append(judge)
        return frozenset({found.name})

    def _read_function(self, node: Node, level: Level) -> frozenset[str]:
        alias = optional(node, "alias")
        if node.coldeflist or alias is None:
            self._findings.fault(
                "it reads the rows of a function without an alias, or with a list of columns"
            )
        name = alias.aliasname if alias else ""
        found = self._add(function_range(name, column_names(alias) if alias else []), level)

        def judge() -> None:
            for function in items(node.functions):
                for part in children(function):
                    self._expressions.judge(part, level)

        self._later.setdefault(level, []).append(judge)
        return frozenset({found.name})

    def _read_join(self, join: Node, level: Level, *, nullable: bool) -> frozenset[str]:
        jointype = enum_name(join, "jointype")
        if join.HasField("alias") or join.HasField("join_using_alias"):
            self._findings.fault("it gives a join a name, which hides its tables")
        left_is_nullable = nullable or jointype in {"JOIN_RIGHT", "JOIN_FULL"}
        right_is_nullable = nullable or jointype in {"JOIN_LEFT", "JOIN_FULL"}
        left = self._read_item(_side(join, "larg"), level, nullable=left_is_nullable)
        right = self._read_item(_side(join, "rarg"), level, nullable=right_is_nullable)
        for condition in conditions.join_conditions(join, left, right, nullable=nullable):
            level.conditions.append(condition)
            self._later.setdefault(level, []).append(
                partial(self._expressions.judge, condition.expression, level)
            )
        return left | right

    def _add(self, found: Range, level: Level) -> Range:
        if found.name in level.ranges:
            self._findings.fault(f"two of its ranges have the name {found.name}")
        level.ranges[found.name] = found
        return found


def _side(join: Node, field: str) -> Node:
    side = optional(join, field)
    assert side is not None  # noqa: S101 - the grammar requires both sides
    return side

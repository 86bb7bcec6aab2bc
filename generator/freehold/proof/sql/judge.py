"""Judges a statement: whether each place that reads or writes owned rows reaches those of the owner only.

Every query level is judged on its own: subqueries, common table expressions, the sides of a UNION. What the
judge does not know is a fault: it lists what is allowed, never what is forbidden.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from freehold.proof.sql import conditions, outputs, rules
from freehold.proof.sql.expressions import ExpressionJudge, Findings
from freehold.proof.sql.facts import Facts, Query, Table
from freehold.proof.sql.parse_tree import (
    Node,
    UnreadableStatement,
    enum_name,
    items,
    kind,
    optional,
    parse_statement,
    unwrap,
)
from freehold.proof.sql.ranges import RangeReader
from freehold.proof.sql.scopes import Condition, Level, Output, Range

Queries = Mapping[str, tuple[Output, ...]]
_NONE: Queries = {}


@dataclass(frozen=True)
class Judgement:
    """The result for one statement."""

    faults: tuple[str, ...]
    """Why the statement is not proven; empty when it is."""
    tables: tuple[str, ...]
    evidence: tuple[str, ...]
    """Where the proof is: `WHERE tasks.owner_id = $1`."""


def judge(query: Query, facts: Facts) -> Judgement:
    """Judge a statement."""
    findings = Findings(facts, query)
    try:
        statement = parse_statement(query.sql)
    except UnreadableStatement as error:
        return Judgement((str(error),), (), ())
    findings.faults += rules.reading_faults(statement, query)
    if query.only_existence:
        findings.faults += rules.existence_faults(statement)
    try:
        StatementJudge(findings).judge(statement, None, _NONE)
    except RecursionError:
        findings.fault("it is nested too deeply to be judged")
    findings.faults += rules.copying_faults(findings)
    return Judgement(tuple(findings.faults), tuple(findings.tables), tuple(findings.evidence))


class StatementJudge:
    """Judges statements and the queries in them."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._expressions = ExpressionJudge(findings, self._judge_subquery)
        self._ranges = RangeReader(findings, self._expressions, self.judge)

    def judge(self, node: Node, outer: Level | None, queries: Queries) -> tuple[Output, ...]:
        """Judge a statement or a query in one, and return the columns that it returns."""
        match kind(node):
            case "SelectStmt":
                return self._judge_select(node, outer, queries)
            case "InsertStmt":
                return self._judge_insert(node, outer, queries)
            case "UpdateStmt":
                return self._judge_update(node, outer, queries)
            case "DeleteStmt":
                return self._judge_delete(node, outer, queries)
        self._findings.fault(f"it is a {kind(node)}, not a SELECT, INSERT, UPDATE or DELETE")
        return ()

    def _judge_subquery(self, node: Node, level: Level) -> None:
        self.judge(node, level, level.queries)

    # SELECT.

    def _judge_select(self, node: Node, outer: Level | None, queries: Queries) -> tuple[Output, ...]:
        self._findings.faults += rules.into_faults(node)
        level = Level(outer, self._judge_with(node, outer, queries))
        if enum_name(node, "op") != "SETOP_NONE":
            found = self._judge_sides(node, outer, level.queries)
            level.labels = frozenset(output.name for output in found)
        else:
            self._ranges.read(items(node.from_clause), level)
            self._add_where(node, level)
            self._prove(level, is_read=True)
            self._ranges.read_lateral(level)
            level.labels = frozenset(target.name for target in items(node.target_list) if target.name)
            found = self._outputs(items(node.target_list), level) or outputs.values_outputs(node)
        self._findings.faults += rules.locking_faults(node, level, self._findings.query)
        self._judge_parts(node, level)
        return found

    def _judge_sides(self, node: Node, outer: Level | None, queries: Queries) -> tuple[Output, ...]:
        """Judge both sides of UNION, INTERSECT or EXCEPT."""
        left = self.judge(node.larg, outer, queries)
        right = self.judge(node.rarg, outer, queries)
        return tuple(
            Output(one.name, is_owner=one.is_owner and other.is_owner)
            for one, other in zip(left, right, strict=False)
        )

    def _judge_parts(self, node: Node, level: Level) -> None:
        """Judge the expressions of a level. What is in FROM and WITH has been judged."""
        apart = {"with_clause", "from_clause", "using_clause", "locking_clause", "relation", "larg", "rarg"}
        apart |= {"select_stmt", "cols", "on_conflict_clause", "returning_clause", "into_clause"}
        for descriptor, value in node.ListFields():
            if descriptor.message_type is not None and descriptor.name not in apart:
                for part in items(value) if descriptor.is_repeated else [unwrap(value)]:
                    self._expressions.judge(part, level)

    # INSERT, UPDATE, DELETE.

    def _judge_insert(self, node: Node, outer: Level | None, queries: Queries) -> tuple[Output, ...]:
        level = Level(outer, self._judge_with(node, outer, queries))
        target = self._ranges.add_target(node.relation, level)
        names = [column.name for column in items(node.cols)]
        source = optional(node, "select_stmt")
        self._findings.faults += rules.inserting_faults(node)
        if source is not None:
            self.judge(source, outer, level.queries)
        if target.table is not None:
            self._judge_inserted(target.table, names, source)
        return self._returned(node, level)

    def _judge_inserted(self, table: Table, names: list[str], source: Node | None) -> None:
        for name in names:
            if name not in table.columns:
                self._findings.fault(f"it sets {name}, which is not a column of {table.name}")
        if table.owner_column is None:
            return
        owner = outputs.inserted_owner(source, names, table, self._findings.query)
        if rules.is_nested(Range(table.name, table.columns, table), self._findings.query):
            self._judge_inserted_parent(table, names, source)
        if owner is not None:
            self._findings.evidence.append(f"VALUES {table.name}.{table.owner_column} = ${owner}")
        else:
            self._findings.fault(f"it does not set {table.name}.{table.owner_column} to the owner alone")

    def _judge_inserted_parent(self, table: Table, names: list[str], source: Node | None) -> None:
        query = self._findings.query
        parameter = query.parent[1] if query.parent else ""
        parent = outputs.inserted_parameter(source, names, str(table.parent_column), query, parameter)
        if parent is None:
            self._findings.fault(
                f"it does not set {table.name}.{table.parent_column} to the parent in the path"
            )

    def _judge_update(self, node: Node, outer: Level | None, queries: Queries) -> tuple[Output, ...]:
        level = Level(outer, self._judge_with(node, outer, queries))
        target = self._ranges.add_target(node.relation, level)
        self._ranges.read(items(node.from_clause), level)
        self._add_where(node, level)
        self._prove(level)
        self._ranges.read_lateral(level)
        if target.table is not None:
            for name in rules.changed_columns(node):
                if name == target.table.owner_column:
                    self._findings.fault(f"it changes {target.table.name}.{name}, the owner of the row")
                elif name not in target.table.columns:
                    self._findings.fault(f"it sets {name}, which is not a column of {target.table.name}")
        self._judge_parts(node, level)
        return self._returned(node, level)

    def _judge_delete(self, node: Node, outer: Level | None, queries: Queries) -> tuple[Output, ...]:
        level = Level(outer, self._judge_with(node, outer, queries))
        self._ranges.add_target(node.relation, level)
        self._ranges.read(items(node.using_clause), level)
        self._add_where(node, level)
        self._prove(level)
        self._ranges.read_lateral(level)
        self._judge_parts(node, level)
        return self._returned(node, level)

    def _returned(self, node: Node, level: Level) -> tuple[Output, ...]:
        clause = optional(node, "returning_clause")
        if clause is None:
            return ()
        if clause.options:
            self._findings.fault("it renames OLD and NEW in RETURNING, which cannot be judged")
        for target in items(clause.exprs):
            self._expressions.judge(target, level)
        return self._outputs(items(clause.exprs), level)

    # What all of them have.

    def _judge_with(self, node: Node, outer: Level | None, queries: Queries) -> Queries:
        """Judge the common table expressions in their order: each one sees those before it."""
        clause = optional(node, "with_clause")
        if clause is None:
            return queries
        known = dict(queries)
        expressions = items(clause.ctes)
        if clause.recursive:
            known |= {query.ctename: outputs.recursive_outputs(query) for query in expressions}
        for query in expressions:
            if query.HasField("search_clause") or query.HasField("cycle_clause"):
                self._findings.fault("it has SEARCH or CYCLE, which cannot be judged")
            found = self.judge(unwrap(query.ctequery), outer, known)
            names = [name.sval for name in items(query.aliascolnames)]
            known[query.ctename] = tuple(
                Output(names[index] if index < len(names) else output.name, output.is_owner)
                for index, output in enumerate(found)
            )
        return known

    def _add_where(self, node: Node, level: Level) -> None:
        where = optional(node, "where_clause")
        if where is not None:
            level.conditions.append(Condition("WHERE", where, None))

    def _prove(self, level: Level, *, is_read: bool = False) -> None:
        """Prove the owner of each range with an owner; one that is proven can prove another."""
        open_ranges = [r for r in level.ranges.values() if r.table and r.table.owner_column]
        if is_read:
            open_ranges = [r for r in open_ranges if not rules.may_be_read(r, self._findings.query)]
        if self._findings.query.only_existence and level.outer is None:
            return
        while open_ranges:
            proven = [found for found in open_ranges if self._prove_range(found, level)]
            if not proven:
                break
            open_ranges = [found for found in open_ranges if found not in proven]
        for found in open_ranges:
            self._findings.fault(rules.unproven_range(found, self._findings.query))
        self._prove_parents(
            [found for found in level.ranges.values() if rules.is_nested(found, self._findings.query)], level
        )

    def _prove_parents(self, nested: list[Range], level: Level) -> None:
        """Prove that the rows of the nested table are below the parent in the path."""
        while nested:
            proven = {found: conditions.parent_proof(found, level, self._findings.query) for found in nested}
            for found, proof in proven.items():
                if proof is not None and found.table is not None:
                    found.parent_columns.add(str(found.table.parent_column))
                    self._findings.evidence.append(proof)
            if not any(proven.values()):
                break
            nested = [found for found in nested if proven[found] is None]
        for found in nested:
            name = f"{found.name}.{found.table.parent_column}" if found.table else found.name
            self._findings.fault(f"it reaches {found.name} without {name} = $n, the parent in the path")

    def _prove_range(self, found: Range, level: Level) -> bool:
        proof = conditions.owner_proof(found, level, self._findings.query)
        if proof is None or found.table is None or found.table.owner_column is None:
            return False
        found.owner_columns.add(found.table.owner_column)
        self._findings.evidence.append(proof)
        return True

    def _outputs(self, targets: Iterable[Node], level: Level) -> tuple[Output, ...]:
        """The columns that a query returns. A star among them hides which one is where."""
        values = [(target, unwrap(target.val)) for target in targets if kind(target) == "ResTarget"]
        is_certain = not any(conditions.is_star(value) for _, value in values)
        query = self._findings.query
        return tuple(
            Output(
                outputs.output_name(target), is_owner=is_certain and conditions.is_owner(value, level, query)
            )
            for target, value in values
        )

"""Random statements on `tasks`, `projects` and `plans`: joins, subqueries and all sorts of conditions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

COLUMNS = {
    "tasks": ("owner_id", "id", "title"),
    "projects": ("owner_id", "id", "name"),
    "plans": ("id", "name"),
}
JOINS = ("JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")
TESTS = ("TRUE", "NOT TRUE", "NOT FALSE")
IN_LISTS = ("$1", "$1, 'bob'")
MAX_DEPTH = 2


@dataclass
class Scope:
    """The ranges that an expression can name: their aliases with their columns."""

    ranges: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def owned(self) -> list[str]:
        return [alias for alias, columns in self.ranges.items() if "owner_id" in columns]


class Generator:
    """Generates statements from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.count = 0

    def statement(self) -> str:
        """A SELECT, with WITH or UNION at times, an UPDATE or a DELETE."""
        kind = self.random.choices(
            (self.query, self.with_query, self.union, self.update, self.delete), (6, 2, 1, 2, 1)
        )
        made: str = kind[0]()
        return made

    def query(self, outer: Scope | None = None, depth: int = 0, columns: tuple[str, ...] = ()) -> str:
        """A SELECT that returns `columns`, or whatever it likes."""
        scope = Scope(dict(outer.ranges) if outer else {})
        before = set(scope.ranges)
        items = [self.from_item(scope, depth) for _ in range(self.random.choice((1, 1, 1, 2)))]
        own = Scope({alias: cols for alias, cols in scope.ranges.items() if alias not in before})
        where = self.where(own, scope, depth)
        targets = ", ".join(f"{self.value(own, column)} AS {column}" for column in columns) or self.targets(
            own
        )
        return f"SELECT {targets} FROM {', '.join(items)}{where}"

    def with_query(self) -> str:
        name = self.alias("w")
        body = self.query(depth=1, columns=COLUMNS["projects"])
        scope = Scope({name: COLUMNS["projects"]})
        other = self.table(scope)
        where = self.where(scope, scope, 1)
        return f"WITH {name} AS ({body}) SELECT {self.targets(scope)} FROM {name}, {other}{where}"

    def union(self) -> str:
        word = self.random.choice(("UNION", "UNION ALL", "EXCEPT", "INTERSECT"))
        sides = [self.query(depth=1, columns=("owner_id", "id")) for _ in range(2)]
        return f"{sides[0]} {word} {sides[1]}"

    def update(self) -> str:
        scope = Scope({"tasks": COLUMNS["tasks"]})
        newest = f"(SELECT max(v.title) FROM ({self.query(scope, 2, ('title',))}) AS v)"
        source = f" FROM {self.from_item(scope, 1)}" if self.random.random() < 0.5 else ""
        where = self.where(scope, scope, 1)
        return f"UPDATE tasks SET title = {self.random.choice(('$1', newest))}{source}{where}"

    def delete(self) -> str:
        scope = Scope({"tasks": COLUMNS["tasks"]})
        source = f" USING {self.from_item(scope, 1)}" if self.random.random() < 0.5 else ""
        return f"DELETE FROM tasks{source}{self.where(scope, scope, 1)} RETURNING tasks.id"

    # FROM.

    def from_item(self, scope: Scope, depth: int) -> str:
        choice = self.random.random()
        if depth >= MAX_DEPTH or choice < 0.4:
            return self.table(scope)
        if choice < 0.75:
            return self.join(scope, depth)
        return self.derived(scope, depth)

    def table(self, scope: Scope) -> str:
        name = self.random.choice(("tasks", "tasks", "projects", "projects", "plans"))
        alias = self.alias("r")
        scope.ranges[alias] = COLUMNS[name]
        return f"{name} AS {alias}"

    def join(self, scope: Scope, depth: int) -> str:
        before = set(scope.ranges)
        left = self.from_item(scope, depth + 1)
        right = self.from_item(scope, depth + 1)
        own = Scope({alias: columns for alias, columns in scope.ranges.items() if alias not in before})
        condition = " AND ".join(
            self.condition(own, own, depth + 1) for _ in range(self.random.choice((1, 2)))
        )
        return f"({left} {self.random.choice(JOINS)} {right} ON {condition})"

    def derived(self, scope: Scope, depth: int) -> str:
        alias = self.alias("d")
        lateral = self.random.random() < 0.3
        body = self.query(scope if lateral else None, depth + 1, COLUMNS["projects"])
        scope.ranges[alias] = COLUMNS["projects"]
        return f"{'LATERAL ' if lateral else ''}({body}) AS {alias}"

    # Conditions.

    def where(self, own: Scope, scope: Scope, depth: int) -> str:
        conditions = [self.condition(own, scope, depth)]
        conditions += [
            f"{alias}.owner_id = {self.owner(scope, alias)}"
            for alias in own.owned()
            if self.random.random() < 0.7
        ]
        self.random.shuffle(conditions)
        return f" WHERE {' AND '.join(conditions)}"

    def owner(self, scope: Scope, alias: str) -> str:
        others = [f"{other}.owner_id" for other in scope.owned() if other != alias]
        return self.random.choice(["$1", "$1", "$1::text", *others])

    def condition(self, own: Scope, scope: Scope, depth: int) -> str:
        kinds: list[Callable[[], str]] = [
            lambda: f"{self.column(scope)} = {self.column(scope)}",
            lambda: f"{self.column(scope, 'id')} > 0",
            lambda: f"{self.column(own)} IS NOT NULL",
            lambda: f"{self.column(own)} = $1",
            lambda: f"({self.condition(own, scope, depth)} OR {self.condition(own, scope, depth)})",
            lambda: f"({self.condition(own, scope, depth)} AND {self.condition(own, scope, depth)})",
            lambda: f"NOT ({self.condition(own, scope, depth)})",
            lambda: f"({self.condition(own, scope, depth)}) IS {self.random.choice(TESTS)}",
            lambda: f"({self.column(own)}, {self.column(scope)}) = ($1, {self.column(scope)})",
            lambda: f"{self.column(own)} IN ({self.random.choice(IN_LISTS)})",
        ]
        if depth < MAX_DEPTH:
            kinds += [
                lambda: f"EXISTS ({self.query(scope, depth + 1)})",
                lambda: f"{self.column(own, 'id')} IN ({self.query(scope, depth + 1, ('id',))})",
                lambda: f"{self.column(own)} = ANY ({self.query(scope, depth + 1, ('owner_id',))})",
            ]
        return self.random.choice(kinds)()

    # Expressions.

    def column(self, scope: Scope, name: str = "") -> str:
        found = [
            f"{alias}.{column}"
            for alias, columns in scope.ranges.items()
            for column in columns
            if (column == "id") == (name == "id")
        ]
        return self.random.choice(found) if found else "'none'"

    def value(self, own: Scope, name: str) -> str:
        return self.column(own, "id" if name == "id" else "")

    def targets(self, own: Scope) -> str:
        if self.random.random() < 0.2:
            return "count(*)"
        return ", ".join(f"{alias}.{column}" for alias, columns in own.ranges.items() for column in columns)

    def alias(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

"""Checks the compiled SQL of a statement: what PostgreSQL will read, whatever it was built from.

Every query level reads or writes one table, and is restricted by the conditions that the repository
demands. A statement that this module does not understand is rejected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...database.project_functions import PROJECT_FUNCTIONS
from ...database.sql_vocabulary import FUNCTIONS, OPERATORS, SESSION_VALUES, SYNTAX, TYPES
from .sql_tokens import (
    Clauses,
    Group,
    Part,
    Token,
    clauses,
    conjuncts,
    is_query,
    keyword_of,
    name_of,
    operands,
    part_at,
    read_sql,
    split,
    symbol_of,
)

_BEFORE_STRING = SYNTAX | TYPES | {"zone", "to", "escape", "both", "leading", "trailing"}
_LONG_TYPES = frozenset(
    tuple(name.split())
    for name in (
        "double precision",
        "character varying",
        "bit varying",
        "time with time zone",
        "time without time zone",
        "timestamp with time zone",
        "timestamp without time zone",
    )
)
_NEW_ROW = "excluded"  # of ON CONFLICT, which only tables without an owner can have
_CALLABLE = FUNCTIONS | SYNTAX | TYPES


class UnsafeSql(ValueError):
    """SQL that could reach rows beyond the conditions, or that cannot be checked."""


@dataclass(frozen=True)
class SqlCheck:
    """What the SQL of a statement on one table must hold."""

    table: str
    columns: frozenset[str]
    bound: Mapping[str, str]
    """The columns that each query level must compare with a parameter, and an INSERT must set to it."""
    fixed: frozenset[str]
    """The columns that no UPDATE sets."""
    only_reads: bool = False
    """Whether nothing but a SELECT that locks no rows is allowed."""

    def check(self, sql: str, parameters: Sequence[str]) -> None:
        """Raise UnsafeSql or UnreadableSql. `parameters` are the names of `$1, $2, ...`."""
        _Statement(self, tuple(parameters)).check(read_sql(sql))


@dataclass(frozen=True)
class _Statement:
    demanded: SqlCheck
    parameters: tuple[str, ...]

    def check(self, parts: Sequence[Part]) -> None:
        self._check_words(parts)
        if self.demanded.only_reads and keyword_of(parts[:1]) != "select":
            raise UnsafeSql("writes, where the rows of all owners are only read")
        match keyword_of(parts[:1]):
            case "select":
                self._check_query(parts)
            case "insert":
                self._check_insert(parts)
            case "update":
                self._check_update(parts)
            case "delete":
                self._check_delete(parts)
            case _:
                raise UnsafeSql("is no SELECT, INSERT, UPDATE or DELETE")

    def _check_query(self, parts: Sequence[Part]) -> None:
        """Check each SELECT that a set operation combines; one in parentheses is checked like a subquery."""
        if self.demanded.only_reads and "for" in {keyword_of([part]) for part in parts}:
            raise UnsafeSql("locks rows of other owners")
        for part in operands(parts):
            if keyword_of(part[:1]) == "select":
                self._check_conditions(clauses(part[1:]))
            elif not (part and isinstance(part[0], Group)):
                raise UnsafeSql("combines what is no SELECT")

    def _check_conditions(self, found: Clauses) -> None:
        ranges = [parts for clause, parts in found if clause in ("from", "using")]
        if not ranges:
            return  # it reads no table
        if len(ranges) > 1 or [name_of(ranges[0])] != [self.demanded.table]:
            raise UnsafeSql(f"reads from more than {self.demanded.table}")
        self._require_conditions(found)

    def _require_conditions(self, found: Clauses) -> None:
        pieces = [piece for clause, parts in found if clause == "where" for piece in conjuncts(parts)]
        for column, parameter in self.demanded.bound.items():
            if not any(self._compares(piece, column, parameter) for piece in pieces):
                raise UnsafeSql(f"does not restrict each query to {column} = {parameter}")

    def _compares(self, piece: list[Part], column: str, parameter: str) -> bool:
        """Whether a piece is `table.column = $n`, where `$n` is the parameter."""
        names = [part.identifier if isinstance(part, Token) else None for part in piece[:3]]
        marks = [part.text for part in piece[1:4:2] if isinstance(part, Token)]
        return (
            names[:1] + names[2:] == [self.demanded.table, column]
            and marks == [".", "="]
            and self._is_parameter(piece[4:], parameter)
        )

    def _is_parameter(self, parts: Sequence[Part], name: str) -> bool:
        """Whether the parts are `$n` or `$n::type`, where `$n` is the parameter."""
        first, cast = (parts[0] if parts else None), parts[1:]
        if not isinstance(first, Token) or first.kind != "parameter":
            return False
        index = int(first.text[1:]) - 1
        is_bound = index < len(self.parameters) and self.parameters[index] == name
        return is_bound and (not cast or (symbol_of(cast[0]) == "::" and _is_type(cast[1:])))

    def _check_insert(self, parts: Sequence[Part]) -> None:
        """`INSERT INTO table (columns) VALUES (values), ... RETURNING ...` sets the bound columns."""
        into, table, columns, values = (part_at(parts, index) for index in range(1, 5))
        is_plain = symbol_of(into) == "into" and symbol_of(values) == "values"
        if not is_plain or not isinstance(columns, Group) or name_of([table]) != self.demanded.table:
            raise UnsafeSql(f"does not insert values into {self.demanded.table}")
        names = [name_of(piece) for piece in split(columns.parts, ",")]
        rows = split(clauses(parts[5:], "values")[0][1], ",")
        for column, parameter in self.demanded.bound.items():
            for row in rows:
                group = row[0] if len(row) == 1 and isinstance(row[0], Group) else Group("(", ())
                by_name = dict(zip(names, split(group.parts, ","), strict=False))
                if names.count(column) != 1 or not self._is_parameter(by_name.get(column, []), parameter):
                    raise UnsafeSql(f"does not set {column} to {parameter} in each new row")

    def _check_delete(self, parts: Sequence[Part]) -> None:
        if keyword_of(parts[1:2]) != "from":
            raise UnsafeSql(f"deletes from something else than {self.demanded.table}")
        self._check_conditions(clauses(parts[1:]))

    def _check_update(self, parts: Sequence[Part]) -> None:
        if name_of(parts[1:2]) != self.demanded.table or keyword_of(parts[2:3]) != "set":
            raise UnsafeSql(f"updates something else than {self.demanded.table}")
        found = clauses(parts[3:], "set")
        for assignment in split(found[0][1], ","):
            column = name_of(assignment[:1])
            if column not in self.demanded.columns or column in self.demanded.fixed:
                raise UnsafeSql(f"sets {column or 'several columns at once'}")
        if any(clause in ("from", "using") for clause, _ in found):
            raise UnsafeSql(f"reads from more than {self.demanded.table}")
        self._require_conditions(found)

    def _check_words(self, parts: Sequence[Part]) -> None:
        """Check names, functions, operators and casts at every depth, and each subquery."""
        for index, part in enumerate(parts):
            before = parts[:index]
            if isinstance(part, Group):
                self._check_group(part, before)
            else:
                self._check_token(part, before)

    def _check_group(self, group: Group, before: Sequence[Part]) -> None:
        name = before[-1] if before and isinstance(before[-1], Token) else None
        called = name.identifier if name and group.opening == "(" else None
        is_target = keyword_of(before[-2:-1]) == "into"
        if called is not None and not is_target:
            is_qualified = len(before) > 1 and symbol_of(before[-2]) == "."
            if is_qualified or not (called in PROJECT_FUNCTIONS or called in _CALLABLE):
                raise UnsafeSql(f"calls {called}()")
        if called == "cast" and not is_target:
            self._check_type(split(group.parts, "as")[-1][:1])
        self._check_words(group.parts)
        if is_query(group):
            self._check_query(group.parts)

    def _check_token(self, token: Token, before: Sequence[Part]) -> None:
        previous = before[-1] if before else None
        if symbol_of(previous) == "::" and isinstance(previous, Token):
            self._check_type([token])
        elif token.kind == "operator" and token.text not in OPERATORS and token.text not in PROJECT_FUNCTIONS:
            raise UnsafeSql(f"uses the operator {token.text}")
        elif token.kind == "string" and isinstance(previous, Token):
            is_keyword = previous.word is None or previous.word in _BEFORE_STRING
            if previous.kind == "quoted" or not is_keyword:
                raise UnsafeSql(f"has a value of the type {previous.text}")
        elif symbol_of(previous) == "." and previous and len(before) > 1:
            self._check_column(token, before[-2])
        elif token.kind == "name" and token.text in SESSION_VALUES:
            raise UnsafeSql(f"reads {token.text}")

    def _check_column(self, token: Token, table: Part) -> None:
        if name_of([table]) not in (self.demanded.table, _NEW_ROW):
            raise UnsafeSql(f"reads from more than {self.demanded.table}")
        if token.text not in self.demanded.columns | {"*"}:
            raise UnsafeSql(f"reads {self.demanded.table}.{token.text}, which is no column of its own")

    def _check_type(self, parts: Sequence[Part]) -> None:
        if keyword_of(parts) not in TYPES and keyword_of(parts) not in PROJECT_FUNCTIONS:
            raise UnsafeSql(f"casts to {name_of(parts) or 'what is no type'}")


def _is_type(parts: Sequence[Part]) -> bool:
    """Whether the parts are a type and nothing more: `varchar(200)`, `timestamp with time zone`, `uuid[]`."""
    words = [part for part in parts if not isinstance(part, Group)]
    is_known = keyword_of(words) in TYPES or keyword_of(words) in PROJECT_FUNCTIONS
    return is_known or tuple(map(symbol_of, words)) in _LONG_TYPES

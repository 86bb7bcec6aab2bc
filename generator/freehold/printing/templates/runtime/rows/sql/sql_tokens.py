"""Splits SQL into tokens, clauses and conditions, as PostgreSQL does (its manual, sections 4.1 and 7.2)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\n\r\f\v]+)
    | (?P<parameter>\$[0-9]+)
    | (?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+)
    | (?P<name>[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*)
    | (?P<quoted>"(?:[^"]|"")+")
    | (?P<string>'(?:[^'\\]|'')*')
    | (?P<operator>[-+*/<>=~!@\#%^&|`?]+)
    | (?P<mark>::|:(?!=)|[(),.\[\]])
    """,
    re.VERBOSE,
)
_BEFORE_QUOTE = " \t\n\r\f\v(,[.="  # so that a quote never has a prefix: E'...', U&"..."
_CLAUSES = frozenset(
    (
        "from",
        "where",
        "group",
        "having",
        "window",
        "order",
        "limit",
        "offset",
        "fetch",
        "for",
        "returning",
        "using",
    )
)
_SET_OPERATIONS = frozenset({"union", "intersect", "except"})
_FORBIDDEN = frozenset({"into", "join", "table", "with"})
_CLOSING = {"(": ")", "[": "]"}


class UnreadableSql(ValueError):
    """SQL that this module does not read: a comment, a second statement, an escape."""


@dataclass(frozen=True)
class Token:
    """A word or a symbol. The names of PostgreSQL that are not quoted are in small letters."""

    kind: str
    text: str

    @property
    def word(self) -> str | None:
        """The keyword or name that is not quoted."""
        return self.text if self.kind == "name" else None

    @property
    def identifier(self) -> str | None:
        """The name, quoted or not."""
        return self.text if self.kind in ("name", "quoted") else None


@dataclass(frozen=True)
class Group:
    """What is between parentheses or brackets."""

    opening: str
    parts: "tuple[Part, ...]"


Part: TypeAlias = Token | Group
Clauses: TypeAlias = Sequence[tuple[str, list[Part]]]
"""The keyword of each clause of a query, and its parts."""


def read_sql(sql: str) -> tuple[Part, ...]:
    """The tokens of a statement. Raises UnreadableSql."""
    stack: list[tuple[str, list[Part]]] = [("", [])]
    for token in _tokens(sql):
        if token.text in _CLOSING and token.kind == "mark":
            stack.append((token.text, []))
        elif token.text in _CLOSING.values() and token.kind == "mark":
            opening, parts = stack.pop()
            if not stack or _CLOSING.get(opening) != token.text:
                raise UnreadableSql("has parentheses that do not match")
            stack[-1][1].append(Group(opening, tuple(parts)))
        else:
            stack[-1][1].append(token)
    if len(stack) > 1:
        raise UnreadableSql("has parentheses that do not match")
    return tuple(stack[0][1])


def split(parts: Sequence[Part], separator: str) -> list[list[Part]]:
    """The parts between separators, which are keywords or marks."""
    pieces: list[list[Part]] = [[]]
    for part in parts:
        if isinstance(part, Token) and part.kind in ("name", "mark") and part.text == separator:
            pieces.append([])
        else:
            pieces[-1].append(part)
    return pieces


def _tokens(sql: str) -> Iterator[Token]:
    position = 0
    while position < len(sql):
        match = _TOKEN.match(sql, position)
        if match is None:
            raise UnreadableSql(f"contains {sql[position : position + 10]!r}, which cannot be checked")
        kind, text = str(match.lastgroup), match[0]
        if kind in ("string", "quoted") and sql[position - 1] not in _BEFORE_QUOTE:
            raise UnreadableSql(f"contains {sql[position - 1] + text:.10}, which cannot be checked")
        position = match.end()
        if kind == "quoted":
            text = text[1:-1].replace('""', '"')
        elif text == "!=":
            text = "<>"  # PostgreSQL reads it so, too
        elif kind == "name" and text.isascii():
            text = text.lower()
        if kind != "space":
            yield Token(kind, text)


def clauses(parts: Sequence[Part], first: str = "select") -> Clauses:
    """The clauses of a query with their parts, in order. Raises UnreadableSql for others."""
    found: list[tuple[str, list[Part]]] = [(first, [])]
    for index, part in enumerate(parts):
        word = keyword_of([part])
        if word in _FORBIDDEN and not (word == "with" and keyword_of(parts[index + 1 : index + 2]) == "time"):
            raise UnreadableSql(f"has {word.upper()}, which cannot be checked")
        if word in _CLAUSES and not _is_distinct_from(parts[:index], word):
            found.append((word, []))
        else:
            found[-1][1].append(part)
    return found


def _is_distinct_from(before: Sequence[Part], word: str) -> bool:
    """Whether a word is the FROM of `IS DISTINCT FROM`, which is an operator."""
    return (
        word == "from"
        and keyword_of(before[-1:]) == "distinct"
        and keyword_of(before[-2:-1]) in ("is", "not")
    )


def operands(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """The queries that UNION, INTERSECT and EXCEPT combine."""
    operand: list[Part] = []
    for part in parts:
        if keyword_of([part]) in _SET_OPERATIONS:
            yield operand
            operand = []
        elif operand or keyword_of([part]) not in ("all", "distinct"):
            operand.append(part)
    yield operand


def conjuncts(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """The conditions that AND combines; nothing where an OR makes each of them optional."""
    pieces: list[list[Part]] = [[]]
    cases, is_between = 0, False
    for part in parts:
        word = keyword_of([part])
        cases += (word == "case") - (word == "end")
        if word == "or" and not cases:
            return
        if word == "and" and not cases and not is_between:
            pieces.append([])
            continue
        if not cases:
            is_between = word == "between" or (is_between and word != "and")
        pieces[-1].append(part)
    for piece in pieces:
        nested = piece[0] if len(piece) == 1 else None
        if isinstance(nested, Group) and _is_condition(nested):
            yield from conjuncts(nested.parts)
        else:
            yield piece


def _is_condition(group: Group) -> bool:
    """Whether a group is a condition in parentheses, and neither a subquery nor a row of values."""
    return group.opening == "(" and not is_query(group) and "," not in map(symbol_of, group.parts)


def is_query(group: Group) -> bool:
    """Whether a group is a subquery, or combines several."""
    words = {keyword_of([part]) for part in group.parts}
    return bool(words & _SET_OPERATIONS) or keyword_of(group.parts[:1]) in ("select", "table", "with")


def part_at(parts: Sequence[Part], index: int) -> Part | None:
    """The part at an index, or None behind the last one."""
    return parts[index] if index < len(parts) else None


def symbol_of(part: Part | None) -> str | None:
    """The keyword or the symbol; None for a name in quotes, which can look like one."""
    return part.text if isinstance(part, Token) and part.kind != "quoted" else None


def keyword_of(parts: Sequence[Part]) -> str | None:
    """The keyword that the only part is."""
    return parts[0].word if len(parts) == 1 and isinstance(parts[0], Token) else None


def name_of(parts: Sequence[Part | None]) -> str | None:
    """The name that the only part is."""
    part = parts[0] if len(parts) == 1 else None
    return part.identifier if isinstance(part, Token) else None

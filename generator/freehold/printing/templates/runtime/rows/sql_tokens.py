"""Splits SQL into tokens, nested by parentheses, as PostgreSQL does (its manual, section 4.1)."""

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

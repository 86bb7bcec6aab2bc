"""Reads SQL with the parser of PostgreSQL itself (postgast), and walks its parse trees."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any, TypeAlias

from freehold.ground.problems import UsageError

Node: TypeAlias = Any
"""A node of a parse tree: a message of PostgreSQL's `parsenodes.h`, as Protocol Buffers describe it."""


class UnreadableStatement(ValueError):
    """SQL that PostgreSQL cannot parse, or that is not one statement."""


def load_parser() -> ModuleType:
    """Import the parser. Raises UsageError when it is not installed: it is optional."""
    try:
        import postgast
    except ImportError:
        raise UsageError(
            "freehold prove needs the parser of PostgreSQL: run `pip install 'freehold[prove]'`."
        ) from None
    module: ModuleType = postgast
    return module


def parse_statement(sql: str) -> Node:
    """Parse exactly one statement. Raises UnreadableStatement."""
    parser = load_parser()
    if "\0" in sql:
        raise UnreadableStatement("it contains U+0000, where PostgreSQL stops to read")
    try:
        statements = parser.parse(sql).stmts
    except (parser.PgQueryError, UnicodeError) as error:
        raise UnreadableStatement(f"PostgreSQL cannot parse it: {error}") from None
    if len(statements) != 1:
        raise UnreadableStatement(f"it is {len(statements)} statements instead of one")
    return unwrap(statements[0].stmt)


def unwrap(node: Node) -> Node:
    """The message in a wrapper node; other messages are returned as they are."""
    if node.DESCRIPTOR.name != "Node":
        return node
    name = node.WhichOneof("node")
    return node if name is None else getattr(node, name)


def kind(node: Node) -> str:
    """The name of the kind of a node: `SelectStmt`, `A_Expr`."""
    return str(node.DESCRIPTOR.name)


def items(nodes: Any) -> list[Node]:
    """The nodes of a list, unwrapped."""
    return [unwrap(node) for node in nodes]


def optional(node: Node, field: str) -> Node | None:
    """The node in a field, unwrapped, or None when the field is not set."""
    return unwrap(getattr(node, field)) if node.HasField(field) else None


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes directly below a node."""
    for field, value in node.ListFields():
        if field.message_type is None:
            continue
        for child in map(unwrap, value if field.is_repeated else (value,)):
            if kind(child) != "Node":  # an empty place in a list
                yield child


def enum_name(node: Node, field: str) -> str:
    """The name of the value of an enumeration: `JOIN_LEFT`."""
    descriptor = node.DESCRIPTOR.fields_by_name[field]
    return str(descriptor.enum_type.values_by_number[getattr(node, field)].name)


def texts(nodes: Any) -> tuple[str, ...]:
    """The texts of a list of names, such as that of a function; `*` stands for what is no text."""
    return tuple(node.sval if kind(node) == "String" else "*" for node in items(nodes))

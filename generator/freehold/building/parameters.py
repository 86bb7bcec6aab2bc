"""From the parameters of an operation to those of a Python function."""

from collections.abc import Iterator
from typing import Any

from freehold.contract.column_types import column_type
from freehold.ground.literals import Code, literal
from freehold.ground.naming import identifier
from freehold.reading.document import Node

_CONSTRAINTS = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
    "minItems": "min_length",
    "maxItems": "max_length",
}


def name(parameter: Node) -> Code:
    """The parameter's name in Python."""
    return identifier(parameter.get_value("name"))


def annotation(parameter: Node, *, wire: bool = False) -> Code:
    """The parameter's type in Python: as it is used or, on the wire, as it is checked."""
    schema = parameter.get("schema")
    types = column_type(schema) if schema else None
    assert types is not None, "the rules let the parameter through"  # noqa: S101 - they have checked it
    python = (types.wire if wire else None) or types.python
    return Code(python if _always(parameter) else f"{python} | None")


def declaration(parameter: Node) -> Code:
    """The parameter as a route declares it: with its constraints and its default."""
    schema = _schema(parameter)
    alias = (
        []
        if name(parameter) == parameter.get_value("name")
        else [f"alias={literal(parameter.get_value('name'))}"]
    )
    kind = annotation(parameter, wire=True)
    checked = kind != annotation(parameter)
    said = ", ".join([*alias, *_constraints(schema, annotation(parameter), checked=checked)])
    place = "Path" if parameter.get_value("in") == "path" else "Query"
    notes = [f"{place}({said})"] if said or schema.get("type") == "array" else []
    notes += ["Commas()"] if parameter.get_value("explode") is False else []
    typed = f"Annotated[{', '.join([kind, *notes])}]" if notes else kind
    if "default" in schema:
        return Code(f"{name(parameter)}: {typed} = {literal(schema['default'])}")
    return Code(f"{name(parameter)}: {typed}{'' if _always(parameter) else ' = None'}")


def typed(parameter: Node) -> Code:
    """The parameter as a repository declares it: the route has checked it."""
    return Code(f"{name(parameter)}: {annotation(parameter)}")


def _always(parameter: Node) -> bool:
    return bool(parameter.get_value("required")) or "default" in _schema(parameter)


def _constraints(schema: dict[str, Any], kind: Code, *, checked: bool) -> Iterator[str]:
    """What the type itself does not say; a type that is `checked` on the wire says the pattern."""
    if kind.startswith(("str", "int", "float", "list")):
        words = {key: word for key, word in _CONSTRAINTS.items() if not (checked and key == "pattern")}
        yield from (f"{word}={literal(schema[key])}" for key, word in words.items() if key in schema)


def _schema(parameter: Node) -> dict[str, Any]:
    found = parameter.get("schema")
    return dict(found.value) if found else {}

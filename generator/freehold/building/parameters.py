"""Prints a parameter of an operation as a parameter of a Python function."""

from collections.abc import Iterator
from typing import Any

from freehold.contract.operations.deep_objects import is_deep_object
from freehold.contract.rows.column_types import column_type, default_value, without_null
from freehold.ground.literals import Code, literal
from freehold.ground.naming import class_name, parameter_name
from freehold.reading.document import Node

_CONSTRAINTS = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
}
_LOCATIONS = {"path": "Path", "query": "Query", "header": "Header"}


def python_name(parameter: Node) -> Code:
    """The name of the parameter in Python."""
    return parameter_name(str(parameter.get_value("name")))


def annotation(parameter: Node, *, wire: bool = False) -> Code:
    """The annotation of the parameter: the type of its value or, with `wire`, the type that validates it."""
    schema = parameter.get("schema")
    assert schema is not None, "no rule rejected the parameter"  # noqa: S101 - the rules have checked it
    if is_deep_object(parameter):
        python = class_name(without_null(schema).name)
    else:
        types = column_type(schema)
        python = (types.wire if wire else None) or types.python
    return Code(python if _has_value(parameter) else f"{python} | None")


def route_parameter(parameter: Node) -> Code:
    """The parameter of a route, with its alias, its constraints and its default."""
    schema, place = _schema(parameter), parameter.get_value("in")
    if is_deep_object(parameter):
        named = f"DeepObject({literal(parameter.get_value('name'))})"
        default = "" if _has_value(parameter) else " = None"
        return Code(f"{python_name(parameter)}: Annotated[{annotation(parameter)}, {named}]{default}")
    alias = (
        []
        if python_name(parameter) == parameter.get_value("name")
        else [f"alias={literal(parameter.get_value('name'))}"]
    )
    wire_type = annotation(parameter, wire=True)
    is_wire_type = wire_type != annotation(parameter)
    arguments = ", ".join([*alias, *_constraints(schema, annotation(parameter), is_wire_type=is_wire_type)])
    is_marked = arguments or schema.get("type") == "array" or place == "header"
    metadata = [f"{_LOCATIONS[place]}({arguments})"] if is_marked else []
    annotated = f"Annotated[{', '.join([wire_type, *metadata])}]" if metadata else wire_type
    declared = parameter.get("schema")
    if declared is not None and "default" in schema:
        default = default_value(declared)
        is_decimal = column_type(declared).python == "Decimal" and default is not None
        value = f"Decimal({literal(default)})" if is_decimal else literal(default)
        return Code(f"{python_name(parameter)}: {annotated} = {value}")
    return Code(f"{python_name(parameter)}: {annotated}{'' if _has_value(parameter) else ' = None'}")


def method_parameter(parameter: Node) -> Code:
    """The parameter of a repository method, which the route has validated."""
    return Code(f"{python_name(parameter)}: {annotation(parameter)}")


def _has_value(parameter: Node) -> bool:
    return bool(parameter.get_value("required")) or "default" in _schema(parameter)


def _constraints(schema: dict[str, Any], python_type: Code, *, is_wire_type: bool) -> Iterator[str]:
    """The constraints that pydantic holds exactly as JSON Schema does; the document judges all of them."""
    if python_type.startswith(("str", "int", "list")) and not is_wire_type:
        yield from (
            f"{argument}={literal(schema[key])}"
            for key, argument in _CONSTRAINTS.items()
            if isinstance(schema.get(key), int) and not isinstance(schema[key], bool)
        )


def _schema(parameter: Node) -> dict[str, Any]:
    schema = parameter.get("schema")
    return dict(schema.value) if schema else {}

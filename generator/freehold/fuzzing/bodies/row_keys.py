"""Keys of rows in requests: new ones, and the one that a body repeats because its path names the row."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.resources import chosen_key, id_property, is_singleton, properties
from freehold.contract.rows.chosen_keys import repeated_key
from freehold.contract.samples.maker import is_valid
from freehold.fuzzing.bodies.sample_bodies import compose, row_in, variations, with_row
from freehold.ground.naming import column_name
from freehold.reading.document import Node

_MISSING_INTEGER = "2147483646"


def unique_properties(resource: Node) -> set[str]:
    """The properties of unique keys. Keys are declared by the names of properties or of columns."""
    options = resource.get("x-resource")
    declared: Iterable[Any] = options.get_value("unique", []) if options else []
    names = {name for key in declared for name in (key if isinstance(key, list) else [key])}
    names |= {column_name(name) for name in names}
    found = {name for name in properties(resource) if {name, column_name(name)} & names}
    return found | ({str(chosen_key(resource))} if chosen_key(resource) else set())


def missing_key(resource: Node) -> str:
    """The text of a key that no row has, in the form that the contract gives it."""
    if is_singleton(resource):
        return str(uuid4())  # no path has it
    prop = properties(resource)[id_property(resource)]
    if chosen_key(resource) is not None:
        found = (value for value in variations(prop, compose(prop)) if is_valid(prop, value))
        return str(next(found, uuid4()))
    return _MISSING_INTEGER if prop.get_value("type") == "integer" else str(uuid4())


def with_key(operation: ContractOperation, resource: Node, body: Any, key: str) -> Any:
    """Return a body that names the row which its path names, if it names one."""
    name, row = repeated_key(operation, resource), row_in(operation, body)
    if name is None or not isinstance(row, dict) or name not in row:
        return body
    is_number = properties(resource)[name].get_value("type") == "integer"
    value = int(key) if is_number and key.lstrip("-").isdecimal() else key
    return with_row(operation, body, {**row, name: value})

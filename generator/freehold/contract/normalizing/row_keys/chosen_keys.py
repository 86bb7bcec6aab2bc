"""Says of a resource without a generated id which property is its key, where its paths show it.

`/labels/{code}` names a row by `code` if a row has that property, and the body of a new row requires it.
"""

from collections.abc import Iterator

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.path_parameters import split_path_parameters
from freehold.contract.resources import (
    chosen_key,
    generated_properties,
    is_singleton,
    properties,
    resources,
)
from freehold.ground.naming import column_name
from freehold.reading.document import Document, Node

_ROW_KINDS = ("get", "update", "replace", "delete")


def name_chosen_keys(document: Document) -> Document:
    """Return the contract with `id` in the `x-resource` of these resources, changed in place."""
    found = {
        name: _key_in_paths(name, schema)
        for name, schema in resources(document).items()
        if not is_singleton(schema) and chosen_key(schema) is None and not _has_generated_id(schema)
    }
    for name, key in found.items():
        if key is not None:
            schema = resources(document)[name]
            schema.value["x-resource"] = {**schema.value["x-resource"], "id": key}
    return document.with_root(document.root) if any(found.values()) else document


def _has_generated_id(schema: Node) -> bool:
    return any(generated_properties(schema, kind) for kind in ("uuid", "identity"))


def _key_in_paths(name: str, schema: Node) -> str | None:
    """Return the property that all paths to a row name, and a new row gets from its body or its path."""
    own = [operation for operation in operations(schema.document) if operation.resource == name]
    creates = [operation for operation in own if operation.kind == "create"]
    named = dict.fromkeys(_named(own, schema))
    if len(named) != 1:
        return None
    key = next(iter(named))
    if key not in properties(schema):
        return None
    bodies = [operation.row_body() for operation in creates]
    is_sent = all(body is not None and key in body.get_value("required", []) for body in bodies)
    return key if is_sent and properties(schema)[key].get_value("readOnly") is not True else None


def _named(own: list[ContractOperation], schema: Node) -> Iterator[str]:
    """Yield the property that is named like the parameter of each row; "" where there is none."""
    by_column = {column_name(name): name for name in properties(schema)}
    for operation in own:
        item = split_path_parameters(operation, schema)[1]
        if item is not None and operation.kind in _ROW_KINDS:
            yield by_column.get(column_name(str(item.get_value("name"))), "")

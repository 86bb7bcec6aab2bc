"""Rules about ids: what a path says fits the row, and the owner, that it stands for."""

import re
from collections.abc import Iterator

from freehold.contract.column_types import allowed_values, base_type, column_type
from freehold.contract.operations import ContractOperation, operations
from freehold.contract.resources import id_property, owner, properties, resources
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_ON_A_ROW = ("get", "update", "replace", "delete")


def made(document: Document) -> Iterator[Problem]:
    """The database makes any id, not one of a few."""
    for name, schema in resources(document).items():
        found = _id(schema)
        for word in ("enum", "const"):
            said = found.get(word) if found else None
            if said is not None:
                what = f"the id of {name} is made by the database, and not out of a few"
                yield said.problem(what, f"Remove `{word}`.")


def paths(document: Document) -> Iterator[Problem]:
    """The id in a path is of the type of the row's."""
    known = resources(document)
    for operation, parameter in _rows(operations(document)):
        resource = known.get(operation.resource or "")
        row_id = _id(resource) if resource else None
        schema = parameter.get("schema")
        if schema is None or row_id is None or parameter.get_value("x-owner") is True:
            continue
        mine, theirs = column_type(schema), column_type(row_id)
        if mine is None or theirs is None or allowed_values(row_id):
            continue  # told elsewhere
        if mine.column != theirs.column and (mine.column, theirs.column) != ("Integer", "BigInteger"):
            words = [
                f"{word}: {row_id.get_value(word)}" for word in ("type", "format") if row_id.get_value(word)
            ]
            what = f"{parameter.get_value('name')} is of another type than the id of {operation.resource}"
            yield schema.problem(what, f"Write `{', '.join(words)}`, as there.")


def owners(document: Document) -> Iterator[Problem]:
    """An owner in a path is the text of the token's claim, and stands beside the id of a row."""
    known = resources(document)
    for operation, parameter in _rows(operations(document)):
        if parameter.get_value("x-owner") is True and operation.kind in _ON_A_ROW:
            said = parameter.get("x-owner") or parameter
            fix = f"Remove `x-owner`, or add the id of the row to the path: {operation.path}/{{id}}."
            yield said.problem(f"{operation.id} needs the id of a row where its path names the owner", fix)
    for operation in operations(document):
        resource = known.get(operation.resource or "")
        for parameter in operation.parameters() if resource else ():
            schema = parameter.get("schema")
            if parameter.get_value("x-owner") is True and schema and resource:
                yield from _owner(parameter, schema, resource)


def _id(resource: Node) -> Node | None:
    return properties(resource).get(id_property(resource))


def _owner(parameter: Node, schema: Node, resource: Node) -> Iterator[Problem]:
    whose = owner(resource)
    allowed = (None, "uuid") if whose and whose.format == "uuid" else (None,)
    if base_type(schema) != "string" or schema.get_value("format") not in allowed or allowed_values(schema):
        form = ", format: uuid" if "uuid" in allowed else ""
        what = f"{parameter.get_value('name')} is of another type than the owner of {resource.name}"
        yield schema.problem(what, f"Write `type: string{form}`.")


def _rows(found: list[ContractOperation]) -> Iterator[tuple[ContractOperation, Node]]:
    """The operations on one row, each with the parameter that stands for the row's id in its path."""
    items = {(operation.resource, operation.path) for operation in found if operation.kind in _ON_A_ROW}
    for operation in found:
        mine = [path for resource, path in items if resource == operation.resource]
        under = [path for path in mine if f"{operation.path}/".startswith(f"{path}/")]
        at = max(under, key=len, default="")
        names = re.findall(r"\{([^{}]*)\}$", at)
        for parameter in operation.parameters():
            if parameter.get_value("in") == "path" and parameter.get_value("name") in names:
                yield operation, parameter

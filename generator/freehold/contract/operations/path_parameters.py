"""What the parameters of a path name: the owner, the parents, and the row itself."""

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.path_parents import parent_fields
from freehold.contract.resources import Link, parent, resources
from freehold.reading.document import Node


def split_path_parameters(operation: ContractOperation, resource: Node) -> tuple[list[Node], Node | None]:
    """Return the path parameters of the parents, and the one of the row itself."""
    fields = path_parents(operation, resource)
    path = _row_parameters(operation)
    rest = [p for p in path if str(p.get_value("name")) not in fields]
    return [p for p in path if str(p.get_value("name")) in fields], rest[0] if rest else None


def path_parents(operation: ContractOperation, resource: Node) -> dict[str, str]:
    """Return the path parameters that name parents of a row, with the columns that refer to these."""
    names = [str(p.get_value("name")) for p in _row_parameters(operation)]
    return parent_fields(operation.path, names, resource, ancestors(resource))


def parents_in_path(operation: ContractOperation, resource: Node) -> list[tuple[Node, Node]]:
    """Return the path parameters that name parents of a row, each with the resource of the parent."""
    above = {link.field: target for link, target in ancestors(resource)}
    fields = path_parents(operation, resource)
    named = {str(p.get_value("name")): p for p in _row_parameters(operation)}
    return [(named[name], above[field]) for name, field in fields.items()]


def _row_parameters(operation: ContractOperation) -> list[Node]:
    """Return the path parameters without the owner, in the order of the path."""
    path = [p for p in operation.parameters() if p.get_value("in") == "path"]
    rows = [p for p in path if p.get_value("x-owner") is not True]
    return sorted(rows, key=lambda p: operation.path.find(f"{{{p.get_value('name')}}}"))


def ancestors(resource: Node) -> list[tuple[Link, Node]]:
    """Return the ancestors of a resource, the topmost first, each with the link that leads to it."""
    known = resources(resource.document)
    found: list[tuple[Link, Node]] = []
    link = parent(resource)
    while link is not None and link.resource in known and len(found) < len(known):
        found.insert(0, (link, known[link.resource]))
        link = parent(known[link.resource])
    return found


def owner_parameter(operation: ContractOperation) -> str | None:
    """Return the name of the path parameter that is marked as owner, or None."""
    marked = (
        p for p in operation.parameters() if p.get_value("in") == "path" and p.get_value("x-owner") is True
    )
    return next((str(parameter.get_value("name")) for parameter in marked), None)

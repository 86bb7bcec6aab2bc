"""What the parameters of a path name: the owner, the parents, and the row itself."""

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.resources import Link, parent, resources
from freehold.ground.naming import column_name
from freehold.reading.document import Node


def split_path_parameters(operation: ContractOperation, resource: Node) -> tuple[list[Node], Node | None]:
    """Return the path parameters of the parents, and the one of the row itself."""
    path = [
        p
        for p in operation.parameters()
        if p.get_value("in") == "path" and p.get_value("x-owner") is not True
    ]
    above = ancestors(resource)
    parents = [p for p in path if column_name(str(p.get_value("name"))) in {link.field for link, _ in above}]
    rest = [p for p in path if p.pointer not in {parent.pointer for parent in parents}]
    return parents, rest[0] if rest else None


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

"""The names of a resource's package and repository, in routes and in wiring.py."""

from freehold.contract.resources import schemas
from freehold.ground.literals import Code
from freehold.ground.naming import identifier, pluralize, snake_case
from freehold.reading.document import Node


def package_name(resource: Node) -> Code:
    """The plural in snake_case: the package of the resource, and a route's parameter for its repository."""
    return identifier(pluralize(snake_case(resource.name)))


def dependency_name(resource: Node) -> Code:
    """The plural as the name of a type, `Tasks`; `OwnedTasks` when a schema has that name."""
    name = Code("".join(part.capitalize() for part in package_name(resource).split("_")))
    return Code(f"Owned{name}") if name in dict(schemas(resource.document)) else name

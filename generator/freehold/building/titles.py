"""What the repositories of a resource are called in routes and in the wiring."""

from freehold.contract.resources import schemas
from freehold.ground.literals import Code
from freehold.ground.naming import identifier, pluralize, snake_case
from freehold.reading.document import Node


def module(resource: Node) -> Code:
    """The plural in snake_case: the package of the resource, and its repository in a route."""
    return identifier(pluralize(snake_case(resource.name)))


def title(resource: Node) -> Code:
    """The plural as the name of a type, unless a schema has it: Tasks."""
    name = Code("".join(part.capitalize() for part in module(resource).split("_")))
    return Code(f"Owned{name}") if name in dict(schemas(resource.document)) else name

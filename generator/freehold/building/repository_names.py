"""The names of a resource's package and repository, in routes and in wiring.py."""

from freehold.contract.resources import schemas
from freehold.ground.literals import Code
from freehold.ground.naming import class_name, is_valid_class_name, module_name
from freehold.reading.document import Node


def package_name(resource: Node) -> Code:
    """The plural in snake_case: the package of the resource, and a route's parameter for its repository."""
    return module_name(resource.name)


def dependency_name(resource: Node) -> Code:
    """The plural as the name of a type, `Tasks`; `OwnedTasks` when a schema has that name."""
    name = Code("".join(part.capitalize() for part in package_name(resource).split("_")))
    is_taken = name in {class_name(other) for other, _ in schemas(resource.document)}
    return Code(f"Owned{name}") if is_taken or not is_valid_class_name(name) else name

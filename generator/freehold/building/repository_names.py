"""The names of a resource's package and repository, in routes and in wiring.py."""

from freehold.contract.resources import resources, schemas
from freehold.ground.literals import Code
from freehold.ground.naming import class_name, is_valid_class_name, module_name
from freehold.reading.document import Node


def package_name(resource: Node) -> Code:
    """The plural in snake_case: the package of the resource, and a route's parameter for its repository."""
    return module_name(resource.name)


def readers_name(resource: Node) -> Code:
    """The type of the repository that reads the rows of all owners: `AllTasks`."""
    taken = {dependency_name(other) for other in resources(resource.document).values()}
    taken |= {Code(name) for name in dict(schemas(resource.document))}
    names = (f"All{'Readable' * count}{dependency_name(resource)}" for count in range(len(taken) + 1))
    return next(Code(name) for name in names if name not in taken)


def dependency_name(resource: Node) -> Code:
    """The plural as the name of a type, `Tasks`; `OwnedTasks` when a schema has that name."""
    name = Code("".join(part.capitalize() for part in package_name(resource).split("_")))
    known = resource.document.cache
    if "class_names" not in known:
        known["class_names"] = {class_name(other) for other, _ in schemas(resource.document)}
    is_taken = name in known["class_names"]
    return Code(f"Owned{name}") if is_taken or not is_valid_class_name(name) else name

"""Which operations read the rows of all owners (`x-resource: {read: anybody}`), and by which keys."""

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.resources import id_property, owner, readers
from freehold.contract.rows.keys import key_property
from freehold.ground.naming import column_name
from freehold.reading.document import Node

_READING = ("list", "get")


def reads_all_owners(operation: ContractOperation, resource: Node | None) -> bool:
    """Whether an operation reads the rows of all owners: a list, a get, or a custom GET without a token.

    All others reach the rows of the caller only.
    """
    if resource is None or readers(resource) == "owner":
        return False
    is_public = operation.kind == "custom" and operation.method == "get" and not operation.requires_token
    return operation.kind in _READING or is_public


def tells_foreign(operation: ContractOperation, resource: Node) -> bool:
    """Whether an operation answers 403 for a row that the caller reads and may not change: if it says so."""
    is_declared = operation.node.get_path("responses", "403") is not None
    return readers(resource) != "owner" and is_declared and not reads_all_owners(operation, resource)


def keys_of_all_owners(resource: Node) -> list[str]:
    """Return the columns by which paths name rows of all owners, so that each value is unique among them."""
    if readers(resource) == "owner":
        return []
    found = (o for o in operations(resource.document) if o.resource == resource.name)
    keys = (key_property(o, resource) for o in found if reads_all_owners(o, resource))
    return list(dict.fromkeys(map(column_name, (id_property(resource), *keys))))


def is_narrower(resource: Node, other: Node) -> bool:
    """Whether some of those who read the rows of a resource do not read those of another one."""
    audiences = ("owner", "signed-in", "anybody")
    if owner(other) is None:
        return False
    return audiences.index(readers(other)) < audiences.index(readers(resource))

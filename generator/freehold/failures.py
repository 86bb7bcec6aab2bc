"""Which problems an operation can really answer, by status."""

from collections.abc import Iterator

from freehold.contract import Document
from freehold.tables import links, resources
from freehold.vocabulary import IF_MATCH, Operation, owner_parameter


def possible(operation: Operation) -> Iterator[str]:
    """The statuses, in their order."""
    resource = resources(operation.node.document).get(operation.resource or "")
    takes_a_body, in_path = operation.body() is not None, "{" in operation.path
    if takes_a_body:
        yield "400"
    if operation.secured:
        yield "401"
    tells = resource is not None and resource.value["x-resource"].get("foreign") == "forbidden"
    if operation.scopes() or (tells and in_path) or _named_owner(operation) == "403":
        yield "403"
    if in_path and (_names_a_row(operation) or _named_owner(operation) == "404"):
        yield "404"
    if resource and _conflicts(operation):
        yield "409"
    condition = operation.header(IF_MATCH)
    if condition:
        yield "412"
    if takes_a_body:
        yield "415"
    yield "422"
    if condition and condition.plain("required"):
        yield "428"
    yield "503"


def _named_owner(operation: Operation) -> str | None:
    """What another owner in the path is answered, if the path names one."""
    if owner_parameter(operation) is None:
        return None
    return "403" if operation.node.path("responses", "403") else "404"


def _names_a_row(operation: Operation) -> bool:
    named = operation.path.count("{") - (owner_parameter(operation) is not None)
    return named > 0


def _conflicts(operation: Operation) -> bool:
    """Whether a key of the table, or a row that points at this one, can be in the way."""
    document: Document = operation.node.document
    schema = resources(document)[operation.resource or ""]
    if schema.path("x-resource", "unique") and operation.body() is not None:
        return True
    return operation.kind == "delete" and any(
        link.resource == operation.resource and link.on_delete == "restrict"
        for other in resources(document).values()
        for link in links(other)
    )

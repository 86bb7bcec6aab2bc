"""Which problems an operation can really answer, by status."""

from collections.abc import Iterator

from freehold.contract.operations import IF_MATCH, Operation, owner_parameter
from freehold.contract.resources import links, resources, tells_foreign
from freehold.reading.document import Document


def possible(operation: Operation) -> Iterator[str]:
    """The statuses, in their order."""
    condition, takes_a_body = operation.header(IF_MATCH), operation.body() is not None
    answers = {
        "400": takes_a_body,
        "401": operation.secured,
        "403": _forbids(operation),
        "404": _names_a_row(operation) or _named_owner(operation) == "404",
        "409": _conflicts(operation),
        "412": condition is not None,
        "413": takes_a_body,
        "415": takes_a_body,
        "422": True,
        "428": condition is not None and condition.plain("required") is True,
        "429": operation.secured,
        "503": True,
        "504": True,
    }
    yield from (status for status, can_be in answers.items() if can_be)


def _forbids(operation: Operation) -> bool:
    """Whether a scope can be missing, or a foreign row or owner is told from a missing one."""
    resource = resources(operation.node.document).get(operation.resource or "")
    tells = resource is not None and tells_foreign(resource)
    return bool(operation.scopes()) or (tells and "{" in operation.path) or _named_owner(operation) == "403"


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
    schema = resources(document).get(operation.resource or "")
    if schema is None:
        return False
    if schema.path("x-resource", "unique") and operation.body() is not None:
        return True
    return operation.kind == "delete" and _held(document, schema.name, set())


def _held(document: Document, name: str, seen: set[str]) -> bool:
    """Whether a row that points at one of these, or at one that goes with it, can keep it from going."""
    seen.add(name)
    for other, schema in resources(document).items():
        ways = {link.on_delete for link in links(schema) if link.resource == name}
        if "restrict" in ways or ("cascade" in ways and other not in seen and _held(document, other, seen)):
            return True
    return False

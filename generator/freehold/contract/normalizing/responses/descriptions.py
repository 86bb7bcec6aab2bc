"""Describes responses without a description, which OpenAPI requires, by the name of their status."""

from http import HTTPStatus

from freehold.contract.operations.contract_operation import operation_nodes
from freehold.ground.problems import and_more
from freehold.reading.document import Document

_PHRASES = {str(status.value): status.phrase for status in HTTPStatus}
_OTHERS = frozenset({"headers", "content", "links"})


def describe_responses(document: Document) -> Document:
    """Return the contract with a description of each response, with one note for those that had none."""
    missing = []
    each = [responses for node in operation_nodes(document) if (responses := node.get("responses"))]
    for responses in each:
        for status, response in responses.items():
            names = {name for name in response.value if not name.startswith("x-")}
            # anything else is a description whose name is misspelled
            if names <= _OTHERS and not status.startswith("x-"):
                response.value["description"] = _PHRASES.get(status, "Another answer.")
                missing.append(response)
    if not missing:
        return document
    what = f"a response has no description{and_more(len(missing) - 1)}"
    note = missing[0].problem(what, "Write `description: ...`, as OpenAPI requires it.", "FH908")
    return document.with_notes([note]).with_root(document.root)

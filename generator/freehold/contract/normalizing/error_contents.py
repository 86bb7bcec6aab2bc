"""Reads what errors are declared to contain: anything, where nothing is said, and no answers of successes."""

from collections.abc import Iterator
from typing import Any

from freehold.contract.operations.contract_operation import operation_nodes
from freehold.contract.problems.error_bodies import has_known_shape
from freehold.reading.document import Document, Node

_CODE, _JSON = "FH908", "application/json"
_FIX = "Declare what the error is, or set `x-problems: standard` at the root and remove its content."


def read_error_contents(document: Document) -> Document:
    """Return the contract with the schema `{}` for errors without one, and without those that are answers.

    springdoc declares the result of the method for each response whose content nobody has declared. Where the
    service cannot send it as an error, it is left out, with one note for all of them.
    """
    left_out: list[str] = []
    for responses in [found for node in operation_nodes(document) if (found := node.get("responses"))]:
        answers = [content.value[_JSON].get("schema") for _, content in _contents(responses, "2")]
        for status, content in list(_contents(responses, "45")):
            declared = content.value[_JSON].setdefault("schema", {})
            if declared and declared in answers and not has_known_shape(content, status):
                left_out.append(content.pointer)
                responses.value[status] = _without_content(responses, status)
    if not left_out:
        return document
    more = f", and {len(left_out) - 1} more like it" if left_out[1:] else ""
    what = f"application/json of an error has the schema of the answer: it is not sent with an error{more}"
    note = document.problem(left_out[0], what, _FIX, _CODE)
    return document.with_notes([note]).with_root(document.root)


def _without_content(responses: Node, status: str) -> dict[str, Any]:
    response = responses.get(status)
    return {key: part for key, part in response.value.items() if key != "content"} if response else {}


def _contents(responses: Node, classes: str) -> Iterator[tuple[str, Node]]:
    """Yield the statuses of some classes whose responses have JSON, with their contents."""
    for status, response in responses.items():
        content = response.get("content") if status[:1] in classes else None
        media = content.get(_JSON) if content else None
        if content is not None and media is not None and isinstance(media.value, dict):
            yield status, content

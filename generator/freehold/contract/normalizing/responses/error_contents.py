"""Reads what errors are declared to contain: anything, where nothing is said, and no answers of successes."""

from collections.abc import Iterator
from typing import Any

from freehold.contract.operations.contract_operation import operation_nodes
from freehold.contract.problems.error_bodies import looks_like_error
from freehold.ground.problems import and_more
from freehold.reading.document import Document, Node

_CODE, _JSON, _PROBLEM = "FH908", "application/json", "application/problem+json"
_FIX = "Remove the content of the error, or declare what it is."
_UNHEALTHY = "503"


def read_error_contents(document: Document) -> Document:
    """Return the contract with the schema `{}` for errors without one, and without those that are answers.

    springdoc declares the result of the method for each response whose content nobody has declared. Where it
    does not look like an error, it is left out, with one note for all of them: that of the method itself, and
    the named ones of others. A check of health that fails, 503, has the same body for good reasons.
    """
    free, left_out = [], []
    every = [found for node in operation_nodes(document) if (found := node.get("responses"))]
    shown = [
        schema
        for responses in every
        for schema in _answers(responses)
        if isinstance(schema, dict) and "$ref" in schema
    ]
    for responses in every:
        answers = [*_answers(responses), *shown]
        for status, content in list(_contents(responses, "45d")):
            declared = content.value[_JSON].get("schema")
            if declared is None:
                free.append(content.value[_JSON])
            elif status != _UNHEALTHY and declared in answers and not _tells_error(content):
                left_out.append(content.pointer)
                responses.value[status] = _without_content(responses, status)
    for media in free:
        media["schema"] = {}
    if not left_out:
        return document.with_root(document.root) if free else document
    what = "application/json of an error has the schema of an answer, and is not sent"
    note = document.problem(left_out[0], what + and_more(len(left_out) - 1), _FIX, _CODE)
    return document.with_notes([note]).with_root(document.root)


def _tells_error(content: Node) -> bool:
    """Whether the JSON of an error says what is wrong, and nothing else does."""
    return _PROBLEM not in content.value and looks_like_error(content)


def _answers(responses: Node) -> list[Any]:
    """The schemas of the answers in JSON of an operation."""
    return [content.value[_JSON].get("schema") for _, content in _contents(responses, "2")]


def _without_content(responses: Node, status: str) -> dict[str, Any]:
    """Return a response without its JSON, and without content if it has no other media type."""
    response = responses.get(status)
    whole = dict(response.value) if response else {}
    others = {kind: media for kind, media in whole.pop("content", {}).items() if kind != _JSON}
    return whole | ({"content": others} if others else {})


def _contents(responses: Node, classes: str) -> Iterator[tuple[str, Node]]:
    """Yield the statuses of some classes whose responses have JSON, with their contents."""
    for status, response in responses.items():
        content = response.get("content") if status[:1] in classes else None
        media = content.get(_JSON) if content else None
        if content is not None and media is not None and isinstance(media.value, dict):
            yield status, content

"""Declares a success response where a contract has none: only failures, `default` or `2XX`, or nothing.

A redirect is a success response, too, and says where to.
"""

from collections.abc import Iterator

from freehold.contract.operations.contract_operation import REDIRECTS, operation_nodes
from freehold.contract.problems.error_bodies import looks_like_error
from freehold.ground.naming import closest_match
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_CODE = "FH908"
_RANGE = "2XX"


def declare_success(document: Document) -> Document:
    """Return the contract with a success response of each operation, with a note for each.

    What `2XX` says is the response with 200, and so is what `default` says, unless it is that of an error.
    Without a body, it is 204. An operation that only switches protocols stays as it is.
    """
    notes = [
        note
        for operation in operation_nodes(document)
        for step in (_declared, _located)
        for note in step(operation)
    ]
    return document.with_notes(notes).with_root(document.root) if notes else document


def _declared(operation: Node) -> Iterator[Problem]:
    responses = operation.get("responses")
    declared = responses.value if responses else {}
    if not isinstance(declared, dict) or any(status[0] in "123" for status in declared if status != _RANGE):
        return
    if responses is None and closest_match("responses", operation.value):
        return  # the key is misspelled
    key = _key_of_success(responses) if responses else None
    response = responses.get(key) if responses and key else None
    if response is not None:
        status = "200" if response.get("content") else "204"
        success = {status: declared[key]}
        declared = {other: answer for other, answer in declared.items() if other != key}
        what = f"no status of success is declared: the response with {status} is that of `{key}`"
        yield response.problem(what, f'Declare it as `"{status}"`.', _CODE)
    else:
        success = {"204": {"description": "It is done."}}
        what = "no success is declared: the response is 204, without a body"
        fix = 'Declare the response: `"200"`, with its schema, or `"204"`.'
        yield (responses or operation).problem(what, fix, _CODE)
    operation.value["responses"] = success | declared


def _located(operation: Node) -> Iterator[Problem]:
    """Declare the `Location` of a redirect (RFC 9110, 10.2.2), which the method of the operation sets."""
    responses = operation.get("responses")
    is_custom = operation.get_value("x-operation", "custom") == "custom"
    if responses is None or not is_custom or any(status.startswith("2") for status in responses.value):
        return
    for status, response in responses.items():
        headers = response.get_value("headers") or {}
        if status not in REDIRECTS or "location" in map(str.lower, headers):
            continue
        location = {"description": "Where to.", "required": True, "schema": {"type": "string"}}
        operation.value["responses"][status] = {
            **response.value,
            "headers": {**headers, "Location": location},
        }
        what = f"a response with {status} has the header Location, which is not declared"
        yield response.problem(what, "Declare it: `headers: {Location: {schema: {type: string}}}`.", _CODE)


def _key_of_success(responses: Node) -> str | None:
    """The key of the response that can only be that of a success."""
    default = responses.get("default")
    if _RANGE in responses.value:
        return _RANGE
    return "default" if default is not None and _has_answer(default) else None


def _has_answer(default: Node) -> bool:
    """Whether a default response has a body, and not that of an error."""
    content = default.get("content")
    if content is None or not content.value:
        return False
    return not looks_like_error(content)

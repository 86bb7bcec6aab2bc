"""Leaves out other media types where a contract has JSON, and writes all of them in one way.

A range of media types (RFC 9110, 12.5.1) that JSON is in means JSON, unless it is that of a file: springdoc
writes `*/*` for each answer whose media type nobody has declared.
"""

from collections.abc import Iterator

from freehold.contract.messages import is_binary
from freehold.contract.operations.contract_operation import METHODS
from freehold.contract.problems.error_bodies import accepts_problem
from freehold.contract.rows.column_types import base_type, without_null
from freehold.contract.rows.shown_rows import all_properties
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import escape_token

_JSON, _MERGE_PATCH, _PROBLEM = "application/json", "application/merge-patch+json", "application/problem+json"
_REQUESTS = frozenset({_JSON, _MERGE_PATCH})
_ANSWERS = frozenset({_JSON, _PROBLEM})
_RANGES = ("application/*", "*/*")
_COMPOSED = frozenset({"allOf", "anyOf", "oneOf", "enum", "const", "properties"})
_CODE = "FH908"


def keep_json(document: Document) -> Document:
    """Return the contract without the media types beside JSON, with a note for each."""
    notes: list[Problem] = []
    for content, _, _ in _contents(document):
        notes += _rename(content)
    for content, kept, status in _contents(document):
        notes += _read_range(content, kept, is_error=status[:1] in ("4", "5", "d"))
        notes += _leave_out(content, kept) if content.value.keys() & kept else ()
    return document.with_notes(notes).with_root(document.root) if notes else document


def _contents(document: Document) -> Iterator[tuple[Node, frozenset[str], str]]:
    """Yield the content of each request body and of each response, with the media types that are JSON.

    Last is the status of the response.
    """
    paths = document.root_node.get("paths")
    for _, item in paths.items() if paths else ():
        for method, operation in item.items():
            if method not in METHODS:
                continue
            body, responses = operation.get_path("requestBody", "content"), operation.get("responses")
            if body is not None and isinstance(body.value, dict):
                yield body, _REQUESTS, ""
            for status, response in responses.items() if responses else ():
                content = response.get("content")
                if content is not None and isinstance(content.value, dict):
                    yield content, _ANSWERS, status


def _rename(content: Node) -> Iterator[Problem]:
    """Write media types as they are compared: in lower case, and without parameters such as a charset."""
    for kind in list(content.value):
        plain = kind.partition(";")[0].strip().lower()
        if plain not in (kind, "") and plain not in content.value:
            place = f"{content.pointer}/{escape_token(kind)}"
            what = f"parameters and capitals of the media type {kind} say nothing"
            yield content.document.problem_at_key(place, what, f"Write {plain}.", _CODE)
            content.value[plain] = content.value.pop(kind)


def _read_range(content: Node, kept: frozenset[str], *, is_error: bool) -> Iterator[Problem]:
    """Write JSON in place of a range that stands alone. An error in it that can be anything is none."""
    kind = next(iter(content.value), None)
    schema = content.get_path(kind, "schema") if kind in _RANGES and len(content.value) == 1 else None
    if kind is None or schema is None or not _is_json(schema, is_sent=kept is _ANSWERS):
        return
    if is_error and accepts_problem(schema) and not all_properties(schema):
        return  # problem details are in the range, too
    place = f"{content.pointer}/{escape_token(kind)}"
    yield content.document.problem_at_key(place, f"{kind} means JSON here", f"Write {_JSON}.", _CODE)
    content.value[_JSON] = content.value.pop(kind)


def _is_json(schema: Node, *, is_sent: bool) -> bool:
    """Whether a schema is that of JSON, and not of a file. A body of texts can be any file."""
    plain = without_null(schema)
    kind = base_type(plain)
    if kind == "string":
        return is_sent and not is_binary({**plain.value, "type": kind})
    return kind is not None or bool(plain.value.keys() & _COMPOSED)


def _leave_out(content: Node, kept: frozenset[str]) -> Iterator[Problem]:
    what = "is not read: its answer is 415" if kept is _REQUESTS else "is not sent"
    for kind in list(content.value):
        if kind not in kept:
            fix = f"Remove it. The service speaks {_JSON}."
            place = f"{content.pointer}/{escape_token(kind)}"
            yield content.document.problem_at_key(place, f"{kind} {what}", fix, _CODE)
            del content.value[kind]

"""Leaves out the content of responses that cannot have any (RFC 9110, 15.3.5 and 15.3.6)."""

from freehold.contract.operations.contract_operation import operation_nodes
from freehold.reading.document import Document

_CODE = "FH908"
_STATUSES = ("204", "205")


def leave_out_content(document: Document) -> Document:
    """Return the contract without the content of responses with 204 and 205, with a note for each."""
    notes = []
    each = [responses for node in operation_nodes(document) if (responses := node.get("responses"))]
    for responses in each:
        for status in _STATUSES:
            response = responses.get(status)
            content = response.get("content") if response else None
            if response is not None and content is not None and content.value:
                fix = 'Remove `content`, or use the status "200".'
                notes.append(content.problem(f"a response with status {status} has no content", fix, _CODE))
                rest = {key: part for key, part in response.value.items() if key != "content"}
                responses.value[status] = rest
    return document.with_notes(notes).with_root(document.root) if notes else document

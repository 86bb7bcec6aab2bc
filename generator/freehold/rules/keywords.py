"""Rules about keys: every key is known to OpenAPI, and extensions are not misspelled."""

import re
from collections.abc import Iterator

from freehold.contract.loading import unknown_key_problems
from freehold.ground.problems import Problem
from freehold.reading.document import Document

_NOT_IMPLEMENTED = ("webhooks", "callbacks")


def unknown_keys(document: Document) -> Iterator[Problem]:
    """Every key is a fixed field of its object."""
    yield from unknown_key_problems(document)


def unimplemented_keys(document: Document) -> Iterator[Problem]:
    """Warn about requests that the contract promises and that no generated code sends."""
    for pointer in document.positions:
        around, _, word = pointer.rpartition("/")
        if word in _NOT_IMPLEMENTED and re.fullmatch(r"|/components|/paths/[^/]+/[a-z]+", around):
            what = f"{word} promise requests to clients, which no generated code sends"
            fix = "Remove them, or send these requests from your own code and allow this warning."
            yield document.problem_at_key(pointer, what, fix)

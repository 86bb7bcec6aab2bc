"""Rules about keys: every key is known to OpenAPI, and extensions are not misspelled."""

import re
from collections.abc import Iterator

from freehold.contract.loading import unknown_key_problems
from freehold.ground.problems import Problem
from freehold.reading.document import Document

_NOT_IMPLEMENTED = ("webhooks", "callbacks", "links")


def unknown_keys(document: Document) -> Iterator[Problem]:
    """Every key is a fixed field of its object."""
    yield from unknown_key_problems(document)


def unimplemented_keys(document: Document) -> Iterator[Problem]:
    """Warn about parts of OpenAPI that are not implemented."""
    for pointer in document.positions:
        around, _, word = pointer.rpartition("/")
        if word in _NOT_IMPLEMENTED and re.fullmatch(
            r"|/components(/responses/[^/]+)?|/paths/[^/]+/[a-z]+(/responses/[^/]+)?", around
        ):
            what = f"{word} are documentation only: the service does not implement them"
            yield document.problem_at_key(
                pointer, what, "Remove them, or keep them for your readers and allow this warning."
            )

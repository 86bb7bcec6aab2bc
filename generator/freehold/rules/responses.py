"""Rules about what operations answer when something is wrong."""

from collections.abc import Iterator

from freehold.contract import Document
from freehold.failures import possible
from freehold.problems import Problem
from freehold.vocabulary import operations


def declared(document: Document) -> Iterator[Problem]:
    """A client learns from the contract which problems there can be."""
    if document.top.plain("x-problems") == "standard":
        return  # the effective contract declares them
    for operation in operations(document):
        responses = operation.node.get("responses")
        known = {status.upper() for status, _ in responses.items()} if responses else set()
        missing = [s for s in possible(operation) if not known & {s, f"{s[0]}XX", "DEFAULT"}]
        if missing and responses:
            fix = "Add `x-problems: standard` at the root, which declares them all, or declare them here."
            what = f"{operation.id} can answer {', '.join(missing)} as well, and does not say so"
            yield responses.problem(what, fix)

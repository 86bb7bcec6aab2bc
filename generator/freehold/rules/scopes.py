"""Rules about scopes."""

import re
from collections.abc import Iterator

from freehold.contract.operations.inference import operations
from freehold.ground.problems import Problem
from freehold.reading.document import Document

_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749, 3.3: a space separates scopes


def scope_names(document: Document) -> Iterator[Problem]:
    """A scope is valid according to RFC 6749, 3.3."""
    for place in (document.root_node, *(operation.node for operation in operations(document))):
        declared = place.get("security")
        scopes = (
            scope
            for requirement in (declared.elements() if declared else ())
            for _, needed in requirement.items()
            for scope in needed.elements()
        )
        for scope in scopes:
            if not _SCOPE.fullmatch(str(scope.value)):
                fix = 'Use ASCII without spaces, `"` and `\\`, such as tasks:write.'
                yield scope.problem(f"{scope.value!r} is not a valid scope (RFC 6749, 3.3)", fix)

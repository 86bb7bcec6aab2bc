"""Names for operations that have none, or one that no method can have."""

import re
from collections.abc import Iterator

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.ground.naming import MAX_NAME_LENGTH, is_valid_operation_name, pluralize, snake_case

_VERBS = {"get": "get", "put": "replace", "patch": "update", "delete": "delete", "post": "create"}
_NUMBER_LENGTH = 5  # characters that a number at the end may need


def candidates(operation: ContractOperation) -> Iterator[str]:
    """Yield valid operationIds for an operation, the best one first, without end."""
    yield from filter(is_valid_operation_name, _plain(operation))
    words = _pascal_case(operation.path) or "Root"
    verb = _VERBS.get(operation.method, operation.method)
    number = 2
    while True:
        yield f"{(verb + words)[: MAX_NAME_LENGTH - _NUMBER_LENGTH]}{number}"
        number += 1


def _plain(operation: ContractOperation) -> Iterator[str]:
    declared = _pascal_case(operation.id)
    yield declared[:1].lower() + declared[1:]
    segments = [_pascal_case(step) for step in operation.path.split("/") if step and "{" not in step]
    segments = list(filter(None, segments)) or ["Root"]
    if operation.resource and operation.kind != "custom":
        verb = "list" if operation.kind == "list" else operation.kind
        one = operation.resource
        yield verb + (_pascal_case(pluralize(snake_case(one))) if verb == "list" else one)
    verb = _VERBS.get(operation.method, operation.method)
    yield verb + segments[-1]
    yield verb + "".join(segments)


def _pascal_case(text: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", text))

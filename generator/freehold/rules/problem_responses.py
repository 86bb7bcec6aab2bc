"""Rules about error responses."""

from collections.abc import Iterator

from freehold.contract.operations import IF_NONE_MATCH, ContractOperation, operations
from freehold.contract.possible_problems import possible_statuses
from freehold.ground.problems import Problem
from freehold.reading.document import Document


def declared_problems(document: Document) -> Iterator[Problem]:
    """Without `x-problems: standard`, an operation declares every error status that it can return."""
    standard = document.root_node.get_value("x-problems") == "standard"
    for operation in operations(document):
        can_be = ["304"] if operation.request_header(IF_NONE_MATCH) else []
        can_be += [] if standard else possible_statuses(operation)
        missing = [status for status in can_be if not _declares(operation, status)]
        if not missing:
            continue
        declare = f'declare it: `"{missing[-1]}": {{description: ...}}`.'
        fix = f"Add `x-problems: standard` at the root, or {declare}"
        if missing == ["304"]:
            fix = f"{declare[0].upper()}{declare[1:]}"
        place = operation.node.get("responses") or operation.node
        what = f"{operation.id} can respond with {_and(missing)}, which is not declared"
        yield place.problem(what, fix.replace("declare it", "declare each") if len(missing) > 1 else fix)


def _declares(operation: ContractOperation, status: str) -> bool:
    """Whether a status is declared, directly, by a range such as `4XX`, or by `default`."""
    declared = operation.node.get_value("responses", {})
    return any(word in declared for word in (status, f"{status[0]}XX", "default"))


def _and(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last

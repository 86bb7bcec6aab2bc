"""Operations that the service cannot perform by itself: they are written by hand, and others generated."""

import copy
from collections.abc import Iterable, Iterator

from freehold.contract.normalizing.steps import normalize
from freehold.contract.operations import ContractOperation, array_item_name, operations, page_array
from freehold.ground.problems import Problem
from freehold.reading.document import Document
from freehold.rules import document as documents
from freehold.rules import registry
from freehold.workbench.importing.additions import CUSTOM, Addition
from freehold.workbench.importing.edits import Edit

_NOTE = "Remove the line when the contract says what the service can do: then it is generated."
_WORD = "x-operation"
Place = tuple[str, int, int]


def custom_operations(document: Document) -> Iterator[Addition]:
    """Yield `x-operation: custom` for each operation that has a problem otherwise, and none with it."""
    before = normalize(document.with_root(copy.deepcopy(document.root)))
    problems = _problems(before)
    places = _places(before)
    tried: dict[str, Problem] = {}
    for operation in operations(before):
        if operation.resource is None or _WORD in operation.node.value:
            continue
        inside = _parts(operation)
        own = [p for p in problems if any(_is_inside(at, inside) for at in places.get(_place(p), ()))]
        tried |= {operation.node.pointer: own[0]} if own else {}
    left = {(_place(p), p.code) for p in _problems(_with_word(document, tried))} if tried else set()
    for operation in operations(document):
        problem = tried.get(operation.node.pointer)
        if problem is not None and (_place(problem), problem.code) not in left:
            edit = Edit(f"{operation.node.pointer}/{_WORD}", "custom")
            yield Addition(
                CUSTOM,
                edit,
                operation.node,
                f"{operation.method.upper()} {operation.path} is written by hand, "
                f"because {problem.message} [{problem.code}]",
                _NOTE,
            )


def _problems(document: Document) -> list[Problem]:
    if list(documents.shape(document)):
        return []
    return [problem for code in registry.RULES for problem in registry.problems_of(code, document)]


def _with_word(document: Document, pointers: Iterable[str]) -> Document:
    root = copy.deepcopy(document.root)
    for pointer in pointers:
        Edit(f"{pointer}/{_WORD}", "custom").apply(root)
    return normalize(document.with_root(root))


def _parts(operation: ContractOperation) -> set[str]:
    """The pointers of an operation, and of what it refers to."""
    answer = operation.response_schema()
    found = [operation.node, operation.body_schema(), answer, *operation.parameters()]
    pointers = {node.pointer for node in found if node is not None}
    page = page_array(answer) if answer else None
    row = page[1] if page else array_item_name(answer)
    resource = f"/components/schemas/{operation.resource}"
    return (pointers | ({f"/components/schemas/{row}"} if row else set())) - {resource}


def _place(problem: Problem) -> Place:
    return problem.file, problem.line, problem.column


def _places(document: Document) -> dict[Place, list[str]]:
    found: dict[Place, list[str]] = {}
    for pointer, place in document.positions.items():
        for at in (place, place.key or place):
            found.setdefault((at.file, at.line, at.column), []).append(pointer)
    return found


def _is_inside(pointer: str, parts: set[str]) -> bool:
    return any(pointer == part or pointer.startswith(f"{part}/") for part in parts)

"""Operations that the service cannot perform by itself: they are written by hand, and others generated."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from freehold.contract.normalizing.steps import normalize
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.resources import properties, resources
from freehold.contract.rows.collection_paths import listed_item_name
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node, copy_value
from freehold.reading.json_pointers import escape_token
from freehold.rules import document as documents
from freehold.rules import registry
from freehold.rules.values import has_nested_directions
from freehold.workbench.importing.additions import CUSTOM, Addition
from freehold.workbench.importing.edits import Edit

_NOTE = "Remove the line when the contract says what the service can do: then it is generated."
_WORD = "x-operation"
_OF_STORED_VALUES = "FH210"
"""A problem of values that a table holds, and that operations of a person's own do not have.

It is at the part inside the value, which may be in the schema of another resource.
"""
Place = tuple[str, int, int]


@dataclass(frozen=True)
class LeftToPeople:
    """What a contract gets for the operations that cannot be generated."""

    additions: list[Addition]
    faulty: dict[str, Problem]
    """The resources whose own schema has a problem that is still there, each with the first one."""
    reasons: dict[str, Problem]
    """These problems, by the pointers of the operations of these resources."""


def custom_operations(document: Document, reasons: Mapping[str, Problem]) -> LeftToPeople:
    """Find the operations that have a problem otherwise, and none with `x-operation: custom`.

    `reasons` has operations that are custom anyway, by pointer, each with its problem.
    """
    before = normalize(document.copied())
    problems, places = _problems(before), _places(before)
    remaining = problems
    tried = more = _to_leave(before, document, problems, places)
    while more:  # what is left out of a list can be what another operation needs
        after = _with_word(document, tried)
        remaining = _problems(after)
        new = [problem for problem in remaining if problem not in problems]
        more = _to_leave(after, document, new, _places(after)) if new else {}
        tried = {**more, **tried}
    written = dict(_written(before, document))
    left = {(_place(problem), problem.code) for problem in remaining}
    solved = {at: problem for at, problem in tried.items() if (_place(problem), problem.code) not in left}
    faulty = _faulty(before, remaining, places)
    return LeftToPeople(
        [
            _addition(operation, problem)
            for operation in operations(document)
            if (problem := {**reasons, **solved}.get(operation.node.pointer)) is not None
            and _WORD not in operation.node.value
        ],
        faulty,
        {written[o.node.pointer]: faulty[o.resource] for o in operations(before) if o.resource in faulty},
    )


def _to_leave(
    normal: Document, document: Document, problems: list[Problem], places: Mapping[Place, list[str]]
) -> dict[str, Problem]:
    """Return the operations that have problems and are not custom yet, each with its first problem."""
    written = dict(_written(normal, document))
    found: dict[str, Problem] = {}
    for operation in operations(normal):
        if operation.resource is None or _WORD in operation.node.value:
            continue
        inside = _parts(operation)
        own = [p for p in problems if any(_is_inside(at, inside) for at in places.get(_place(p), ()))]
        own += _of_values(problems, operation.row_body())
        found |= {written[operation.node.pointer]: own[0]} if own else {}
    return found


def _written(normal: Document, document: Document) -> Iterator[tuple[str, str]]:
    """Yield the pointer of each operation in the normal form of a contract, and in the contract."""
    for operation, as_written in zip(operations(normal), operations(document), strict=True):
        yield operation.node.pointer, as_written.node.pointer


def _addition(operation: ContractOperation, problem: Problem) -> Addition:
    what = f"{operation.method.upper()} {operation.path} is written by hand, "
    what += f"because {problem.message} [{problem.code}]"
    edit = Edit(f"{operation.node.pointer}/{_WORD}", "custom")
    return Addition(CUSTOM, edit, operation.node, what, _NOTE)


def _faulty(
    document: Document, problems: list[Problem], places: Mapping[Place, list[str]]
) -> dict[str, Problem]:
    """The resources that have a problem inside their own schema, or inside the values that they store."""
    found: dict[str, Problem] = {}
    for name, schema in resources(document).items():
        own = {f"/components/schemas/{escape_token(name)}"}
        inside = [
            problem
            for problem in problems
            if problem.code != _OF_STORED_VALUES
            and any(_is_inside(at, own) for at in places.get(_place(problem), ()))
        ]
        for problem in (*inside, *_of_values(problems, schema)):
            found.setdefault(name, problem)
    return found


def _of_values(problems: list[Problem], row: Node | None) -> list[Problem]:
    """The problem of stored values if a row has such values; it is the same one for all rows."""
    found = [problem for problem in problems if problem.code == _OF_STORED_VALUES][:1]
    return found if found and row is not None and has_nested_directions(row) else []


def _problems(document: Document) -> list[Problem]:
    if list(documents.shape(document)):
        return []
    return [problem for code in registry.RULES for problem in registry.problems_of(code, document)]


def _with_word(document: Document, pointers: Iterable[str]) -> Document:
    root = copy_value(document.root)
    for pointer in pointers:
        Edit(f"{pointer}/{_WORD}", "custom").apply(root)
    return normalize(document.with_root(root))


def _parts(operation: ContractOperation) -> set[str]:
    """The pointers of an operation, and of what it refers to."""
    answer = operation.response_schema()
    bodies = (operation.body_schema(), operation.row_body())
    found = [operation.node, *bodies, answer, *operation.parameters()]
    pointers = {node.pointer for node in found if node is not None}
    row = listed_item_name(answer) if answer else ""
    page = operation.page_schema()
    pointers |= {part.pointer for part in properties(page).values()} if row and page is not None else set()
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

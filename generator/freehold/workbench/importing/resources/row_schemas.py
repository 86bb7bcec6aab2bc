"""Which schema has the whole rows of a collection, where several schemas show them."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import item_collections, operations
from freehold.contract.rows.collection_paths import listed_item_name, path_pattern, path_shape
from freehold.contract.rows.shown_rows import named_row, shown_properties
from freehold.contract.rows.written_rows import written_row
from freehold.reading.document import Document, Node
from freehold.workbench.importing.resource_properties import declared_properties, is_secret

_IDS = ("id", "_id")


@dataclass(frozen=True)
class Collection:
    """A path that lists or creates rows, with the schema of its whole rows."""

    path: str
    row: str
    views: tuple[str, ...]
    """The other schemas that show the same rows, or others, at this path."""
    shows_row: bool
    """Whether the path itself lists or creates rows by the schema of whole rows."""
    is_guess: bool
    """Whether no list and no status says that the path has rows: a POST answers what it takes."""


@dataclass
class _Answers:
    """The schemas that show the rows of a path."""

    path: str
    item: str
    """That of a GET on one row; "" without one."""
    listed: list[str] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    """Those of a POST that says by its status, or by its body, that it creates a row."""
    creating: list[str] = field(default_factory=list)
    """Those of a POST that says so by its status, or shows a row that a GET shows, too."""


def collections(
    document: Document, known: Mapping[str, Node], has_key: Callable[[str, str], bool]
) -> list[Collection]:
    """Return the paths that list or create rows of known schemas, in the order of the contract.

    `has_key` tells of a schema and a path whether the schema has a key of its rows.
    """
    items = {
        path_shape(path): name
        for path, name in item_collections(operations(document), known)
        if has_key(name, path)
    }
    found: dict[str, _Answers] = {}
    for operation in operations(document):
        shape = path_shape(operation.path)
        here = found.get(shape, _Answers(operation.path, items.get(shape, "")))
        if _add_answer(here, operation, known):
            found[shape] = here
    every = (_with_key(answers, has_key) for answers in found.values())
    return [_collection(one, known) for one in every if one.item or one.listed or one.created]


def _with_key(answers: _Answers, has_key: Callable[[str, str], bool]) -> _Answers:
    """Leave out the schemas without a key."""
    kept = [
        [name for name in names if has_key(name, answers.path)]
        for names in (answers.listed, answers.created, answers.creating)
    ]
    return _Answers(answers.path, answers.item, *kept)


def _add_answer(answers: _Answers, operation: ContractOperation, known: Mapping[str, Node]) -> bool:
    """Whether an operation lists or creates rows; its schema is added."""
    answer, success = operation.response_schema(), operation.success_response()
    if answer is None or success is None or operation.method not in ("get", "post"):
        return False
    if operation.method == "get":
        is_item = operation.path.rstrip("/").endswith("}")
        name = "" if is_item else listed_item_name(answer)
        answers.listed += [name] if name in known else []
        return name in known
    name = named_row(answer, known)
    item = known.get(answers.item)
    is_sure = bool(name) and (success[0] == "201" or (item is not None and are_same_rows(known[name], item)))
    if not name or not (is_sure or _takes_what_it_answers(operation, known[name])):
        return False
    answers.created.append(name)
    answers.creating += [name] if is_sure else []
    return True


def _takes_what_it_answers(operation: ContractOperation, row: Node) -> bool:
    """Whether a POST on a collection answers what it takes, or more than that, with an id."""
    body = operation.body_schema()
    if body is None or operation.path.rstrip("/").endswith("}"):
        return False
    sent, shown = declared_properties(written_row(body, row).schema), declared_properties(row)
    return bool(sent.keys() & shown.keys()) and "id" in shown and len(sent.keys() - shown.keys()) <= 1


def _collection(answers: _Answers, known: Mapping[str, Node]) -> Collection:
    row = _whole_row(answers, known)
    names = dict.fromkeys((*answers.listed, *answers.created, answers.item))
    others = tuple(name for name in names if name and name != row)
    shown = (*answers.listed, *answers.creating)
    return Collection(answers.path, row, others, row in shown, is_guess=not shown)


def _whole_row(answers: _Answers, known: Mapping[str, Node]) -> str:
    """Return the schema of whole rows: that of a GET on one row, unless a list shows more of them.

    Without such a GET, it is the list's, unless what a POST answers has more: but for a secret, which is
    shown once.
    """
    listed, created = answers.listed[:1], answers.created[:1]
    if not listed and not created:
        return answers.item
    first = (listed or created)[0]
    if answers.item and are_same_rows(known[answers.item], known[first]):
        return _larger(answers.item, first, known) if listed else answers.item
    if listed and created and are_same_rows(known[created[0]], known[first]):
        more = shown_properties(known[created[0]]).keys() - shown_properties(known[first]).keys()
        has_secret = any(is_secret(name, shown_properties(known[created[0]])[name]) for name in more)
        return first if has_secret else _larger(first, created[0], known)
    return first


def _larger(name: str, other: str, known: Mapping[str, Node]) -> str:
    """Return the schema with more properties; the first one if there are as many."""
    return other if len(shown_properties(known[other])) > len(shown_properties(known[name])) else name


def are_same_rows(schema: Node, other: Node) -> bool:
    """Whether two schemas can show the same rows: they have an id, and most properties of one of them."""
    own, others = shown_properties(schema).keys(), shown_properties(other).keys()
    has_id = any(key in own and key in others for key in _IDS)
    has_id = has_id or not any(key in own or key in others for key in _IDS)
    return has_id and len(own & others) * 2 > min(len(own), len(others))


def is_view(schema: Node, row: Node, *, is_most: bool) -> bool:
    """Whether a schema shows the id and some of the other properties of a row, or most, and nothing else."""
    own, others = shown_properties(schema).keys(), shown_properties(row).keys()
    return are_same_rows(schema, row) and own <= others and (len(own) * 2 > len(others) or not is_most)


def is_filled(document: Document, path: str) -> bool:
    """Whether an operation suggests that rows are in a collection: a POST, or one on a single row."""
    below = re.compile(path_pattern(path) + r"/\{[^{}/]+\}(/.*)?")
    return any(
        below.fullmatch(operation.path.rstrip("/")) or creates_rows(operation, path)
        for operation in operations(document)
    )


def creates_rows(operation: ContractOperation, path: str) -> bool:
    """Whether an operation can create rows of a collection: at its path, or below it."""
    shape, place = path_shape(path), path_shape(operation.path)
    is_below = place == shape or place.startswith(f"{shape}/")
    is_action = operation.method == "post" and not place.startswith(f"{shape}/{{}}")
    return is_below and (is_action or operation.may_create)


def operations_showing(document: Document, collection: Collection) -> Iterator[ContractOperation]:
    """Yield the operations at a path, or on one of its rows, that show rows by one of its schemas."""
    names = {collection.row, *collection.views}
    for operation in operations(document):
        answer = operation.response_schema()
        is_here = path_shape(operation.path) == path_shape(collection.path)
        schemas = {name: Node(document, f"/components/schemas/{name}", None) for name in names}
        if (
            is_here
            and answer is not None
            and (named_row(answer, schemas) or listed_item_name(answer) in names)
        ):
            yield operation

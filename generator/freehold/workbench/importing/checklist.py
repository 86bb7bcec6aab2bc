"""Lists what a contract that was written for other tools lacks, as a checklist for people.

All of it is in one list: broken parts are taken out and missing ones are added in memory, and then the rules
report what is left.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from freehold.contract import loading
from freehold.contract.loading import LoadedContract
from freehold.ground.problems import ContractError, Problem, and_more
from freehold.reading.bundle import bundle
from freehold.reading.document import Document
from freehold.rules import document as documents
from freehold.rules import registry
from freehold.workbench.importing import completion
from freehold.workbench.importing.additions import (
    AUTHENTICATION,
    CUSTOM,
    ERROR_RESPONSES,
    OPERATION_IDS,
    PARAMETERS,
    RESOURCES,
    SCHEMAS,
    Addition,
)
from freehold.workbench.importing.edits import Edit, Rename
from freehold.workbench.importing.renames import path_renames, schema_renames
from freehold.workbench.importing.repair import repair
from freehold.workbench.importing.resource_properties import suggested_references
from freehold.workbench.importing.text_edits import apply_edits, apply_groups

_FILES, _LISTS, _OPERATIONS = "The file", "Lists", "Operations"
_REFERENCES = "References"
_SIZES = ("FH120", "FH121")
_YAML_1_1 = "YAML 1.1 reads it differently without quotes"
_TOPIC_OF_RULES = {
    "document": _FILES,
    "keywords": _FILES,
    "contract_size": _FILES,
    "security": AUTHENTICATION,
    "scopes": AUTHENTICATION,
    "lists": _LISTS,
    "filters": _LISTS,
    "limits": _LISTS,
    **dict.fromkeys(
        ("resources", "schemas", "discriminators", "bodies", "row_ids", "reserved_names", "relationships"),
        SCHEMAS,
    ),
}
_TOPIC_ORDER = (
    _FILES,
    RESOURCES,
    AUTHENTICATION,
    ERROR_RESPONSES,
    OPERATION_IDS,
    PARAMETERS,
    CUSTOM,
    _REFERENCES,
    SCHEMAS,
    _LISTS,
    _OPERATIONS,
)


@dataclass(frozen=True)
class Step:
    """An entry of the checklist, with the topic under which it is listed."""

    topic: str
    problem: Problem


@dataclass(frozen=True)
class Change:
    """A line that was written into a contract, or changed, and why."""

    file: str
    line: int
    text: str
    why: str


def steps(contract: Path) -> list[Step]:
    """Return everything that is left to do in a contract; nothing when it is complete.

    Raises ContractError for a file that cannot be read, and for another version than OpenAPI 3.
    """
    repaired = repair(_load(contract))
    found = [Step(_FILES, problem) for problem in repaired.problems]
    sizes = [p for code in _SIZES for p in registry.problems_of(code, repaired.document)]
    if sizes:
        return _in_order([*found, *(Step(_FILES, problem) for problem in sizes)])
    additions, completed = completion.complete(repaired)
    found += [Step(a.topic, a.place.problem(a.what, a.fix)) for a in additions]
    found += [step for step in _remaining_steps(completed) if not repaired.concerns_removed(step.problem)]
    return _in_order(found)


def optional_steps(document: Document) -> list[Step]:
    """Return what is left to do in a contract that code is generated from."""
    return _in_order(Step(_REFERENCES, problem) for problem in suggested_references(document))


def apply(contract: Path) -> list[Change]:
    """Write what needs no decision into a contract. Returns what was written, in the order of the file."""
    loaded = _load(contract)
    quoted = dict(_ambiguous_texts(loaded))
    made = [(edit, _YAML_1_1) for edit in apply_edits(contract, list(quoted.values()))]
    loaded = _load(contract) if made else loaded
    renamed = _rename(contract, loaded)
    loaded = _load(contract) if renamed else loaded
    additions = {a.edit.pointer: a for a in completion.additions(repair(loaded))}
    edits = [edit for group in apply_groups(contract, _groups(additions)) for edit in group]
    written = [(_moved(edit.pointer, renamed), edit.line, why) for edit, why in made]
    written += [(edit.new_pointer, edit.line, _renamed(edit)) for edit in renamed]
    written += [(edit.new_pointer, edit.line, additions[edit.pointer].what) for edit in edits]
    places = bundle(contract, _shown(contract)).locations
    changes = [Change(places[at].file, places[at].line, text, why) for at, text, why in written]
    return sorted(changes, key=lambda change: (change.file, change.line))


def _groups(additions: Mapping[str, Addition]) -> list[list[Edit]]:
    """Return the edits that are made together."""
    groups: dict[str, list[Edit]] = {}
    for pointer, addition in additions.items():
        groups.setdefault(addition.group or pointer, []).append(addition.edit)
    return [*groups.values()]


def _moved(pointer: str, renamed: list[Rename]) -> str:
    """Return a pointer with the new name of the schema, or of the path, that it leads into."""
    for edit in renamed:
        if pointer.startswith(f"{edit.pointer}/"):
            return edit.new_pointer + pointer.removeprefix(edit.pointer)
    return pointer


def _rename(contract: Path, loaded: LoadedContract) -> list[Rename]:
    """Give schemas names that a class can have, with all references to them, and paths their parameters."""
    document = repair(loaded).document
    made = apply_groups(contract, [*schema_renames(document), *path_renames(document, loaded.document)])
    return [edit for group in made for edit in group if isinstance(edit, Rename)]


def _renamed(edit: Rename) -> str:
    if edit.parent_pointer == "/paths":
        return f"it was {edit.key}: a parameter of a path is in braces"
    return f"it was {edit.key}, which OpenAPI does not allow, or whose class another schema has"


def _load(contract: Path) -> LoadedContract:
    loaded = loading.load_tolerantly(contract)
    root = loaded.document.root
    declared = root.get("openapi") if isinstance(root, dict) else None
    problems = [] if isinstance(root, dict) else list(documents.shape(loaded.document))
    if isinstance(declared, str) and not declared.startswith("3."):
        problems = registry.problems_of("FH110", loaded.document)
    if problems:
        raise ContractError(problems)
    return loaded


def _ambiguous_texts(loaded: LoadedContract) -> Iterator[tuple[str, Edit]]:
    """Yield the edits that quote strings which YAML 1.1 reads as something else."""
    found = {(p.file, p.line, p.column) for p in loaded.problems if p.code == "FH011"}
    for pointer, place in loaded.document.positions.items() if found else ():
        value = loaded.document.node_at(pointer)
        if (place.file, place.line, place.column) in found and value and isinstance(value.value, str):
            yield pointer, Edit(pointer, value.value)


def _remaining_steps(document: Document) -> Iterator[Step]:
    for code, rule in registry.RULES.items():
        topic = _TOPIC_OF_RULES.get(rule.__module__.rpartition(".")[2], _OPERATIONS)
        yield from (Step(topic, problem) for problem in registry.problems_of(code, document))
    yield from optional_steps(document)


def _in_order(found: Iterable[Step]) -> list[Step]:
    """Sort the steps by topic and place. What has one place and one solution is one step."""
    groups: dict[tuple[object, ...], list[Step]] = {}
    for step in found:
        problem = step.problem
        key = (step.topic, problem.file, problem.line, problem.column, problem.code, problem.fix)
        groups.setdefault(key, []).append(step)
    merged = [_merge(sorted(group, key=lambda step: step.problem)) for group in groups.values()]
    return sorted(merged, key=lambda step: (_TOPIC_ORDER.index(step.topic), step.problem))


def _merge(group: list[Step]) -> Step:
    first, *others = dict.fromkeys(group)
    if not others:
        return first
    message = f"{first.problem.message}{and_more(len(others))}"
    return replace(first, problem=replace(first.problem, message=message))


def _shown(contract: Path) -> str:
    """Return the path as messages show it."""
    return str(contract.relative_to(Path.cwd()) if contract.is_relative_to(Path.cwd()) else contract)

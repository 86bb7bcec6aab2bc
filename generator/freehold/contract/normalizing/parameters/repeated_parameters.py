"""Leaves out a parameter that one list declares twice in the same words."""

import json
from collections.abc import Iterator

from freehold.contract.operations.contract_operation import duplicate_parameters, parameter_holders
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_CODE = "FH908"


def leave_out_repeated_parameters(document: Document) -> Document:
    """Return the contract with each such parameter once, with notes. Those that differ stay."""
    notes, moved = list[Problem](), dict[str, str]()
    for holder in parameter_holders(document):
        repeated = dict(_repeated(holder))
        if repeated:
            moved |= _without(holder, repeated)
            notes += [_note(document, pointer, parameter) for pointer, parameter in repeated.items()]
    if not notes:
        return document
    return document.with_notes(notes).with_root(document.root).moved(moved, replacing=True)


def _repeated(holder: Node) -> Iterator[tuple[str, Node]]:
    """Yield the place in the list, and the parameter, of each that is written there already."""
    declared = holder.get("parameters")
    texts = [json.dumps(part.value, sort_keys=True) for part in (declared.elements() if declared else ())]
    for pointer, parameter, first in duplicate_parameters(holder):
        if texts[_index(pointer)] == texts[_index(first)]:
            yield pointer, parameter


def _index(pointer: str) -> int:
    return int(pointer.rpartition("/")[2])


def _without(holder: Node, repeated: dict[str, Node]) -> dict[str, str]:
    """Take them out of a list, and return the new pointers of what follows them."""
    place, written = f"{holder.pointer}/parameters", holder.value["parameters"]
    kept = [index for index in range(len(written)) if f"{place}/{index}" not in repeated]
    holder.value["parameters"] = [written[index] for index in kept]
    return {f"{place}/{old}": f"{place}/{new}" for new, old in enumerate(kept) if old != new}


def _note(document: Document, pointer: str, parameter: Node) -> Problem:
    what = f"{parameter.get_value('name')} is declared twice, and served once"
    return document.problem(pointer, what, "Remove it here.", _CODE)

"""Reads a parameter of a path that has one value as that text, where another parameter stands beside it."""

from typing import Any

from freehold.contract.operations.contract_operation import METHODS, ContractOperation
from freehold.contract.rows.collection_paths import parameters_of
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import escape_token

_CODE = "FH908"


def write_fixed_values(document: Document) -> Document:
    """Return the contract with `{id}.json` for `{id}{format}`, where each operation has that one `format`.

    The service answers the same requests. Each path gets a note. A path that another one is called already
    stays.
    """
    paths = document.root_node.get("paths")
    known = dict(paths.items()) if paths else {}
    found = {path: fixed for path, item in known.items() if "}{" in path and (fixed := _fixed(path, item))}
    renamed = {path: _written(path, fixed) for path, fixed in found.items()}
    taken = [renamed.get(path, path) for path in known]
    renamed = {path: new for path, new in renamed.items() if taken.count(new) == 1}
    if not renamed:
        return document
    moved = dict[str, str]()
    for path, new in renamed.items():
        moved |= _moves(known[path], f"/paths/{escape_token(new)}", found[path])
    document.root["paths"] = {
        renamed.get(path, path): _without(item, found[path]) if path in renamed else item.value
        for path, item in known.items()
    }
    notes = [_note(known[path], path, new, found[path]) for path, new in renamed.items()]
    return document.with_notes(notes).with_root(document.root).moved(moved)


def _note(item: Node, path: str, new: str, fixed: dict[str, str]) -> Problem:
    what = f"the path {path} is read as {new}: {', '.join(fixed)} has one value"
    return item.problem(what, f"Write the path as {new}.", _CODE)


def _written(path: str, fixed: dict[str, str]) -> str:
    for name, value in fixed.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _fixed(path: str, item: Node) -> dict[str, str]:
    """The parameters beside others that have one value, the same in each operation of a path."""
    each = [
        {str(p.get_value("name")): p for p in operation.parameters() if p.get_value("in") == "path"}
        for operation in _operations(path, item)
    ]
    names = [
        name
        for name in parameters_of(path)
        if f"{{{name}}}{{" in path or f"}}{{{name}}}" in path  # beside another one
    ]
    values = {name: {_only_value(found[name]) if name in found else None for found in each} for name in names}
    known = {name: next(iter(found)) for name, found in values.items() if len(found) == 1}
    return {name: value for name, value in known.items() if value is not None}


def _operations(path: str, item: Node) -> list[ContractOperation]:
    return [
        ContractOperation(method, path, node, item, "custom", None)
        for method, node in item.items()
        if method in METHODS
    ]


def _only_value(parameter: Node) -> str | None:
    schema = parameter.get("schema")
    choices = [schema.value["const"]] if schema and "const" in schema.value else []
    choices = choices or (schema.get_value("enum", []) if schema else [])
    is_text = len(choices) == 1 and isinstance(choices[0], str)
    return choices[0] if is_text and choices[0] and not {*choices[0]} & {*"{}/?#%"} else None


def _places(item: Node) -> dict[str, Node]:
    """What can have parameters, with where it is in a path item."""
    return {"": item, **{f"/{method}": node for method, node in item.items() if method in METHODS}}


def _is_fixed(parameter: Node, fixed: dict[str, str]) -> bool:
    return parameter.get_value("name") in fixed and parameter.get_value("in") == "path"


def _without(item: Node, fixed: dict[str, str]) -> dict[str, Any]:
    """A path item whose operations do not declare these parameters."""
    whole: dict[str, Any] = {}
    for where, place in _places(item).items():
        declared = place.get("parameters")
        pairs = zip(declared.value, declared.elements(), strict=True) if declared else ()
        kept = [raw for raw, node in pairs if not _is_fixed(node, fixed)]
        part = {**place.value, **({"parameters": kept} if declared else {})}
        whole |= {where.removeprefix("/"): part} if where else part
    return whole


def _moves(item: Node, target: str, fixed: dict[str, str]) -> dict[str, str]:
    """The new pointers of a path item and of the parameters that stay, which others stood in front of."""
    moved = {item.pointer: target}
    for where, place in _places(item).items():
        declared = place.get("parameters")
        elements = list(declared.elements()) if declared else []
        kept = [index for index, node in enumerate(elements) if not _is_fixed(node, fixed)]
        for index in range(len(elements)):
            new = str(kept.index(index)) if index in kept else f"left-out-{index}"
            moved[f"{item.pointer}{where}/parameters/{index}"] = f"{target}{where}/parameters/{new}"
    return moved

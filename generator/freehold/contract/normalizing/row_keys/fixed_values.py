"""Reads a parameter of a path that has one value as that text, where another parameter stands beside it."""

from typing import Any

from freehold.contract.operations.contract_operation import METHODS
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import escape_token

_CODE = "FH908"


def write_fixed_values(document: Document) -> Document:
    """Return the contract with `{id}.json` for `{id}{format}`, where each operation has that one `format`.

    The service answers the same requests. Each path gets a note.
    """
    paths = document.root_node.get("paths")
    found = {path: fixed for path, item in paths.items() if (fixed := _fixed(path, item))} if paths else {}
    if paths is None or not found:
        return document
    moved, notes, items = {}, list[Problem](), dict[str, Any]()
    for path, item in paths.items():
        new = path
        for name, value in found.get(path, {}).items():
            new = new.replace(f"{{{name}}}", value)
        items[new] = _without(item, found[path]) if path in found else item.value
        if path in found:
            moved[item.pointer] = f"/paths/{escape_token(new)}"
            what = f"the path {path} is read as {new}: {', '.join(found[path])} has one value"
            notes.append(item.problem(what, f"Write the path as {new}.", _CODE))
    document.root["paths"] = items
    return document.with_notes(notes).with_root(document.root).moved(moved)


def _fixed(path: str, item: Node) -> dict[str, str]:
    """The parameters beside others that have one value in each operation of a path, with that value."""
    values: dict[str, set[str | None]] = {}
    operations = [node for method, node in item.items() if method in METHODS]
    for operation in operations if "}{" in path else ():
        for parameter in _parameters(item, operation):
            values.setdefault(str(parameter.get_value("name")), set()).add(_only_value(parameter))
    known = {name: next(iter(found)) for name, found in values.items() if len(found) == 1}
    return {
        name: value
        for name, value in known.items()
        if value is not None and (f"{{{name}}}{{" in path or f"}}{{{name}}}" in path)
    }


def _parameters(item: Node, operation: Node) -> list[Node]:
    found = {}
    for place in (item, operation):
        declared = place.get("parameters")
        for parameter in declared.elements() if declared else ():
            found[parameter.get_value("name"), parameter.get_value("in")] = parameter
    return [parameter for (_, place), parameter in found.items() if place == "path"]


def _only_value(parameter: Node) -> str | None:
    schema = parameter.get("schema")
    choices = [schema.value["const"]] if schema and "const" in schema.value else []
    choices = choices or (schema.get_value("enum", []) if schema else [])
    is_text = len(choices) == 1 and isinstance(choices[0], str)
    return choices[0] if is_text and choices[0] and not {*choices[0]} & {*"{}/?#%"} else None


def _without(item: Node, names: dict[str, str]) -> dict[str, Any]:
    """A path item whose operations do not declare these parameters."""
    places = [item, *(node for method, node in item.items() if method in METHODS)]
    kept = [{**place.value, **_kept(place, names)} for place in places]
    methods = [method for method, _ in item.items() if method in METHODS]
    return {**kept[0], **dict(zip(methods, kept[1:], strict=True))}


def _kept(place: Node, names: dict[str, str]) -> dict[str, Any]:
    declared = place.get("parameters")
    if declared is None:
        return {}
    pairs = zip(declared.value, declared.elements(), strict=True)
    return {
        "parameters": [
            raw
            for raw, node in pairs
            if not (node.get_value("name") in names and node.get_value("in") == "path")
        ]
    }

"""Reads an object in a query whose properties are parameters of their own, as OpenAPI has it by default.

With `style: form` and `explode: true`, `{"page": 1, "size": 20}` is `page=1&size=20`, whatever the parameter
is called: the `pageable` of Spring.
"""

from typing import Any

from freehold.contract.operations.contract_operation import parameter_holders
from freehold.contract.operations.deep_objects import PART_WORDS, is_plain_object
from freehold.contract.rows.column_types import without_null
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node, copy_value

_CODE = "FH908"
_FORM = "form"


def spread_objects(document: Document) -> Document:
    """Return the contract with a parameter for each property of such an object, with notes."""
    notes: list[Problem] = []
    for holder in parameter_holders(document):
        declared = holder.get("parameters")
        found = [(p, _properties(p)) for p in declared.elements()] if declared else []
        if not any(properties for _, properties in found):
            continue
        taken = {(p.get_value("name"), p.get_value("in")) for p, _ in found}
        first, more = list[Any](), list[Any]()  # what is not spread keeps its place, and so its position
        for (parameter, properties), written in zip(found, holder.value["parameters"], strict=True):
            new = [part for part in properties if (part["name"], "query") not in taken]
            taken |= {(part["name"], "query") for part in new}
            first += new[:1] if properties else [written]
            more += new[1:]
            if properties:
                what = f"{parameter.get_value('name')} is sent as a parameter for each of its properties"
                notes.append(parameter.problem(what, "Declare these parameters.", _CODE))
        holder.value["parameters"] = first + more
    return document.with_notes(notes).with_root(document.root) if notes else document


def _properties(parameter: Node) -> list[dict[str, Any]]:
    """Return a parameter for each property of an object that is spread, or nothing."""
    schema = parameter.get("schema")
    plain = without_null(schema) if schema is not None else None
    parts = plain.get("properties") if plain is not None else None
    style, explode = parameter.get_value("style", _FORM), parameter.get_value("explode", True)  # noqa: FBT003
    is_spread = parameter.get_value("in") == "query" and style == _FORM and explode is not False
    is_spread = is_spread and not {*PART_WORDS} & parameter.value.keys()
    if plain is None or parts is None or not is_spread or any(is_plain_object(p) for _, p in parts.items()):
        return []
    needed = plain.get_value("required", []) if parameter.get_value("required") is True else []
    return [
        {
            "name": name,
            "in": "query",
            **({"required": True} if name in needed else {}),
            **({"description": part.value["description"]} if "description" in part.value else {}),
            **{word: part.value[word] for word in PART_WORDS if word in part.value},
            "schema": {
                word: copy_value(value) for word, value in part.value.items() if word not in PART_WORDS
            },
        }
        for name, part in parts.items()
    ]

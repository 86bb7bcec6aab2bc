"""Orders the parameters of operations: path, query, header, cookie.

Many generators of clients keep the order of the document for the arguments of a function, and put those of a
path item last. So each operation has all of its own, and the values of the path come first.
"""

import copy
from collections.abc import Mapping

from freehold.contract.operations.contract_operation import IF_NONE_MATCH, METHODS
from freehold.contract.operations.inference import operations
from freehold.contract.rows.chosen_keys import creates_row
from freehold.publishing.tree import Part, resolve
from freehold.reading.document import Document

_PLACES = ("path", "query", "header", "cookie")


def order_parameters(root: Part) -> None:
    """Move the parameters of path items into their operations, and order them, in place."""
    paths = root.get("paths", {})
    for path in [path for path in paths if path.startswith("/")]:
        if "$ref" in paths[path]:
            paths[path] = copy.deepcopy(resolve(root, paths[path]))
        item = paths[path]
        shared = item.pop("parameters", [])
        for operation in (item[method] for method in METHODS if method in item):
            found: dict[tuple[str, str], Part] = {}
            for parameter in (*shared, *operation.get("parameters", ())):
                described = resolve(root, parameter)
                found[described["name"], described["in"]] = parameter
            if found:
                operation["parameters"] = _order(path, found)


def narrow_preconditions(root: Part, contract: Document) -> None:
    """Say that a PUT evaluates `If-None-Match: *` alone (RFC 9110, 13.1.2), in place.

    Call it after `order_parameters`.
    """
    for operation in operations(contract):
        if creates_row(operation) and operation.request_header(IF_NONE_MATCH):
            parameters = root["paths"][operation.path][operation.method]["parameters"]
            parameters[:] = [_narrowed(resolve(root, parameter), parameter) for parameter in parameters]


def _narrowed(described: Part, parameter: Part) -> Part:
    is_precondition = described["in"] == "header" and described["name"].lower() == IF_NONE_MATCH
    return described | {"schema": {"type": "string", "enum": ["*"]}} if is_precondition else parameter


def _order(path: str, found: Mapping[tuple[str, str], Part]) -> list[Part]:
    def rank(key: tuple[str, str]) -> tuple[int, int]:
        name, place = key
        return _PLACES.index(place), path.find(f"{{{name}}}") if place == "path" else 0

    return [found[key] for key in sorted(found, key=rank)]

"""Rules about the contract as a whole."""

import re
from collections.abc import Iterator
from typing import Any

from freehold.contract import Document, Node
from freehold.problems import Problem
from freehold.vocabulary import METHODS

_VERSION = re.compile(r"3\.[01]\.\d+")
_MAPPINGS = ("info", "paths", "components")


def shape(document: Document) -> Iterator[Problem]:
    """The parts that every other rule steps into are mappings and lists where OpenAPI has them."""
    top = document.top
    if not isinstance(top.value, dict):
        yield top.problem("a contract is a mapping", "It begins with `openapi: 3.1.0`.")
        return
    for name in _MAPPINGS:
        yield from _must_be(dict, top.get(name), name)
    yield from _must_be(list, top.get("security"), "security")
    for _, group in _items(top.get("components")):
        yield from _group(group)
    for path, item in _items(top.get("paths")):
        yield from _must_be(dict, item, path)
        yield from _parameters(item)
        for method, operation in item.items():
            if method in METHODS:
                yield from _operation(method, operation)


def version(document: Document) -> Iterator[Problem]:
    """OpenAPI 3.1, or 3.0."""
    found = document.top.get("openapi")
    if found is None:
        yield document.top.problem("it does not say which OpenAPI it is written in", "Add `openapi: 3.1.0`.")
    elif not isinstance(found.value, str) or not _VERSION.fullmatch(found.value):
        yield found.problem(
            f"OpenAPI {found.value} is not read here", "Write it in OpenAPI 3.1: `openapi: 3.1.0`."
        )
    for key in ("title", "version"):
        said = document.top.path("info", key)
        if said is None or not isinstance(said.value, str):
            yield document.top.problem(f"`info` has no {key}", f"Add `{key}: ...`, a text, below `info:`.")


def paths(document: Document) -> Iterator[Problem]:
    """Paths begin with `/`, and no two of them match the same URL."""
    seen: dict[str, str] = {}
    found = document.top.get("paths")
    for path, item in found.items() if found else ():
        if not path.startswith("/"):
            yield item.problem(f"the path {path} does not begin with a slash", f"Write /{path}.")
        same = re.sub(r"\{[^{}]*\}", "{}", path)
        if same in seen:
            yield item.problem(f"{path} and {seen[same]} match the same URLs", "Make one path of the two.")
        seen.setdefault(same, path)


def _group(group: Node) -> Iterator[Problem]:
    yield from _must_be(dict, group, "this part of `components`")
    for name, part in group.items():
        yield from _must_be(dict, part, name)
        yield from _must_be(dict, part.get("properties"), "properties")
        for key, prop in _items(part.get("properties")):
            yield from _must_be(dict, prop, key)


def _operation(method: str, operation: Node) -> Iterator[Problem]:
    yield from _must_be(dict, operation, method)
    yield from _parameters(operation)
    for key, kind in (("responses", dict), ("requestBody", dict), ("security", list)):
        yield from _must_be(kind, operation.get(key), key)
    yield from _must_be(dict, operation.path("requestBody", "content"), "content")
    for status, response in _items(operation.get("responses")):
        yield from _must_be(dict, response, status)


def _parameters(node: Node) -> Iterator[Problem]:
    found = node.get("parameters")
    yield from _must_be(list, found, "parameters")
    for parameter in found.elements() if found else ():
        yield from _must_be(dict, parameter, "a parameter")
        schema = parameter.get("schema")
        yield from _must_be(dict, schema, "schema")
        if isinstance(parameter.value, dict) and schema is None:
            yield parameter.problem("the parameter has no `schema`", "Add one: `schema: {type: string}`.")


def _items(node: Node | None) -> Iterator[tuple[str, Node]]:
    yield from node.items() if node else ()


def _must_be(kind: type[Any], node: Node | None, name: str) -> Iterator[Problem]:
    if node is not None and not isinstance(node.value, kind):
        expected = "a mapping" if kind is dict else "a list"
        yield node.problem(
            f"{name} must be {expected}", "See the OpenAPI specification for what belongs here."
        )

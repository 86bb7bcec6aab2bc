"""Finds the paths that keep the rows of a resource: of lists, of creates, and of singletons."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Protocol

from freehold.contract.resources import has_name, is_singleton, resources
from freehold.contract.rows.shown_rows import enveloped, named_row
from freehold.reading.document import Document, Node

_STORING = ("put", "patch", "post")
_IDS = frozenset({"id", "_id"})
REPEATED_REQUEST = frozenset({"pageable", "sort"})
"""In what a page of Spring Data repeats the request. A page is sent without them."""
_PARAMETER = re.compile(r"\{([^{}]*)\}")


class Answering(Protocol):
    """What is looked at of an operation, of which nothing is known yet but its place."""

    @property
    def method(self) -> str:
        """The method, in lower case."""

    @property
    def path(self) -> str:
        """The path."""

    @property
    def node(self) -> Node:
        """The operation in the contract."""

    def response_schema(self) -> Node | None:
        """The schema of the success response, or None."""

    def success_response(self) -> tuple[str, Node] | None:
        """The status and the node of the success response, or None."""

    def body_schema(self) -> Node | None:
        """The schema of the body, or None."""


@lru_cache(maxsize=4096)
def path_shape(path: str) -> str:
    """Return a path without the names of its parameters and without a trailing slash: what it matches."""
    return _PARAMETER.sub("{}", path.rstrip("/"))


def parameters_of(path: str) -> list[str]:
    """Return the names of the parameters of a path."""
    return _PARAMETER.findall(path)


def path_pattern(path: str) -> str:
    """Return a regular expression for the paths with the shape of this one, without a trailing slash."""
    return re.escape(path_shape(path)).replace(re.escape("{}"), r"\{[^{}]*\}")


def collection_paths(document: Document, every: Sequence[Answering]) -> Iterator[tuple[str, str]]:
    """Yield the collection paths, without a trailing slash, and the name of their resource."""
    names, paths = resources(document), document.root_node.get("paths")
    for path, item in paths.items() if paths else ():
        if item.get_value("x-resource") in names:
            yield path.rstrip("/"), str(item.get_value("x-resource"))
    yield from _singleton_paths(document, every)
    items = [operation.path.rstrip("/") for operation in every if operation.method == "get"]
    shown = {path_shape(path.rpartition("/")[0]) for path in items if path.endswith("}")}
    for operation in every:
        name = _listed_or_created(operation, names, shown)
        if name in names and not is_singleton(names[name]):
            yield operation.path.rstrip("/"), name


def _listed_or_created(operation: Answering, names: dict[str, Node], shown: set[str]) -> str:
    """Return the resource that a GET lists, or of which a POST creates a row; "" for none."""
    answer, success, path = (
        operation.response_schema(),
        operation.success_response(),
        operation.path.rstrip("/"),
    )
    if answer is None or success is None:
        return ""
    if operation.method == "get":
        if answer.name in names or path.endswith("}"):
            return ""
        return listed_item_name(answer)
    is_create = success[0] == "201" or operation.node.get_value("x-operation") == "create"
    is_create = is_create or path_shape(path) in shown
    return named_row(answer, names) if operation.method == "post" and is_create else ""


def _singleton_paths(document: Document, every: Sequence[Answering]) -> Iterator[tuple[str, str]]:
    """Yield the path whose GET shows a singleton or, without one, those that store it."""
    known = {name: schema for name, schema in resources(document).items() if is_singleton(schema)}
    for name, schema in known.items():
        own = {name: schema}
        shows = [o for o in every if (answer := o.response_schema()) and named_row(answer, own)]
        reads = [o.path.rstrip("/") for o in shows if o.method == "get"]
        takes = [o for o in every if (body := o.body_schema()) and named_row(body, own)]
        writes = [o.path.rstrip("/") for o in (*shows, *takes) if o.method in _STORING]
        yield from ((path, name) for path in dict.fromkeys(reads or writes))


def array_item_name(schema: Node | None) -> str:
    """Return the name of the item schema of an array, or an empty string."""
    items = schema.get("items") if schema is not None and schema.get_value("type") == "array" else None
    return items.name if items and has_name(items) else ""


def listed_item_name(answer: Node) -> str:
    """Return the name of the schema of the rows in an answer: an array, or a page; "" if it is neither."""
    page = page_array(page_in(answer)[0])
    return page[1] if page else array_item_name(answer)


def page_in(answer: Node) -> tuple[Node, str]:
    """Return the page of an answer, and the property that holds it: "" where the answer is the page."""
    if page_array(answer) is None:
        name, part = enveloped(answer)
        if part is not None and page_array(part) is not None:
            return part, name
    return answer, ""


def page_array(schema: Node) -> tuple[str, str] | None:
    """Return the name of the only array in a page schema and of its item schema, or None.

    An object with an id is a row that shows others, and no page. `sort` may repeat the order of a request.
    """
    properties = schema.get("properties")
    if properties is not None and not _IDS.isdisjoint(properties.value):
        return None
    arrays = [
        (name, prop)
        for name, prop in (properties.items() if properties else ())
        if array_item_name(prop) and name not in REPEATED_REQUEST
    ]
    return (arrays[0][0], array_item_name(arrays[0][1])) if len(arrays) == 1 else None

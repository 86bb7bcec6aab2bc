"""Rules about extensions in places where they have no effect."""

from collections.abc import Iterator

from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import page_parameters
from freehold.contract.operations.page_schemas import (
    TOTAL_WORD,
    needs_exact_total,
    page_properties,
    property_at,
    totals,
)
from freehold.contract.resources import properties, resources
from freehold.ground.problems import Problem
from freehold.reading.document import Document
from freehold.reading.referenced_files import is_data

_OF_PROPERTIES = "Remove it: it applies only to a property of a resource."
_PLACES = {
    "x-generated": _OF_PROPERTIES,
    "x-references": _OF_PROPERTIES,
    "x-renamed-from": "Remove it: it applies only to resources and their properties.",
    "x-resource": "Write it on a schema of `components: schemas:`, or the name of one on a path.",
    "x-page": "Remove it: it applies to query parameters of lists, and to properties of their pages.",
    "x-total": "Remove it: it applies to the total of pages that do not tell by it whether more rows follow.",
    "x-max": "Remove it: it applies to a page size without `maximum`, or to a list without a page size.",
}


def misplaced_extensions(document: Document) -> Iterator[Problem]:
    """Resource extensions are used only on resources and their properties."""
    known = resources(document).values()
    columns = {prop.pointer for schema in known for prop in properties(schema).values()}
    places = dict.fromkeys(("x-generated", "x-references"), columns)
    places["x-resource"] = {schema.pointer for schema in known} | {*_collections(document)}
    places["x-renamed-from"] = columns | {schema.pointer for schema in known}
    places |= {"x-page": set(_paged(document)), "x-max": set(_sizes(document))}
    places[TOTAL_WORD] = _cappable_totals(document)
    used = {document.positions.get(f"{place}/{word}") for word, found in places.items() for place in found}
    for pointer in document.positions:
        place, _, word = pointer.rpartition("/")
        if word not in places or place in places[word] or is_data(place):
            continue
        if document.node_at(place) is None or document.positions[pointer] in used:
            continue  # it stands in a part of `allOf` that was merged into its resource
        yield document.problem(pointer, f"{word} has no effect here", _PLACES[word])


def _collections(document: Document) -> Iterator[str]:
    """Yield the pointers of the paths that say which resource they keep."""
    paths = document.root_node.get("paths")
    for _, item in paths.items() if paths else ():
        if item.get_value("x-resource") in resources(document):
            yield item.pointer


def _paged(document: Document) -> Iterator[str]:
    """Yield the pointers of the query parameters of lists, and of the properties of their pages."""
    for operation in operations(document):
        page = operation.page_schema()
        if operation.kind == "list" and page is not None:
            yield from (p.pointer for p in operation.parameters() if p.get_value("in") == "query")
            yield from (property_at(page, path).pointer for path in page_properties(page, operation))


def _cappable_totals(document: Document) -> set[str]:
    """Return the pointers of totals whose pages do not tell by them whether more rows follow."""
    found = [(needs_exact_total(o), {total.pointer for total in totals(o)}) for o in operations(document)]
    exact = {pointer for is_needed, pointers in found if is_needed for pointer in pointers}
    return {pointer for _, pointers in found for pointer in pointers} - exact


def _sizes(document: Document) -> Iterator[str]:
    """Yield the pointers of page sizes without a maximum, and of lists that have no page size."""
    for operation in operations(document):
        size = page_parameters(operation).get("size")
        if operation.kind == "list" and (size is None or size.get_path("schema", "maximum") is None):
            yield (size or operation.node).pointer

"""Rules about lists: bounded, and every parameter means something."""

from collections.abc import Iterator

from freehold.contract import Document
from freehold.naming import allowed_field
from freehold.problems import Problem
from freehold.vocabulary import PAGE_SIZES, TOTALS, Operation, operations, page_items, resources

_PAGE = ("page", *PAGE_SIZES)


def bounded(document: Document) -> Iterator[Problem]:
    """A list comes in pages, and the client cannot ask for an endless one."""
    for operation in _lists(document):
        query = {str(p.plain("name")): p for p in operation.parameters() if p.plain("in") == "query"}
        size = next((query[name] for name in PAGE_SIZES if name in query), None)
        if size is None or "page" not in query:
            fix = "Add the query parameters `page` and `per_page`, the second with a `maximum`."
            yield operation.node.problem(f"{operation.id} can answer any number of rows", fix)
            continue
        for parameter in (size, query["page"]):
            schema = parameter.get("schema")
            if schema is None or schema.plain("type") != "integer":
                yield parameter.problem("the page and its size are integers", "Write `type: integer`.")
            elif schema.plain("minimum", 0) < 1:
                yield schema.problem("the page and its size start at 1", "Add `minimum: 1`.")
            elif "default" not in schema.value:
                yield schema.problem("the page and its size need a default", "Add `default: ...`.")
        if size.path("schema", "maximum") is None:
            yield size.problem(f"{size.plain('name')} has no maximum", "Add one: `maximum: 100`.")


def pages(document: Document) -> Iterator[Problem]:
    """What a page says of itself is known."""
    for operation in _lists(document):
        answer = operation.answer()
        page = page_items(answer) if answer else None
        if answer is None or page is None:
            fix = "Answer an object with one array of the resource, such as {data, total, page, per_page}."
            yield operation.node.problem(f"{operation.id} must answer a page", fix)
            continue
        if not allowed_field(page[0]):
            fix = "Call it data, or items: the code needs this word for itself."
            yield answer.problem(f"the array of a page cannot be called {page[0]}", fix)
        known = {page[0], *_PAGE, *TOTALS}
        for name, prop in (answer.get("properties") or answer).items():
            if name not in known:
                yield prop.problem(
                    f"nothing fills {name} of {answer.name}", f"A page knows {', '.join(sorted(known))}."
                )


def parameters(document: Document) -> Iterator[Problem]:
    """Every query parameter of a list is for paging, for sorting, or a filter on a property."""
    found = resources(document)
    for operation in _lists(document):
        known = found[operation.resource or ""].get("properties")
        columns = [name for name, _ in known.items()] if known else []
        for parameter in operation.parameters():
            name = parameter.plain("name")
            if parameter.plain("in") == "query" and name not in (*_PAGE, "sort", *columns):
                fix = f"Filter by a property: {', '.join(columns)}."
                yield parameter.problem(f"{operation.resource} has no property {name} to filter by", fix)


def sorts(document: Document) -> Iterator[Problem]:
    """`sort` names properties, with or without a `-` in front."""
    found = resources(document)
    for operation in _lists(document):
        known = found[operation.resource or ""].get("properties")
        columns = [name for name, _ in known.items()] if known else []
        for parameter in operation.parameters():
            if parameter.plain("name") != "sort":
                continue
            choices = parameter.path("schema", "enum")
            if choices is None or parameter.path("schema", "default") is None:
                yield parameter.problem(
                    "sort needs an enum of properties, and a default", "Add `enum` and `default`."
                )
                continue
            for choice in choices.elements():
                if str(choice.value).removeprefix("-") not in columns:
                    fix = f"Sort by {', '.join(columns)}, with `-` in front for descending."
                    yield choice.problem(
                        f"{operation.resource} has no property {choice.value} to sort by", fix
                    )


def _lists(document: Document) -> list[Operation]:
    return [operation for operation in operations(document) if operation.kind == "list"]

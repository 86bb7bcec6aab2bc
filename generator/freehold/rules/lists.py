"""Rules about lists: bounded, and every parameter means something."""

from collections.abc import Iterator

from freehold.contract import Document, Node
from freehold.naming import allowed_field, snake
from freehold.problems import Problem
from freehold.tables import properties, resources
from freehold.vocabulary import (
    PAGE_SIZES,
    PAGING,
    TOTALS,
    Operation,
    is_list_of,
    list_filters,
    list_sort,
    operations,
    page_items,
    paged_by_cursor,
)

_NUMBERS = ("page", "offset")


def bounded(document: Document) -> Iterator[Problem]:
    """A list comes in pages, and the client cannot ask for an endless one."""
    for operation in _lists(document):
        query = _query(operation)
        size = next((query[name] for name in (*PAGE_SIZES, "limit") if name in query), None)
        if size is None:
            fix = "Add `page` and `per_page`, or `limit` and `offset`; the size needs a `maximum`."
            yield operation.node.problem(f"{operation.id} can answer any number of rows", fix)
            continue
        yield from _cursor(operation, query)
        if any(name in query for name in PAGE_SIZES) and "page" not in query:
            yield size.problem("a size of a page without a `page`", "Add the query parameter `page`.")
        starts = [query[name] for name in _NUMBERS if name in query]
        for parameter in (size, *starts):
            yield from _counts(parameter)
        if size.path("schema", "maximum") is None:
            yield size.problem(f"{size.plain('name')} has no maximum", "Add one: `maximum: 100`.")


def _cursor(operation: Operation, query: dict[str, Node]) -> Iterator[Problem]:
    """A cursor is a text that may be left out; the page hands out the next one."""
    cursor = query.get("cursor")
    if cursor is None:
        return
    for name in (*_NUMBERS, *PAGE_SIZES):
        if name in query:
            yield cursor.problem(f"a cursor beside {name}", "Keep `cursor` and `limit`, or the other two.")
    schema = cursor.get("schema") or cursor
    if schema.plain("type") != "string" or cursor.plain("required") or "default" in schema.value:
        fix = "Write `schema: {type: string}`, without `required` and `default`: the first page has none."
        yield cursor.problem("a cursor is a text that may be left out", fix)
    if "next_cursor" not in map(snake, properties(operation.answer())):
        fix = 'Add `next_cursor: {type: [string, "null"]}` to the page.'
        yield operation.node.problem(f"nobody learns the next cursor of {operation.id}", fix)


def _counts(parameter: Node) -> Iterator[Problem]:
    """A page and its size are integers from 1, an offset from 0, and have a default."""
    schema, name = parameter.get("schema"), snake(str(parameter.plain("name")))
    least = 0 if name == "offset" else 1
    if schema is None or schema.plain("type") != "integer":
        yield parameter.problem(f"{name} must be an integer", "Write `type: integer`.")
    elif schema.plain("minimum", -1) < least:
        yield schema.problem(f"{name} starts at {least}", f"Add `minimum: {least}`.")
    elif "default" not in schema.value:
        yield schema.problem(f"{name} needs a default", "Add `default: ...`.")


def pages(document: Document) -> Iterator[Problem]:
    """What a page says of itself is known."""
    for operation in _lists(document):
        answer = operation.answer()
        page = page_items(answer) if answer else None
        if answer is not None and is_list_of(answer) == operation.resource:
            continue
        if answer is None or page is None or page[1] != operation.resource:
            fix = "Answer an array of it, or an object with one array of it: {data, total, page, per_page}."
            yield operation.node.problem(f"{operation.id} must answer rows of {operation.resource}", fix)
            continue
        if not allowed_field(page[0]):
            fix = "Call it data, or items: the code needs this word for itself."
            yield answer.problem(f"the array of a page cannot be called {page[0]}", fix)
        known = {page[0], *(_query(operation).keys() & set(PAGING) - {"cursor"}), *TOTALS}
        known |= {"next_cursor"} if paged_by_cursor(operation) else set()
        for name, prop in properties(answer).items():
            if name != page[0] and snake(name) not in known:
                fix = f"This page knows {', '.join(sorted(known))}."
                yield prop.problem(f"nothing fills {name} of {answer.name}", fix)


def parameters(document: Document) -> Iterator[Problem]:
    """Every query parameter of a list is for paging, for sorting, or a filter on a property."""
    found = resources(document)
    for operation in _lists(document):
        resource = found[operation.resource or ""]
        columns, sort = properties(resource), list_sort(operation)
        filters = {p.pointer: fields for p, fields, _ in list_filters(operation, resource)}
        known = f"Filter by a property: {', '.join(columns)}."
        for name, parameter in _query(operation).items():
            fields = filters.get(parameter.pointer)
            if name in PAGING or (sort and sort.pointer == parameter.pointer):
                continue
            if fields is None:
                yield parameter.problem(f"{operation.resource} has no property {name} to filter by", known)
            for field in fields or ():
                if field not in columns:
                    yield parameter.problem(f"{operation.resource} has no property {field}", known)


def sorts(document: Document) -> Iterator[Problem]:
    """`sort` names properties, with or without a `-` in front."""
    found = resources(document)
    for operation in _lists(document):
        columns = properties(found[operation.resource or ""])
        parameter = list_sort(operation)
        if parameter is None:
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
                yield choice.problem(f"{operation.resource} has no property {choice.value} to sort by", fix)


def _query(operation: Operation) -> dict[str, Node]:
    """The query parameters, by name in snake_case."""
    return {snake(str(p.plain("name"))): p for p in operation.parameters() if p.plain("in") == "query"}


def _lists(document: Document) -> list[Operation]:
    return [operation for operation in operations(document) if operation.kind == "list"]

"""Rules about answers that show rows by another schema than their resource."""

from collections.abc import Iterator

from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import schema_of_rows
from freehold.contract.resources import embedded, is_not_null, properties, resources
from freehold.contract.rows.column_types import is_nullable
from freehold.contract.rows.shown_rows import all_properties, required_names
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import escape_token
from freehold.rules.value_mismatches import mismatches


def stored_values(document: Document) -> Iterator[Problem]:
    """Every stored value fits the schema by which an answer shows it."""
    for schema in resources(document).values():
        yield from _required_rows(schema)
    known, seen = resources(document), set[tuple[str, str]]()
    for operation in operations(document):
        resource = known.get(operation.resource or "")
        view = schema_of_rows(operation, resource) if resource else None
        if resource is None or view is None or view.pointer == resource.pointer:
            continue
        if (view.pointer, resource.pointer) in seen:
            continue
        seen.add((view.pointer, resource.pointer))
        for name, prop in all_properties(view).items():
            own = properties(resource).get(name)
            if own is not None and prop.pointer != own.pointer:
                fix = f"Define {name} as {resource.name} does, or make {operation.id} `x-operation: custom`."
                yield from (prop.problem(what, fix) for what in _unfit(resource, view, name, own, prop))


def _required_rows(resource: Node) -> Iterator[Problem]:
    """A required property that shows a row has a reference that is never null."""
    for name, shown in embedded(resource).items():
        prop, key = properties(resource)[name], properties(resource).get(shown.key)
        is_required = shown.limit is None and name in required_names(resource) and not is_nullable(prop)
        if not is_required or key is None or is_not_null(resource, shown.key, key):
            continue
        is_null = is_nullable(key)
        if is_null or shown.key not in required_names(resource):
            what = f"{name} of {resource.name} is required, and {shown.key}, whose row it shows, can be null"
            fix = f"Remove null from {shown.key}, and add it to" if is_null else f"Add {shown.key} to"
            fix += f" `required`, or take {name} out of `required`."
            yield resource.document.problem(f"{resource.pointer}/properties/{escape_token(name)}", what, fix)


def _unfit(resource: Node, view: Node, name: str, own: Node, prop: Node) -> Iterator[str]:
    """Yield how values of a property do not fit what an answer says of it."""
    if name in embedded(resource):
        if prop.value != own.value:
            yield f"{name} of {view.name} is defined differently than in {resource.name}"
        return
    if not is_nullable(prop) and is_nullable(own):
        yield f"{name} can be null in {resource.name}, but not in {view.name}"
    elif name in required_names(view) and not is_nullable(own) and not is_not_null(resource, name, own):
        yield f"{view.name} requires {name}, and rows of {resource.name} can be without it"
    for _, what, _ in list(mismatches(own, prop))[:1]:
        yield f"{name} of {resource.name} {what} in {view.name}"

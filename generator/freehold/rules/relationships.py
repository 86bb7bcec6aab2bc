"""Rules about resources that point at each other: parents and references."""

from collections.abc import Iterator

from freehold.contract.column_types import column_type, is_nullable
from freehold.contract.operations import ContractOperation, ancestors, operations, split_path_parameters
from freehold.contract.resources import (
    HIDDEN_VERSION_COLUMN,
    Link,
    generated_kind,
    id_property,
    owner,
    parent,
    properties,
    references,
    resources,
)
from freehold.ground.naming import is_valid_name, pluralize, snake_case
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node


def parents(document: Document) -> Iterator[Problem]:
    """A parent is a resource of the same owner, and no row is above itself."""
    known = resources(document)
    for name, schema in known.items():
        link, said = parent(schema), schema.get_path("x-resource", "parent")
        if link is None or said is None:
            continue
        place = said.get("resource") or said
        yield from _target(known, schema, link, place)
        if link.resource not in known:
            continue
        if any(node.name == name for _, node in ancestors(schema)):
            yield place.problem(f"{name} would be above itself", "Let it have another parent, or none.")
        yield from _parent_field(schema, link, said.get("field") or place)
        shown = next((key for key in properties(schema) if snake_case(key) == link.field), None)
        if shown is not None:
            yield from _shown_parent(schema, shown, known[link.resource])


def _parent_field(schema: Node, link: Link, place: Node) -> Iterator[Problem]:
    """The column that names the parent is one of its own."""
    whose = owner(schema)
    if not is_valid_name(link.field):
        yield place.problem(f"a column cannot be called {link.field}", "Write another `field`.")
    elif link.field == HIDDEN_VERSION_COLUMN or (whose and link.field == whose.column):
        what = f"{link.field} of {schema.name} is a column already, and does not name the parent"
        yield place.problem(what, "Write another `field`.")


def _shown_parent(schema: Node, key: str, above: Node) -> Iterator[Problem]:
    """A property that shows the parent's id is of its type, and nobody sets it."""
    prop = properties(schema)[key]
    if generated_kind(key, prop):
        what = f"{key} of {schema.name} is made by the database, and does not name the parent"
        yield prop.problem(what, "Write another `field` of the parent.")
        return
    if not prop.get_value("readOnly"):
        fix = "Add `readOnly: true`: the path says under which row it is."
        yield prop.problem(f"{key} names the parent, and a body could set it", fix)
    said = prop.get("x-references")
    if said:
        yield said.problem(f"{key} of {schema.name} names the parent already", "Remove `x-references`.")
    yield from _same_type(key, prop, above)


def targets(document: Document) -> Iterator[Problem]:
    """`x-references` names a resource, on a property that holds its id."""
    known = resources(document)
    for name, schema in known.items():
        for link in references(schema):
            prop = properties(schema)[link.field]
            place = prop.get("x-references") or prop
            yield from _target(known, schema, link, place)
            if generated_kind(link.field, prop):
                what = f"{link.field} of {name} is made by the database, and points at nothing"
                yield place.problem(what, "Remove it, or use another property.")
            elif link.resource in known:
                yield from _same_type(link.field, prop, known[link.resource])
            always = link.field in schema.get_value("required", []) or "default" in prop.value
            if link.on_delete == "set_null" and always and not is_nullable(prop):
                fix = f"Let {link.field} be null as well, or write restrict or cascade."
                yield place.problem(f"{link.field} of {name} can never be null", fix)


def under(document: Document) -> Iterator[Problem]:
    """What stands in a path beside the row's own id names the parents; a new row names its parent there."""
    known = resources(document)
    for operation in operations(document):
        resource = known.get(operation.resource or "")
        if resource is None:
            continue
        path, _ = split_path_parameters(operation, resource)
        fields = [link.field for link, _ in ancestors(resource)]
        named = [snake_case(str(p.get_value("name"))) for p in path]
        yield from _strangers(operation, resource, fields)
        if named and named != fields[-len(named) :]:
            fix = f"Name and declare them from the top: {', '.join(fields)}. The first ones may be missing."
            what = f"{operation.id} leaves out a parent, or has them in another order"
            yield operation.node.problem(what, fix)
        if operation.kind == "create" and fields and not named:
            fix = f"Create it below its parent, at a path with {{{fields[-1]}}}."
            yield operation.node.problem(f"{operation.id} does not say under which parent the row is", fix)


def _strangers(operation: ContractOperation, resource: Node, fields: list[str]) -> Iterator[Problem]:
    """The parameters of a path that are neither the row's id, nor a parent's, nor an owner."""
    said = [
        p
        for p in operation.parameters()
        if p.get_value("in") == "path" and p.get_value("x-owner") is not True
    ]
    others = [p for p in said if snake_case(str(p.get_value("name"))) not in fields]
    on_a_row = operation.kind not in ("list", "create")
    above = f"Parents are called {', '.join(fields)}." if fields else "`x-resource: {parent: ...}` says one."
    fix = f"{above} An owner is marked with `x-owner: true`."
    for parameter in others[on_a_row:]:
        what = f"{parameter.get_value('name')} names no parent of {resource.name}"
        if on_a_row:
            what = (
                f"{others[0].get_value('name')} and {parameter.get_value('name')} cannot both be the id of a "
            )
            what += f"{resource.name}, and neither names a parent"
        yield parameter.problem(what, fix)


def names(document: Document) -> Iterator[Problem]:
    """The repositories of the parents keep their names beside the parameters of a route."""
    known = resources(document)
    for operation in operations(document):
        resource = known.get(operation.resource or "")
        above = [snake_case(node.name) for _, node in ancestors(resource)] if resource else []
        taken = [pluralize(name) for name in above]
        for parameter in operation.parameters():
            if snake_case(str(parameter.get_value("name"))) in taken:
                fix = "Rename it: the code calls the parents so."
                yield parameter.problem(f"a parameter cannot be called {parameter.get_value('name')}", fix)
        if snake_case(operation.id) in [f"in_{name}" for name in above]:
            place = operation.node.get("operationId") or operation.node
            fix = "Rename it: the code calls the condition on the parent so."
            yield place.problem(f"an operation cannot be called {operation.id}", fix)


def _target(known: dict[str, Node], schema: Node, link: Link, place: Node) -> Iterator[Problem]:
    """The resource that a link leads to: it is one, and its rows have the same owner, or none."""
    target = known.get(link.resource)
    if target is None:
        fix = f"Resources, the schemas with `x-resource`: {', '.join(known)}."
        yield place.problem(f"there is no resource {link.resource}", fix)
        return
    mine, theirs = owner(schema), owner(target)
    if mine is None and theirs is not None:
        what = f"{schema.name} is shared, and {target.name} has owners: others would point at their rows"
        yield place.problem(what, "Give both an owner, or none.")
    elif mine and theirs and (mine.claim, mine.format) != (theirs.claim, theirs.format):
        what = f"{schema.name} and {target.name} are owned by different claims"
        yield place.problem(what, "Let both have the same `owner`.")
    elif theirs is None and mine and link.on_delete != "restrict":
        what = f"{target.name} is shared: whoever deletes one would change rows of other owners"
        yield place.problem(what, "Write `on_delete: restrict`.")


def _same_type(key: str, prop: Node, target: Node) -> Iterator[Problem]:
    there = properties(target).get(id_property(target))
    mine, theirs = column_type(prop), column_type(there) if there else None
    if there and theirs and (mine is None or mine.column != theirs.column):
        words = [f"{word}: {there.get_value(word)}" for word in ("type", "format") if there.get_value(word)]
        fix = f"Write `{', '.join(words)}`, as there."
        yield prop.problem(f"{key} is of another type than the id of {target.name}", fix)

"""Rules about resources that point at each other: parents and references."""

from collections.abc import Iterator

from freehold.columns import column_type, nullable
from freehold.contract import Document, Node
from freehold.naming import allowed, plural, snake
from freehold.problems import Problem
from freehold.tables import Link, id_name, owner, parent, properties, references, resources
from freehold.vocabulary import ancestors, item_parameters, operations


def parents(document: Document) -> Iterator[Problem]:
    """A parent is a resource of the same owner, and no row is above itself."""
    known = resources(document)
    for name, schema in known.items():
        link, said = parent(schema), schema.path("x-resource", "parent")
        if link is None or said is None:
            continue
        place = said.get("resource") or said
        yield from _target(known, schema, link, place)
        above = ancestors(schema)
        if link.resource in known and any(node.name == name for _, node in above):
            yield place.problem(f"{name} would be above itself", "Let it have another parent, or none.")
        if not allowed(link.field):
            yield said.problem(f"a column cannot be called {link.field}", "Write another `field`.")
        prop = next((p for key, p in properties(schema).items() if snake(key) == link.field), None)
        if prop and not prop.plain("readOnly"):
            fix = "Add `readOnly: true`: the path says under which row it is."
            yield prop.problem(f"{prop.name} names the parent, and a body could set it", fix)
        if prop and link.resource in known:
            yield from _same_type(prop, known[link.resource])


def targets(document: Document) -> Iterator[Problem]:
    """`x-references` names a resource, on a property that holds its id."""
    known = resources(document)
    for name, schema in known.items():
        for link in references(schema):
            prop = properties(schema)[link.field]
            place = prop.get("x-references") or prop
            yield from _target(known, schema, link, place)
            if link.resource in known:
                yield from _same_type(prop, known[link.resource])
            if link.on_delete == "set_null" and not nullable(prop):
                fix = f"Let {link.field} be null as well, or write restrict or cascade."
                yield place.problem(f"{link.field} of {name} can never be null", fix)
        above = parent(schema)
        if above and any(snake(link.field) == above.field for link in references(schema)):
            yield schema.problem(
                f"{above.field} of {name} names the parent already", "Remove `x-references`."
            )


def under(document: Document) -> Iterator[Problem]:
    """What stands in a path beside the row's own id names the parents; a new row names its parent there."""
    known = resources(document)
    for operation in operations(document):
        resource = known.get(operation.resource or "")
        if resource is None:
            continue
        path, item = item_parameters(operation, resource)
        fields = [link.field for link, _ in ancestors(resource)]
        mine = [p for p in operation.parameters() if p.plain("in") == "path" and not p.plain("x-owner")]
        for parameter in mine:
            if (
                parameter.pointer not in {p.pointer for p in path}
                and item
                and parameter.pointer != item.pointer
            ):
                above = ", ".join(fields) or "none so far: `x-resource: {parent: {resource: ...}}` says one"
                fix = f"Of the parents' ids there is: {above}. Mark an owner with `x-owner: true`."
                what = f"{parameter.plain('name')} is neither the id of a {resource.name} nor of its parent"
                yield parameter.problem(what, fix)
        named = [snake(str(p.plain("name"))) for p in path]
        wanted = fields[len(fields) - len(named) :] if named else []
        if named != wanted:
            fix = f"Write them as they are above each other: {', '.join(wanted)}."
            yield operation.node.problem(f"the path of {operation.id} leaves out a parent", fix)
        if operation.kind == "create" and fields and not named:
            fix = f"Create it below its parent, at a path with {{{fields[-1]}}}."
            yield operation.node.problem(f"{operation.id} does not say under which parent the row is", fix)
        if operation.kind in ("list", "create") and item is not None:
            yield item.problem(f"{item.plain('name')} names no parent of {resource.name}", "Remove it.")


def names(document: Document) -> Iterator[Problem]:
    """The repositories of the parents keep their names beside the parameters of a route."""
    known = resources(document)
    for operation in operations(document):
        resource = known.get(operation.resource or "")
        above = [node for _, node in ancestors(resource)] if resource else []
        taken = {plural(snake(node.name)) for node in above}
        for parameter in operation.parameters():
            if snake(str(parameter.plain("name"))) in taken:
                fix = "Rename it: the code calls the parents so."
                yield parameter.problem(f"a parameter cannot be called {parameter.plain('name')}", fix)
        conditions = {f"in_{snake(node.name)}" for node in above}
        if snake(operation.id) in conditions:
            yield operation.node.problem(f"an operation cannot be called {operation.id}", "Rename it.")


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
        what = f"{target.name} is shared: who deletes one of it would change rows of other owners"
        yield place.problem(what, "Write `on_delete: restrict`.")


def _same_type(prop: Node, target: Node) -> Iterator[Problem]:
    there = properties(target).get(id_name(target))
    mine, theirs = column_type(prop), column_type(there) if there else None
    if theirs and (mine is None or mine.column != theirs.column):
        fix = f"Give it the type of the id of {target.name}."
        yield prop.problem(f"{prop.name} is of another type than the id of {target.name}", fix)

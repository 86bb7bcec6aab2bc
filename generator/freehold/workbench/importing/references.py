"""Properties that look like the id of another resource."""

from collections.abc import Iterator

from freehold.contract.resources import id_property, links, owner, properties, resources
from freehold.contract.rows.column_types import column_type, without_null
from freehold.ground.naming import snake_case
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.workbench.importing.resource_properties import is_any_text


def suggestions(document: Document) -> Iterator[Problem]:
    """Yield the properties that a name and a type suggest as references, such as `note_id` beside `Note`.

    Without `x-references` the id of a row of another owner, or of none, is stored.
    """
    known = resources(document)
    by_name = {f"{snake_case(name)}_id": target for name, target in known.items()}
    for resource in known.values():
        row_owner = owner(resource)
        linked = {snake_case(link.field) for link in links(resource)}
        linked |= {row_owner.column} if row_owner else set()
        for key, prop in properties(resource).items():
            target, name = by_name.get(snake_case(key)), snake_case(key)
            if target is None or name in linked or prop.get_value("readOnly"):
                continue
            there = properties(target).get(id_property(target))
            if there is not None and (added := _added(prop, there)) is not None:
                what = (
                    f"{key} of {resource.name} looks like the id of a {target.name}: "
                    "without a reference, the id of a row of another owner is stored"
                )
                fix = (
                    f"Add {added}`x-references: {target.name}`, or `x-references: {{resource: {target.name}, "
                    "on_delete: cascade}` if it is deleted together with it."
                )
                yield prop.problem(what, fix)


def _added(prop: Node, key: Node) -> str | None:
    """Return what a property needs to have the type of a key; None if it is of another one."""
    column = column_type(key).column
    if column == "Uuid" and is_any_text(without_null(prop)):
        return "`format: uuid` and "
    return "" if column_type(prop).column == column else None

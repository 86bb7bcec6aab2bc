"""Says of a read-only text that is named like the column of the owner that it shows the owner."""

from freehold.contract.resources import owner, owner_property, properties, resources
from freehold.contract.rows.column_types import base_type, without_null
from freehold.ground.naming import column_name
from freehold.reading.document import Document


def show_owners(document: Document) -> Document:
    """Return the contract with `x-generated: owner` at these properties, changed in place."""
    shown = False
    for schema in resources(document).values():
        row_owner = owner(schema)
        if row_owner is None or owner_property(schema) is not None:
            continue
        for name, prop in properties(schema).items():
            is_named = column_name(name) == row_owner.column and "x-generated" not in prop.value
            if (
                is_named
                and prop.get_value("readOnly") is True
                and base_type(without_null(prop)) in ("string", "integer")
            ):
                schema.value["properties"][name]["x-generated"] = "owner"
                shown = True
    return document.with_root(document.root) if shown else document

"""Builds the indexes and the foreign keys of a table."""

from freehold.building.model import ParentModel
from freehold.building.tables.table_model import ForeignKey, Index
from freehold.contract.resources import (
    Link,
    foreign_is_forbidden,
    id_property,
    is_singleton,
    links,
    owner,
    parent,
    references,
    resources,
    table_name,
)
from freehold.contract.rows.readers import keys_of_all_owners
from freehold.ground.naming import MAX_NAME_LENGTH, column_name, identifier
from freehold.reading.document import Node

_ON_DELETE = {"restrict": "RESTRICT", "cascade": "CASCADE", "set_null": "SET NULL"}


def indexes(schema: Node, table: str) -> tuple[Index, ...]:
    """Build the declared indexes, and one for each foreign key that none of them covers.

    An index starts with the owner's column, because every statement is restricted to one owner. There are two
    exceptions: `foreign: forbidden` looks an id up among the rows of all owners, and `read: anybody` lists
    these rows, and names one by its id or another key.
    """
    options, reading = schema.value["x-resource"], keys_of_all_owners(schema)
    first = () if reading else _owner_column(schema)
    built = [
        _index(
            "ix" if not unique else "uq",
            table,
            (*(_owner_column(schema) if unique else first), *map(column_name, names)),
            unique=unique,
        )
        for unique, declared in ((False, options.get("indexes", [])), (True, options.get("unique", [])))
        for names in declared
        if not (unique and list(map(column_name, names)) in [[key] for key in reading])
    ]
    built += [_index("uq", table, (key,), unique=True) for key in reading]
    for link in links(schema):
        columns = (*first, column_name(link.field))
        if not any(index.columns[: len(columns)] == columns for index in built):
            built.append(_index("ix", table, columns))
    if foreign_is_forbidden(schema) and not is_singleton(schema):
        built.append(_index("ix", table, (column_name(id_property(schema)), *_owner_column(schema))))
    return tuple(built)


def foreign_keys(schema: Node, table: str) -> tuple[ForeignKey, ...]:
    """Build the foreign keys. With the owner in each of them, a row references only rows of its owner."""
    return tuple(_foreign_key(schema, table, link) for link in links(schema))


def parent_model(schema: Node, table: str) -> ParentModel | None:
    """Build the parent of a resource; None when it has no parent."""
    link = parent(schema)
    if link is None:
        return None
    key = _foreign_key(schema, table, link).name
    return ParentModel(identifier(link.field), key)


def reference_pointers(schema: Node, table: str) -> dict[str, str]:
    """Map each foreign key, except the parent's, to the JSON pointer of its value in a body (RFC 6901)."""
    return {_foreign_key(schema, table, link).name: f"/{link.field}" for link in references(schema)}


def _foreign_key(schema: Node, table: str, link: Link) -> ForeignKey:
    target = resources(schema.document)[link.resource]
    target_table, target_owner = table_name(link.resource, target), _owner_column(target)
    field = column_name(link.field)
    columns = (*_owner_column(schema), field) if target_owner else (field,)
    targets = (*target_owner, column_name(id_property(target)))
    on_delete = _ON_DELETE[link.on_delete] + (f" ({field})" if link.on_delete == "set_null" else "")
    name = f"fk_{table}_{'_'.join(columns)}"[:MAX_NAME_LENGTH]
    return ForeignKey(name, columns, tuple(f"{target_table}.{column}" for column in targets), on_delete)


def _owner_column(schema: Node) -> tuple[str, ...]:
    declared = owner(schema)
    return (declared.column,) if declared else ()


def _index(prefix: str, table: str, columns: tuple[str, ...], *, unique: bool = False) -> Index:
    return Index(f"{prefix}_{table}_{'_'.join(columns)}"[:MAX_NAME_LENGTH], columns, unique)

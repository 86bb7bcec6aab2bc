"""From what a resource is ordered by and points at to the indexes and foreign keys of its table."""

from freehold.building.model import ForeignKey, Index, ParentModel
from freehold.contract.resources import (
    Link,
    foreign_is_forbidden,
    id_property,
    links,
    owner,
    parent,
    references,
    resources,
    table_name,
)
from freehold.ground.literals import Code
from freehold.ground.naming import MAX_NAME_LENGTH, identifier, snake_case
from freehold.reading.document import Node

_ON_DELETE = {"restrict": "RESTRICT", "cascade": "CASCADE", "set_null": "SET NULL"}


def indexes(schema: Node, name: str) -> tuple[Index, ...]:
    """Each index begins with the owner, so that it serves one owner's rows. What points elsewhere has one.

    `foreign: forbidden` needs one that ends with it: whether somebody else has an id is asked.
    """
    options = schema.value["x-resource"]
    found = [
        _index("ix" if not unique else "uq", name, (*_owned(schema), *map(snake_case, names)), unique=unique)
        for unique, wanted in ((False, options.get("indexes", [])), (True, options.get("unique", [])))
        for names in wanted
    ]
    for link in links(schema):
        columns = (*_owned(schema), snake_case(link.field))
        if not any(index.columns[: len(columns)] == columns for index in found):
            found.append(_index("ix", name, columns))
    if foreign_is_forbidden(schema):
        found.append(_index("ix", name, (snake_case(id_property(schema)), *_owned(schema))))
    return tuple(found)


def foreign_keys(schema: Node, name: str) -> tuple[ForeignKey, ...]:
    """A row points only at rows of its own owner: the owner is part of each key."""
    return tuple(_foreign_key(schema, name, link) for link in links(schema))


def parent_of(schema: Node, name: str) -> ParentModel | None:
    """What a row is under."""
    link = parent(schema)
    if link is None:
        return None
    key = _foreign_key(schema, name, link).name
    return ParentModel(identifier(link.field), key, Code(f"_in_{identifier(link.resource)}"))


def pointers(schema: Node, name: str) -> dict[str, str]:
    """Where in a body the value of each foreign key stands, as a JSON pointer (RFC 6901)."""
    return {_foreign_key(schema, name, link).name: f"/{link.field}" for link in references(schema)}


def _foreign_key(schema: Node, name: str, link: Link) -> ForeignKey:
    known = resources(schema.document)
    target, there = known[link.resource], table_name(link.resource, known[link.resource])
    mine, theirs = _owned(schema), _owned(target)
    field = snake_case(link.field)
    columns = (*mine, field) if theirs else (field,)
    targets = (*theirs, snake_case(id_property(target)))
    on_delete = _ON_DELETE[link.on_delete] + (f" ({field})" if link.on_delete == "set_null" else "")
    key = f"fk_{name}_{'_'.join(columns)}"[:MAX_NAME_LENGTH]
    return ForeignKey(key, columns, tuple(f"{there}.{column}" for column in targets), on_delete)


def _owned(schema: Node) -> tuple[str, ...]:
    said = owner(schema)
    return (said.column,) if said else ()


def _index(prefix: str, name: str, columns: tuple[str, ...], *, unique: bool = False) -> Index:
    return Index(f"{prefix}_{name}_{'_'.join(columns)}"[:MAX_NAME_LENGTH], columns, unique)

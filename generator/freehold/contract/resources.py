"""What a schema says about its table: whose the rows are, what the database makes, what points where."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from freehold.ground.naming import pluralize, snake_case
from freehold.reading.document import Document, Node

HIDDEN_VERSION_COLUMN = "row_version"
"""The column that counts a row's changes when no property does."""

GENERATED_TYPES = {  # what the database makes, and the type that it has
    "uuid": ("string", "uuid"),
    "identity": ("integer", None),
    "created": ("string", "date-time"),
    "updated": ("string", "date-time"),
    "version": ("integer", None),
}
_TIMESTAMPS = {"created_at": "created", "updated_at": "updated"}
ON_DELETE = ("restrict", "cascade", "set_null")


@dataclass(frozen=True)
class Owner:
    """Whose the rows of a resource are: the column, the claim that must equal it, and its format."""

    column: str = "owner_id"
    claim: str = "sub"
    format: str | None = None


@dataclass(frozen=True)
class Link:
    """A property that names a row of another resource, or the parent's row that a row is under."""

    field: str
    resource: str
    on_delete: str = "restrict"


def schemas(document: Document) -> Iterator[tuple[str, Node]]:
    """The named schemas of a contract."""
    found = document.root_node.get_path("components", "schemas")
    yield from found.items() if found else ()


def properties(schema: Node | None) -> dict[str, Node]:
    """The properties of an object's schema, by name."""
    found = schema.get("properties") if schema else None
    return dict(found.items()) if found else {}


def resources(document: Document) -> dict[str, Node]:
    """The schemas that are kept in a table, by name."""
    known = document.cache
    if "resources" not in known:
        kept = {name: schema for name, schema in schemas(document) if schema.get("x-resource") is not None}
        known["resources"] = kept
    found: dict[str, Node] = known["resources"]
    return found


def foreign_is_forbidden(schema: Node) -> bool:
    """Whether a row of somebody else answers otherwise than one that does not exist."""
    return bool(_option(schema, "foreign", "") == "forbidden")


def owner(schema: Node) -> Owner | None:
    """The owner of a resource: `owner: owner_id`, or `{column: org_id, claim: org_id, format: uuid}`.

    None for `owner: none`: all users share the rows.
    """
    said = _option(schema, "owner", {})
    if said == "none":
        return None
    return Owner(column=said) if isinstance(said, str) else Owner(**said)


def generated_kind(name: str, prop: Node) -> str | None:
    """What the database makes of a property: a uuid, an identity, created, updated, version, or nothing."""
    said = prop.get_value("x-generated")
    if said is not None or not prop.get_value("readOnly"):
        return str(said) if said is not None else None
    if name == "id":
        return "uuid" if prop.get_value("format") == "uuid" else "identity"
    return _TIMESTAMPS.get(snake_case(name)) if prop.get_value("format") == "date-time" else None


def id_property(schema: Node) -> str:
    """The property that, with the owner, names a row."""
    found = properties(schema).items()
    return next((name for name, prop in found if generated_kind(name, prop) in ("uuid", "identity")), "id")


def table_name(name: str, schema: Node) -> str:
    """The name of the table: `table: tasks`, or the plural of the schema's name."""
    return str(_option(schema, "table", pluralize(snake_case(name))))


def generated_properties(schema: Node, kind: str) -> list[str]:
    """The properties that the database makes in one way."""
    return [name for name, prop in properties(schema).items() if generated_kind(name, prop) == kind]


def parent(schema: Node) -> Link | None:
    """The resource that a row is under: `parent: {resource: Project, field: project_id}`."""
    said = _option(schema, "parent", None)
    if said is None:
        return None
    field = said.get("field", f"{snake_case(said['resource'])}_id")
    return Link(snake_case(field), said["resource"], said.get("on_delete", "restrict"))


def references(schema: Node) -> list[Link]:
    """The properties that name rows: `x-references: Customer`, or with the word `on_delete`."""
    found = ((name, prop.get_value("x-references")) for name, prop in properties(schema).items())
    return [Link(name, said) if isinstance(said, str) else Link(name, **said) for name, said in found if said]


def links(schema: Node) -> list[Link]:
    """Everything that a row points at, its parent first."""
    above = parent(schema)
    return [*([above] if above else []), *references(schema)]


def _option(schema: Node, key: str, default: Any) -> Any:
    options = schema.get("x-resource")
    return options.get_value(key, default) if options else default

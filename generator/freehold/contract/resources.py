"""The resources of a contract: tables, owners, generated properties, parents and references."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from freehold.contract.rows.column_types import base_type, is_nullable, without_null
from freehold.ground.naming import column_name, plural_name, singular_name, snake_case
from freehold.reading.document import Document, Node

HIDDEN_VERSION_COLUMN = "row_version"
"""The version column that is used if no property is the version."""

GENERATED_TYPES = {  # what is generated, with type and format
    "uuid": ("string", "uuid"),
    "identity": ("integer", None),
    "created": ("string", "date-time"),
    "updated": ("string", "date-time"),
    "version": ("integer", None),
    "owner": ("string", None),
}
INTEGER_OWNERS = ("int32", "int64")
_TIMESTAMPS = {"created_at": "created", "updated_at": "updated"}
ON_DELETE = ("restrict", "cascade", "set_null")
MOST_EMBEDDED = 100
"""How many rows of another resource are shown inside a row at most."""
MOST_SHOWN = 10_000
"""How many rows of one resource an answer shows inside its rows at most."""
_SINGLETON = "none"
_SCHEMAS = "#/components/schemas/"


@dataclass(frozen=True)
class Owner:
    """The owner of a resource: the column, the claim that it must equal, and its format."""

    column: str = "owner_id"
    claim: str = "sub"
    format: str | None = None
    """`uuid`, `int32` or `int64`; None for a text."""

    @property
    def is_integer(self) -> bool:
        """Whether owners are numbers, which claims and paths have as their shortest text."""
        return self.format in INTEGER_OWNERS


@dataclass(frozen=True)
class Link:
    """A foreign key to another resource or to the parent."""

    field: str
    resource: str
    on_delete: str = "restrict"


@dataclass(frozen=True)
class Embedded:
    """Rows of another resource that a property of a resource shows."""

    name: str
    resource: str
    field: str
    """The property or column of the other resource whose value is compared."""
    key: str
    """The property of the own row that it is compared with."""
    limit: int | None
    """How many rows are shown at most; None for a property that shows one row."""


def schemas(document: Document) -> Iterator[tuple[str, Node]]:
    """Yield the named schemas of a contract."""
    found = document.root_node.get_path("components", "schemas")
    yield from found.items() if found else ()


def has_name(schema: Node) -> bool:
    """Whether a schema stands in `components: schemas:` under its own name."""
    return schema.pointer == f"/components/schemas/{schema.name}"


def properties(schema: Node | None) -> dict[str, Node]:
    """Return the properties of an object schema by name.

    They are looked up once in a document: after a change of its root, a new one is made of it.
    """
    if schema is None:
        return {}
    known: dict[str, tuple[Any, dict[str, Node]]] = schema.document.cache.setdefault("properties", {})
    value, cached = known.get(schema.pointer, (None, {}))
    if value is not schema.value:
        found = schema.get("properties")
        cached = dict(found.items()) if found else {}
        known[schema.pointer] = schema.value, cached
    return dict(cached)


def resources(document: Document) -> dict[str, Node]:
    """Return the resources, which are the schemas with `x-resource`, by name."""
    known = document.cache
    if "resources" not in known:
        kept = {name: schema for name, schema in schemas(document) if schema.get("x-resource") is not None}
        known["resources"] = kept
    found: dict[str, Node] = known["resources"]
    return found


def foreign_is_forbidden(schema: Node) -> bool:
    """Whether a row of another owner responds with 403 instead of 404."""
    return bool(_option(schema, "foreign", "") == "forbidden")


def readers(schema: Node) -> str:
    """Return who reads the rows of all owners: `anybody`, `signed-in`; `owner` if nobody does."""
    return str(_option(schema, "read", "owner")) if owner(schema) is not None else "owner"


def owner(schema: Node) -> Owner | None:
    """Return the owner of a resource: `owner: owner_id`, or `{column: org_id, claim: org_id, format: uuid}`.

    None for `owner: none`: all users share the rows. A property that shows the owner names the column.
    """
    declared = _option(schema, "owner", {})
    if declared == "none":
        return None
    options = {"column": declared} if isinstance(declared, str) else dict(declared)
    shown = owner_property(schema)
    if shown is not None:
        form = owner_format(properties(schema)[shown])
        options = {"column": column_name(shown), **({"format": form} if form else {}), **options}
    return Owner(**options)


def owner_format(prop: Node) -> str | None:
    """Return the format of the owners that a property or a parameter can name, as `owner` has it."""
    plain = without_null(prop)
    form = plain.get_value("format")
    if base_type(plain) == "integer":
        return "int32" if form == "int32" else "int64"
    return "uuid" if form == "uuid" else None


def owner_property(schema: Node) -> str | None:
    """Return the name of the property that shows the owner, or None."""
    return next(iter(generated_properties(schema, "owner")), None)


def generated_kind(name: str, prop: Node) -> str | None:
    """Return how a property is generated (a key of GENERATED_TYPES), or None."""
    declared = prop.get_value("x-generated")
    if declared is not None or not prop.get_value("readOnly"):
        return str(declared) if declared is not None else None
    form = without_null(prop).get_value("format")
    if name == "id":
        return "uuid" if form == "uuid" else "identity"
    return _TIMESTAMPS.get(snake_case(name)) if form == "date-time" else None


def chosen_key(schema: Node) -> str | None:
    """Return the property whose value clients choose as the key of a row (`id: code`), or None."""
    declared = _option(schema, "id", _SINGLETON)
    return None if declared == _SINGLETON else str(declared)


def is_singleton(schema: Node) -> bool:
    """Whether an owner has one row, which no path names (`id: none`)."""
    return bool(_option(schema, "id", None) == _SINGLETON)


def id_property(schema: Node) -> str:
    """Return the name of the property by which paths name a row: the chosen key, or the generated id."""
    chosen = chosen_key(schema)
    if chosen is not None:
        return chosen
    found = properties(schema).items()
    return next((name for name, prop in found if generated_kind(name, prop) in ("uuid", "identity")), "id")


def table_name(name: str, schema: Node) -> str:
    """Return the name of the table: the option `table`, or the plural of the schema name."""
    return str(_option(schema, "table", plural_name(name)))


def generated_properties(schema: Node, kind: str) -> list[str]:
    """Return the properties that are generated in the given way."""
    return [name for name, prop in properties(schema).items() if generated_kind(name, prop) == kind]


def parent(schema: Node) -> Link | None:
    """Return the link to the parent: `parent: {resource: Project, field: project_id}`."""
    declared = _option(schema, "parent", None)
    if declared is None:
        return None
    field = declared.get("field", f"{singular_name(declared['resource'])}_id")
    return Link(column_name(field), declared["resource"], declared.get("on_delete", "restrict"))


def references(schema: Node) -> list[Link]:
    """Return the references: `x-references: Customer`, or a mapping with `on_delete`."""
    found = ((name, prop.get_value("x-references")) for name, prop in properties(schema).items())
    return [
        Link(name, declared) if isinstance(declared, str) else Link(name, **declared)
        for name, declared in found
        if declared
    ]


def links(schema: Node) -> list[Link]:
    """Return all links of a resource, the parent first."""
    above = parent(schema)
    return [*([above] if above else []), *references(schema)]


def embedded(schema: Node) -> dict[str, Embedded]:
    """Return the read-only properties that show rows of other resources, instead of a column, by name.

    A `$ref` to a resource is read through the reference of the row to it, an array of them through their
    parent or reference to the row.
    """
    known: dict[str, dict[str, Embedded]] = schema.document.cache.setdefault("embedded", {})
    if schema.pointer not in known:
        found = (_embedded(schema, name, prop) for name, prop in properties(schema).items())
        known[schema.pointer] = {part.name: part for part in found if part}
    return known[schema.pointer]


def columns_of(schema: Node) -> dict[str, Node]:
    """Return the properties of a resource that are columns of its table, by name."""
    shown = embedded(schema)
    return {name: prop for name, prop in properties(schema).items() if name not in shown}


def _embedded(schema: Node, name: str, prop: Node) -> Embedded | None:
    if prop.get_value("readOnly") is not True:
        return None
    raw = schema.get_value("properties")[name]
    is_array = raw.get("type") == "array"
    other = _referred(raw.get("items", {}) if is_array else raw)
    target = resources(schema.document).get(other)
    if target is None or (owner(schema) is None and owner(target) is not None):
        return None
    if not is_array:
        own = [link for link in links(schema) if link.resource == other and link.field in properties(schema)]
        named = [link for link in own if snake_case(link.field) == f"{snake_case(name)}_id"]
        found = (named or own) if len(named or own) == 1 else []
        return Embedded(name, other, id_property(target), found[0].field, None) if found else None
    there = [link for link in links(target) if link.resource == schema.name]
    limit = min(prop.get_value("maxItems", MOST_EMBEDDED), MOST_EMBEDDED)
    return Embedded(name, other, there[0].field, id_property(schema), limit) if len(there) == 1 else None


def _referred(raw: Any) -> str:
    """Return the name of the schema that a `$ref` refers to, also beside null; "" for anything else."""
    for word in ("allOf", "anyOf", "oneOf"):
        parts = raw.get(word, ()) if isinstance(raw, dict) else ()
        named = [part for part in parts if part != {"type": "null"}]
        raw = named[0] if len(named) == 1 else raw
    target = str(raw.get("$ref", "")) if isinstance(raw, dict) else ""
    return target.removeprefix(_SCHEMAS) if target.startswith(_SCHEMAS) else ""


def is_not_null(schema: Node, name: str, prop: Node) -> bool:
    """Whether a property has a value in every row: its column is NOT NULL."""
    link, shown = parent(schema), embedded(schema).get(name)
    if shown is not None:
        return shown.limit is not None or is_not_null(schema, shown.key, properties(schema)[shown.key])
    if generated_kind(name, prop) or name == chosen_key(schema):
        return True
    if link and link.field == column_name(name):
        return True
    if is_nullable(prop):
        return False
    return "default" in prop.value or (
        name in schema.get_value("required", []) and not prop.get_value("readOnly")
    )


def omitted_when_null(schema: Node) -> list[str]:
    """Return the properties that cannot be null although their column can: a response omits them then."""
    return [
        name
        for name, prop in properties(schema).items()
        if not is_not_null(schema, name, prop) and not is_nullable(prop)
    ]


def _option(schema: Node, key: str, default: Any) -> Any:
    options = schema.get("x-resource")
    return options.get_value(key, default) if options else default

"""Contracts made of many schemas: each schema is a component, and an optional property of a resource."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.values.json_text import Json, write

WIDTH = 50  # properties of a resource
_TOKEN = {"bearerAuth": {"type": "http", "scheme": "bearer"}}
_ID = {"type": "string", "format": "uuid", "readOnly": True}


@dataclass(frozen=True)
class Entry:
    """A schema with a name such as `v17`; other components that it refers to begin with `V17D`."""

    name: str
    schema: Json
    parts: Mapping[str, Json] = field(default_factory=dict)
    inline: bool = False
    """Whether the property is the schema itself, instead of a reference to the component."""

    @property
    def component(self) -> str:
        return self.name.capitalize()

    @property
    def shown(self) -> Json:
        """What stands at the property."""
        return self.schema if self.inline else {"$ref": f"#/components/schemas/{self.component}"}

    @property
    def components(self) -> Mapping[str, Json]:
        return dict(self.parts) if self.inline else {self.component: self.schema, **self.parts}


@dataclass(frozen=True)
class Contract:
    """The text of a contract, which line belongs to which entry, and the path that takes each entry."""

    text: str
    lines: Mapping[int, str]
    paths: Mapping[str, str]


def compose(entries: Sequence[Entry], version: str = "3.1.0", width: int = WIDTH) -> Contract:
    """A contract in which each schema has lines of its own: one as a component, one as a property."""
    groups = [entries[start : start + width] for start in range(0, len(entries), width)]
    names = [f"Group{number}" for number in range(len(groups))]
    rows = [(line, "") for line in _head(names, version)]
    for name, group in zip(names, groups, strict=True):
        rows.append((f'{write(name)}: {{"type": "object", "x-resource": {{}}, "required": ["id"],', ""))
        rows += [('"properties": {', ""), *_listed([("id", _ID, "")], more=True)]
        rows += [*_listed([(entry.name, entry.shown, entry.name) for entry in group]), ("}},", "")]
    components = [
        (name, schema, entry.name) for entry in entries for name, schema in entry.components.items()
    ]
    rows += [*_listed([*components, ("End", {"type": "object"}, "")]), ("}}}", "")]
    return Contract(
        "\n".join(text for text, _ in rows) + "\n",
        {number: name for number, (_, name) in enumerate(rows, 1) if name},
        {entry.name: _path(name) for name, group in zip(names, groups, strict=True) for entry in group},
    )


def _listed(members: Sequence[tuple[str, Json, str]], *, more: bool = False) -> Iterator[tuple[str, str]]:
    """Members of an object, a line each, with the entry that each belongs to."""
    for number, (key, value, entry) in enumerate(members, 1):
        yield f"{write(key)}: {write(value)}{',' if more or number < len(members) else ''}", entry


def _path(resource: str) -> str:
    return f"/{resource.lower()}"


def _head(resources: Sequence[str], version: str) -> Iterator[str]:
    yield f'{{"openapi": "{version}", "info": {{"title": "Values", "version": "1.0.0"}},'
    yield '"x-problems": "standard", "security": [{"bearerAuth": []}],'
    yield f'"paths": {write({path: item for name in resources for path, item in _paths(name)})},'
    yield f'"components": {{"securitySchemes": {write(_TOKEN)}, "schemas": {{'


def _paths(resource: str) -> Iterator[tuple[str, Json]]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{resource}"}}}
    answer = {"description": "The values.", "content": content}
    body = {"required": True, "content": content}
    identity = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    create = {"operationId": f"create{resource}", "requestBody": body, "responses": {"201": answer}}
    get = {"operationId": f"get{resource}", "responses": {"200": answer}}
    yield _path(resource), {"post": create}
    yield f"{_path(resource)}/{{id}}", {"parameters": [identity], "get": get}

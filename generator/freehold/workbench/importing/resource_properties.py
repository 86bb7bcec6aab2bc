"""What the properties of a resource are for, as far as the bodies of its operations show it."""

import copy
from collections.abc import Iterator
from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import other_parameters
from freehold.contract.resources import id_property, links, owner, properties, resources
from freehold.contract.rows.collection_paths import path_shape
from freehold.contract.rows.column_types import base_type, column_type, is_nullable, without_null
from freehold.contract.rows.shown_rows import required_names
from freehold.contract.rows.written_rows import written_row
from freehold.contract.vocabulary import DECIDING_KEYWORDS
from freehold.ground.naming import snake_case
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import escape_token
from freehold.workbench.importing.additions import PARAMETERS, RESOURCES, Addition
from freehold.workbench.importing.edits import AllOf, Edit

_OWNERS = ("owner_id", "user_id", "author_id", "creator_id", "account_id", "owner", "user", "created_by")
"""The names of properties that show the owner, the best one first."""
_IDS = frozenset({"id", "uuid", "guid", "uid"})
_SEARCHES = frozenset({"search", "q", "query", "keyword", "keywords", "search_term", "search_query"})
_OF_SCHEMAS = frozenset("dto read out response output model schema entity public detail view".split())  # noqa: SIM905
_SECRETS = frozenset("password passwd passphrase secret token pin cvc cvv".split())  # noqa: SIM905


def property_additions(schema: Node, path: str, key: str) -> Iterator[Addition]:
    """Yield what the properties of a resource lack, besides its key. `path` is that of its collection.

    What no body sets is read-only, and shows the owner if it has such a name. What only a body has is
    stored, and no answer shows it.
    """
    sent = _sent(schema, path)
    if sent is None:
        return
    known, shown = declared_properties(schema), owner_shown(schema, path, key)
    for name, prop in known.items():
        if name not in sent and name != key:
            is_owner = shown is not None and prop.pointer == shown.pointer
            yield from _read_only(schema, name, prop, is_owner=is_owner)
    hidden = {
        name: prop
        for name, prop in sent.items()
        if name not in known and not is_secret(name, prop) and prop.get_value("readOnly") is not True
    }
    pointer = _own_properties(schema)
    if pointer is not None:
        yield from _hidden_properties(schema, pointer, hidden, _always_sent(schema, path))


def _hidden_properties(
    schema: Node, pointer: str, hidden: dict[str, Node], always_sent: set[str]
) -> Iterator[Addition]:
    """Yield the properties that only bodies have, at the pointer of the properties; some are required."""
    needed = [name for name, prop in hidden.items() if name in always_sent and not is_nullable(prop)]
    for name, prop in hidden.items():
        what = f"requests set {name}, and no answer shows it as a property of {schema.name}"
        edit = Edit(f"{pointer}/{escape_token(name)}", _write_only(prop))
        yield Addition(RESOURCES, edit, schema, what, group=pointer if name in needed else "")
    if needed:
        part = schema.document.node_at(pointer.removesuffix("/properties")) or schema
        edit = Edit(f"{part.pointer}/required", [*part.get_value("required", []), *needed])
        what = f"each request that creates {schema.name} sets {', '.join(needed)}"
        yield Addition(RESOURCES, edit, schema, what, group=pointer)


def owner_shown(schema: Node, path: str, key: str) -> Node | None:
    """Return the property that shows the owner: one with such a name that no body sets."""
    sent = _sent(schema, path)
    known = {} if sent is None else declared_properties(schema)
    unsent = {name: prop for name, prop in known.items() if name not in (sent or {}) and name != key}
    found = (prop for word in _OWNERS for name, prop in unsent.items() if _is_owner(name, prop, word))
    return next(found, None)


def search_additions(document: Document) -> Iterator[Addition]:
    """Yield the texts that a parameter such as `search` searches, where a list has no other of its kind."""
    used: dict[str, list[ContractOperation]] = {}
    places: dict[str, Node] = {}
    for operation in operations(document):
        for parameter in operation.parameters():
            used.setdefault(parameter.pointer, []).append(operation)
            places[parameter.pointer] = parameter
    for pointer, users in used.items():
        resource = resources(document).get(users[0].resource or "")
        is_own = {(o.kind, o.resource) for o in users} == {("list", users[0].resource)}
        if resource is None or not is_own or not _is_search(places[pointer], resource):
            continue
        if any(p.pointer != pointer for o in users for p in other_parameters(o, resource)):
            continue  # the list is left to people
        texts = [name for name, prop in properties(resource).items() if _is_searchable(name, prop, resource)]
        if texts:
            what = f"{places[pointer].get_value('name')} searches {', '.join(texts)}"
            note = "Choose other properties if you like."
            yield Addition(PARAMETERS, Edit(f"{pointer}/x-search", texts), places[pointer], what, note)


def _is_search(parameter: Node, resource: Node) -> bool:
    """Whether a parameter is a text, is named as one that searches, and says nothing else."""
    name, schema = snake_case(str(parameter.get_value("name"))), parameter.get("schema")
    has_words = any(word.startswith("x-") for word in parameter.value)
    is_named = parameter.get_value("in") == "query" and name in _SEARCHES and not has_words
    is_other = name in map(snake_case, properties(resource))
    return is_named and not is_other and schema is not None and _is_text(schema)


def _is_searchable(name: str, prop: Node, resource: Node) -> bool:
    word = snake_case(name)
    is_shown = prop.get_value("writeOnly") is not True and not is_secret(name, prop)
    is_key = name == id_property(resource) or word.endswith("_id") or word in (*_OWNERS, *_IDS)
    return (
        is_shown and not is_key and not {"x-generated", "x-references"} & prop.value.keys() and _is_text(prop)
    )


def _is_text(schema: Node) -> bool:
    """Whether values are texts of any form."""
    plain = without_null(schema)
    return base_type(plain) == "string" and not {"enum", "const", "format"} & plain.value.keys()


def _sent(schema: Node, path: str) -> dict[str, Node] | None:
    """The properties of all bodies; None if there is none, or the resource itself is one."""
    bodies = [written_row(body, schema).schema for body in _bodies(schema.document, path)]
    if not bodies or any(body.name == schema.name or not declared_properties(body) for body in bodies):
        return None
    return {name: prop for body in bodies for name, prop in declared_properties(body).items()}


def _always_sent(schema: Node, path: str) -> set[str]:
    """The properties that each body requires which creates a row, and that each body of a PUT can set."""
    required: list[set[str]] = []
    settable: list[set[str]] = []
    for operation in operations(schema.document):
        body = operation.body_schema() if operation.method in ("post", "put") else None
        place = f"{path_shape(path)}/{{}}" if operation.method == "put" else path_shape(path)
        if body is not None and path_shape(operation.path) == place:
            row = written_row(body, schema).schema
            required += [required_names(row)] if operation.method == "post" else []
            settable.append({*declared_properties(row)})
    return set.intersection(*required, *settable) if required else set()


def _own_properties(schema: Node) -> str | None:
    """The pointer of the properties of a schema, or of a part of it that nothing else refers to."""
    parts = [
        schema.pointer,
        *(f"{schema.pointer}/allOf/{index}" for index in range(len(schema.get_value("allOf", ())))),
    ]
    pointers = (f"{part}/properties" for part in parts)
    return next((pointer for pointer in pointers if schema.document.node_at(pointer) is not None), None)


def declared_properties(schema: Node) -> dict[str, Node]:
    """Return the properties of an object and of its parts, each with the pointer of its own place."""
    found: dict[str, Node] = {}
    composed = schema.get("allOf")
    for part in (schema, *(composed.elements() if composed else ())):
        for name, prop in properties(part).items():
            pointer = f"{part.pointer}/properties/{escape_token(name)}"
            found.setdefault(name, Node(schema.document, pointer, prop.value))
    return found


def is_id(name: str) -> bool:
    """Whether a name says that its values are made up, which a slug or a code are not."""
    return snake_case(name).rpartition("_")[2] in _IDS


def is_secret(name: str, prop: Node) -> bool:
    """Whether a property is nothing that a table should hold as it is sent."""
    is_named_so = not _SECRETS.isdisjoint(snake_case(name).split("_"))
    return is_named_so or without_null(prop).get_value("format") == "password"


def is_any_text(schema: Node) -> bool:
    """Whether a schema says nothing about its texts that a UUID would not fulfill."""
    limits = DECIDING_KEYWORDS & schema.value.keys() - {"type", "nullable"}
    return base_type(schema) == "string" and not limits


def is_sent(schema: Node, path: str, key: Node) -> bool:
    """Whether clients choose the ids of a resource, which can be any text."""
    return is_any_text(without_null(key)) and key.name in (_sent(schema, path) or {})


def can_have_words(prop: Node) -> bool:
    """Whether words can stand beside what a property says: in OpenAPI 3.0, not beside a `$ref`."""
    is_3_0 = str(prop.document.root.get("openapi")).startswith("3.0")
    return not (is_3_0 and "$ref" in _raw(prop))


def _bodies(document: Document, path: str) -> Iterator[Node]:
    """Yield the schemas of the bodies that create and change the rows of a collection."""
    shape = path_shape(path)
    for operation in operations(document):
        place = shape if operation.method == "post" else f"{shape}/{{}}"
        body = operation.body_schema() if path_shape(operation.path) == place else None
        if body is not None:
            yield body


def _is_owner(name: str, prop: Node, word: str) -> bool:
    plain = without_null(prop)
    is_text = base_type(plain) == "string" and plain.get_value("format") in (None, "uuid")
    is_name = is_text or base_type(plain) == "integer"
    return snake_case(name) == word and is_name and can_have_words(prop)


def _read_only(schema: Node, name: str, prop: Node, *, is_owner: bool) -> Iterator[Addition]:
    words: dict[str, Any] = {} if prop.value.get("readOnly") is True else {"readOnly": True}
    what = f"no request sets {name} of {schema.name}"
    if is_owner and "x-generated" not in prop.value:
        words["x-generated"] = "owner"
        what = f"{name} of {schema.name} shows whose the row is"
    edits = [Edit(f"{prop.pointer}/{word}", value) for word, value in words.items()]
    if can_have_words(prop):
        yield from (Addition(RESOURCES, edit, prop, what) for edit in edits)
        return
    reference = AllOf(f"{prop.pointer}/$ref", _raw(prop)["$ref"])
    yield from (Addition(RESOURCES, edit, prop, what, group=prop.pointer) for edit in (reference, *edits))


def _raw(prop: Node) -> dict[str, Any]:
    """What stands at the place of a property, with its `$ref`."""
    found = prop.document.node_at(prop.pointer)
    return dict(found.value if found else prop.value)


def _write_only(prop: Node) -> dict[str, Any]:
    """A property that no answer shows, in the words of the declared version.

    A `$ref` is in `allOf`: OpenAPI 3.0 ignores what is beside it. OpenAPI 3.1 has null as a type.
    """
    value = {word: copy.deepcopy(part) for word, part in _raw(prop).items() if word != "default"}
    target = value.pop("$ref", None)
    if target is not None:
        value = {"allOf": [{"$ref": target}, *value.pop("allOf", [])], **value}
    kind, is_3_0 = value.get("type"), str(prop.document.root.get("openapi")).startswith("3.0")
    if value.get("nullable") is True and isinstance(kind, str) and not is_3_0:
        value = {word: part for word, part in value.items() if word != "nullable"} | {"type": [kind, "null"]}
    return value | {"writeOnly": True}


def suggested_references(document: Document) -> Iterator[Problem]:
    """Yield the properties that a name and a type suggest as references, such as `note_id` beside `Note`.

    Without `x-references` the id of a row of another owner, or of none, is stored.
    """
    known = resources(document)
    by_name = {_plain_name(name): target for name, target in known.items()}
    for resource in known.values():
        row_owner = owner(resource)
        linked = {snake_case(link.field) for link in links(resource)}
        linked |= {row_owner.column} if row_owner else set()
        for key, prop in properties(resource).items():
            name = snake_case(key)
            target = by_name.get(name.removesuffix("_id"))
            if target is None or name in linked or prop.get_value("readOnly"):
                continue
            there = properties(target).get(id_property(target))
            added = _added(prop, there) if there is not None else None
            if added is None or (added and not name.endswith("_id")):
                continue  # a text that is named like a resource can be any text
            what = (
                f"{key} of {resource.name} looks like the id of a {target.name}: "
                "without a reference, the id of a row of another owner is stored"
            )
            fix = (
                f"Add {added}`x-references: {target.name}`, or `x-references: {{resource: {target.name}, "
                "on_delete: cascade}` if it is deleted together with it."
            )
            yield prop.problem(what, fix)


def _plain_name(name: str) -> str:
    """The name of a resource without what only says that it is a schema: `board` for `BoardDTO`."""
    words = snake_case(name).split("_")
    while len(words) > 1 and words[-1] in _OF_SCHEMAS:
        words.pop()
    return "_".join(words)


def _added(prop: Node, key: Node) -> str | None:
    """Return what a property needs to have the type of a key; None if it is of another one."""
    column = column_type(key).column
    if column == "Uuid" and is_any_text(without_null(prop)):
        return "`format: uuid` and "
    return "" if column_type(prop).column == column else None

"""Rules about resources: options, tables, properties, ids, generated values."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.resources import (
    GENERATED_TYPES,
    chosen_key,
    generated_kind,
    generated_properties,
    is_singleton,
    owner,
    parent,
    properties,
    resources,
)
from freehold.contract.resources import properties as properties_of
from freehold.contract.rows.chosen_keys import creates_row, named_key
from freehold.contract.rows.column_types import base_type, is_nullable, without_null
from freehold.ground.naming import MAX_NAME_LENGTH, column_name, is_valid_name, plural_name
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.rules.row_ids import chosen_keys, sent_keys, shown_owner, singleton_options

OPTIONS = ("table", "id", "owner", "read", "foreign", "order", "indexes", "unique", "parent")
_BEYOND_PROPERTIES = (
    "allOf", "anyOf", "oneOf", "not", "if", "dependentRequired", "dependentSchemas", "patternProperties",
    "propertyNames", "minProperties", "maxProperties", "enum", "const",
)  # fmt: skip
_RESERVED_TABLES = {
    "idempotency_keys": "the table of idempotency keys",
    "alembic_version": "the table of migrations",
}


def options(document: Document) -> Iterator[Problem]:
    """`x-resource` has only known options."""
    for schema in resources(document).values():
        declared = schema.get("x-resource") or schema
        for key, option in declared.items():
            if key not in OPTIONS:
                close = get_close_matches(key, OPTIONS, 1)
                fix = (
                    f"Did you mean {close[0]}?"
                    if close
                    else f"Remove it. Available options: {', '.join(OPTIONS)}."
                )
                yield option.problem(f"x-resource has no option {key}", fix)
        yield from _identifiers(declared, schema)


def _identifiers(declared: Node, schema: Node) -> Iterator[Problem]:
    """The table and the owner column have names that are valid in Python."""
    row_owner = owner(schema)
    for key, value in (
        ("table", declared.get_value("table", "rows")),
        ("owner", row_owner.column if row_owner else "nobody"),
    ):
        if not is_valid_name(value):
            fix = f"Use small letters, digits and `_`, at most {MAX_NAME_LENGTH}, and no Python keyword."
            yield (declared.get(key) or declared).problem(f"{key} must be an identifier, not {value!r}", fix)


def resource_names(document: Document) -> Iterator[Problem]:
    """Every resource has a unique table and a unique name in the code."""
    seen = dict(_RESERVED_TABLES)
    for name, schema in resources(document).items():
        table = (schema.get("x-resource") or schema).get_value("table", plural_name(name))
        for taken in {table, plural_name(name)}:
            if taken in seen:
                fix = "Rename one of the schemas, or set another `table`."
                fix = f"Set another `table`, or rename {name}." if taken in _RESERVED_TABLES else fix
                yield schema.problem(f"{name} and {seen[taken]} would both be named {taken}", fix)
        seen |= dict.fromkeys((table, plural_name(name)), name)


def property_columns(document: Document) -> Iterator[Problem]:
    """Every property can be a column with a unique name."""
    for schema in resources(document).values():
        seen: dict[str, str] = {}
        for key, prop in properties_of(schema).items():
            if column_name(key) in seen:
                other = seen[column_name(key)]
                line = properties_of(schema)[other].problem("").line
                what = f"{key} and {other} (line {line}) both become {column_name(key)}"
                yield prop.problem(what, "Rename one of the two.")
            seen.setdefault(column_name(key), key)


def plain_resources(document: Document) -> Iterator[Problem]:
    """A resource says everything about its rows in `properties` and `required`, which the table holds."""
    for name, schema in resources(document).items():
        for word in _BEYOND_PROPERTIES:
            if word in schema.value and not _is_implied(schema, word):
                fix = "Remove it, and hold it in an override if rows need it."
                if word == "allOf":
                    fix = f"Copy `properties` and `required` of its parts into {name}, and remove it."
                place = schema.document.node_at(f"{schema.pointer}/{word}") or schema
                yield place.problem(f"{word} of {name} is not held by its table", fix)
        required = schema.get("required")
        for part in required.elements() if required else ():
            if part.value not in properties(schema):
                fix = "Add it to `properties`, or remove it here."
                yield part.problem(f"{part.value} is required, and {name} has no such property", fix)


def _is_implied(schema: Node, word: str) -> bool:
    """Whether the required and the known properties of a row imply a limit of their number."""
    if word == "minProperties":
        return bool(schema.value[word] <= len(set(schema.get_value("required", []))))
    return word == "maxProperties" and bool(schema.value[word] >= len(properties_of(schema)))


def resource_ids(document: Document) -> Iterator[Problem]:
    """A resource has one id, generated or chosen, and its owner column is not a property."""
    for name, schema in resources(document).items():
        yield from _one_id(name, schema)
        row_owner = owner(schema)
        for key, prop in properties_of(schema).items():
            is_shown = generated_kind(key, prop) == "owner"
            if row_owner and column_name(key) == row_owner.column and not is_shown:
                fix = (
                    "Remove it: the owner comes from the token and is never returned.\n"
                    "Or show it, with `readOnly: true` and `x-generated: owner`."
                )
                yield prop.problem(f"{key} is the owner column and cannot be a property", fix)


def _one_id(name: str, schema: Node) -> Iterator[Problem]:
    ids = [*generated_properties(schema, "uuid"), *generated_properties(schema, "identity")]
    found = schema.get_path("properties", *ids[:1])
    if is_singleton(schema):
        yield from singleton_options(schema)
    elif chosen_key(schema) is not None:
        yield from chosen_keys(schema, str(chosen_key(schema)), ids)
    elif not ids or found is None:
        fix = (
            "Add `id: {type: string, format: uuid, readOnly: true}` to its properties.\n"
            "Or name the property that clients choose: `x-resource: {id: code}`."
        )
        yield schema.problem(f"{name} has no id that the database generates", fix)
    elif not _has_type(found, "integer", None) and without_null(found).get_value("format") != "uuid":
        yield found.problem(f"the id of {name} must be a uuid or an integer", "Use `format: uuid`.")
    for other in ids[1:] if chosen_key(schema) is None and not is_singleton(schema) else ():
        place = schema.get_path("properties", other) or schema
        yield place.problem(f"{name} has two ids: {ids[0]} and {other}", "Keep one of them.")


def generated_columns(document: Document) -> Iterator[Problem]:
    """A property with `x-generated` is readOnly and has the matching type."""
    for name, schema in resources(document).items():
        for key, prop in properties_of(schema).items():
            declared = prop.get_value("x-generated")
            if declared not in GENERATED_TYPES:
                continue
            kind, form = GENERATED_TYPES[declared]
            if not prop.get_value("readOnly"):
                fix = "Add `readOnly: true`."
                yield prop.problem(
                    f"{key} of {name} is generated by the database and must not be writable", fix
                )
            is_number = declared == "owner" and _has_type(prop, "integer", None)
            if not is_number and not _has_type(prop, kind, form):
                wanted = f"type: {kind}" + (f", format: {form}" if form else "")
                yield prop.problem(
                    f"{key} of {name} has the wrong type for x-generated: {declared}", f"Use `{wanted}`."
                )
            elif declared == "owner":
                yield from shown_owner(schema, key, prop)
        for key in generated_properties(schema, "version")[1:]:
            place = schema.get_path("properties", key) or schema
            yield place.problem(f"{name} has a second version property, {key}", "Keep one of them.")


def _has_type(prop: Node, kind: str, form: str | None) -> bool:
    """Whether the values of a property besides null have a type, and a format if there is one."""
    plain = without_null(prop)
    return base_type(plain) == kind and form in (None, plain.get_value("format"))


def known_columns(document: Document) -> Iterator[Problem]:
    """`order`, `indexes` and `unique` name existing properties."""
    for name, schema in resources(document).items():
        above = parent(schema)
        known = [*properties_of(schema), *([above.field] if above else [])]
        for field in _column_references(schema):
            column = str(field.value).removeprefix("-")
            if column not in known:
                close = get_close_matches(column, known, 1)
                fix = f"Did you mean {close[0]}?" if close else f"Available properties: {', '.join(known)}."
                yield field.problem(f"{name} has no property {column}", fix)


def writable_bodies(document: Document) -> Iterator[Problem]:
    """Request bodies set only writable properties, and a new row has all required ones."""
    known = resources(document)
    for operation in operations(document):
        body = operation.row_body()
        if (
            body is None
            or operation.resource is None
            or operation.kind in ("custom", "list", "get", "delete")
        ):
            continue
        resource = known[operation.resource]
        if operation.kind == "replace":
            yield from _writes_nothing(operation, resource, body)
        if body.name == operation.resource:
            continue  # the effective contract removes what a client cannot set
        sent = {key: prop for key, prop in properties_of(body).items() if not prop.get_value("readOnly")}
        for key, prop in sent.items():
            target = resource.get_path("properties", key)
            if target is None or target.get_value("readOnly"):
                kind = "which is readOnly in" if target else "which does not exist in"
                fix = _unwritable_advice(operation, resource, sent)
                yield prop.problem(f"{body.name} sets {key}, {kind} {operation.resource}", fix)
        yield from sent_keys(operation, resource)
        if operation.kind in ("create", "replace", "bulk"):
            yield from _missing_properties(operation, resource, body, sent)


def _writes_nothing(operation: ContractOperation, resource: Node, body: Node) -> Iterator[Problem]:
    """A PUT writes a column besides the key that its path names."""
    key = named_key(operation, resource)
    if not any(name in properties_of(body) for name in _writable(resource) if name != key):
        what = f"{operation.id} writes nothing of {resource.name} but what its path names"
        fix = f"Add what it writes to `properties` of {body.name}.\n"
        fix += f"`x-operation: custom` makes {operation.id} a method of yours."
        yield body.problem(what, fix)


def _unwritable_advice(operation: ContractOperation, resource: Node, sent: Mapping[str, Node]) -> str:
    others = ", ".join(name for name in _writable(resource) if name not in sent)
    named = f", or rename it to one of: {others}" if others else ""
    return f"Remove it{named}.\n`x-operation: custom` makes {operation.id} a method of yours, which gets it."


def _writable(resource: Node) -> list[str]:
    return [name for name, prop in properties_of(resource).items() if not prop.get_value("readOnly")]


def _missing_properties(
    operation: ContractOperation, resource: Node, body: Node, sent: dict[str, Node]
) -> Iterator[Problem]:
    """A required column is required in the request body, or has a default and is not in the request body.

    What the body of a PUT on a row cannot have stays as it is.
    """
    keeps_rest = operation.kind == "replace" and not creates_row(operation)
    for key, prop in properties_of(resource).items():
        if keeps_rest and key not in properties_of(body):
            continue
        default = "default" in prop.value
        needed = not is_nullable(prop) and (default or key in resource.get_value("required", []))
        if prop.get_value("readOnly") or not needed or (default and key not in sent):
            continue
        if key == named_key(operation, resource):
            continue  # the path has it
        is_left_out = key in properties_of(body) and key not in sent  # it is readOnly there
        is_required = key in body.get_value("required", []) and not is_left_out
        if not is_required and "default" not in (sent[key].value if key in sent else {}):
            fix = f"Add it to `properties` and `required` of {body.name}, or set a default there."
            yield body.problem(f"{operation.id} can omit {key}, which {operation.resource} requires", fix)


def _column_references(schema: Node) -> Iterator[Node]:
    """Yield every column name in `x-resource`."""
    options = schema.get("x-resource") or schema
    order = options.get("order")
    yield from order.elements() if order else ()
    for group in (options.get("indexes"), options.get("unique")):
        for index in group.elements() if group else ():
            yield from index.elements()

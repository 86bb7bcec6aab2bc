"""Gives names to the enums and objects inside other schemas: `TaskStatus`, `BookDimensions`, `ListTasksSort`.

Generators of clients make a type of each named schema, and a type with an odd name, or none, of others. What
the row, its requests and its filters say alike becomes one schema. Names of the contract come first.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from freehold.contract.operations.contract_operation import METHODS
from freehold.ground.naming import singularize
from freehold.publishing.schemas.component_names import add_component, component_name
from freehold.publishing.schemas.schema_parts import (
    change_schemas,
    constraints,
    copy_of,
    is_3_0,
    named_schemas,
    reference_to,
)
from freehold.publishing.tree import Part

_MOVED = ("description", "discriminator")
_CHOICES = ("anyOf", "oneOf")
_NULL = {"type": "null"}
_REQUEST = re.compile("(Request|Create|Update|Replace|Patch|Input|Write|In|Body)$")


@dataclass(frozen=True)
class Relatives:
    """Which schemas describe the same things."""

    resources: Mapping[str, str] = field(default_factory=dict)
    """The resource of each schema that describes its rows or what a request writes, by name."""
    filtered: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """The resource and the property that a parameter filters, by operationId and name of the parameter."""


def name_inline_schemas(root: Part, relatives: Relatives) -> None:
    """Move the enums and objects inside other schemas to `components`, in place."""
    namer, schemas = _Namer(root), named_schemas(root)
    rows = [name for name in dict.fromkeys(relatives.resources.values()) if name in schemas]
    for name in dict.fromkeys([*rows, *schemas]):
        row = relatives.resources.get(name) or _row_name(name, schemas)
        namer.name_inside(schemas[name], (row, name), ())
    for operation_id, holder in _operations(root):
        for parameter in holder.get("parameters", ()):
            filtered = relatives.filtered.get((operation_id, str(parameter.get("name"))))
            namer.name_parameter(parameter, operation_id, filtered)
    for name, parameter in root["components"].get("parameters", {}).items():
        namer.name_parameter(parameter, name, None)


def _row_name(name: str, schemas: Mapping[str, Any]) -> str:
    """Return the name of what a request is about: `Task` for `TaskInput`, if there is such a schema."""
    base = _REQUEST.sub("", name.removeprefix("Patched"))
    return base if base in schemas else name


def _operations(root: Part) -> Iterator[tuple[str, Part]]:
    """Yield the objects that have parameters, with the operationId: an operation, or a path for its first."""
    for path, item in root.get("paths", {}).items():
        if path.startswith("x-") or not isinstance(item, dict):
            continue
        found = [
            (str(item[method].get("operationId", method)), item[method])
            for method in METHODS
            if method in item
        ]
        yield from [(found[0][0], item)] if found else []
        yield from found


class _Namer:
    def __init__(self, root: Part) -> None:
        self._root = root
        self._schemas = named_schemas(root)
        self._is_3_0 = is_3_0(root)
        self._meanings: dict[str, Any] = {}
        self._numbered: dict[tuple[str, Any], Part] = {}
        """The references to schemas whose names have a number, by the name without it and by meaning."""

    def name_parameter(self, parameter: Part, owner: str, filtered: tuple[str, str] | None) -> None:
        """Name the enum of a parameter or of its items: like the property that it filters, if they agree."""
        schema = parameter.get("schema")
        if not isinstance(schema, dict):
            return
        name = str(parameter.get("name"))
        known = [component_name(*filtered)] if filtered else []
        if isinstance(schema.get("items"), dict):
            schema["items"] = self._named(schema["items"], (owner,), (singularize(name),), known)
        parameter["schema"] = self._named(schema, (owner,), (name,), known)

    def name_inside(self, schema: Any, owners: Sequence[str], words: tuple[str, ...]) -> None:
        """Name what is inside a schema. `words` lead to the schema from one with the name of an owner."""
        if not isinstance(schema, dict):
            return
        for name, prop in schema.get("properties", {}).items():
            schema["properties"][name] = self._named(prop, owners, (*words, name))
        if "items" in schema:
            item = (*words[:-1], singularize(words[-1])) if words else ("item",)
            schema["items"] = self._named(schema["items"], owners, item)
        if "additionalProperties" in schema:
            schema["additionalProperties"] = self._named(
                schema["additionalProperties"], owners, (*words, "value")
            )
        for word in _CHOICES:
            self._name_choices(schema.get(word, []), owners, words)
        for part in schema.get("allOf", ()):
            self.name_inside(part, owners, words)

    def _name_choices(self, choices: list[Any], owners: Sequence[str], words: tuple[str, ...]) -> None:
        is_single = sum(1 for choice in choices if choice != _NULL) == 1
        for index, choice in enumerate(choices):
            label = () if is_single else (_label(choice) or f"Option{index + 1}",)
            choices[index] = self._named(choice, owners, (*words, *label))

    def _named(
        self, schema: Any, owners: Sequence[str], words: tuple[str, ...], known: Sequence[str] = ()
    ) -> Any:
        """Return a reference in place of a schema that gets a name; other schemas as they are."""
        self.name_inside(schema, owners, words)
        if not isinstance(schema, dict) or not (_is_enum(schema) or _is_object(schema)) or not words:
            return schema
        if self._is_3_0:
            return self._reference_of_3_0(schema, [component_name(owner, *words) for owner in owners], known)
        plain, is_nullable = _without_null(schema)
        moved, beside = _divided(plain)
        reference = self._find(moved, [component_name(owner, *words) for owner in owners], known)
        return ({"anyOf": [reference, dict(_NULL)]} if is_nullable else reference) | beside

    def _reference_of_3_0(self, schema: Part, names: list[str], known: Sequence[str]) -> Part:
        """Return a reference, in an `allOf` where annotations are beside it; null is in the named schema.

        `nullable` beside an `allOf` would have no effect (OpenAPI 3.0.3, 4.7.24.1).
        """
        moved, beside = _divided(schema)
        nullable_names = [f"{name}OrNull" for name in names] if schema.get("nullable") is True else []
        reference = self._find(moved, [*names, *nullable_names], known)
        return {"allOf": [reference]} | beside if beside else reference

    def _find(self, schema: Part, candidates: Sequence[str], known: Sequence[str]) -> Part:
        """Return a reference to an equal schema, or to a new one whose name is free."""
        meaning = _meaning(schema)
        for name in known:
            if name in self._schemas and self._meaning_of(name) == meaning:
                return reference_to(name)
        for name in candidates:
            if name not in self._schemas:
                self._schemas[name] = copy_of(schema)
                return reference_to(name)
            if self._meaning_of(name) == meaning:
                return reference_to(name)
        key = (candidates[-1], meaning)
        if key not in self._numbered:
            self._numbered[key] = add_component(self._root, candidates[-1], copy_of(schema))
        return dict(self._numbered[key])

    def _meaning_of(self, name: str) -> Any:
        if name not in self._meanings:
            self._meanings[name] = _meaning(self._schemas[name])
        return self._meanings[name]


def _is_enum(schema: Part) -> bool:
    """Whether a schema is a choice of two or more texts, or of whole numbers."""
    values = [value for value in schema.get("enum", ()) if value is not None]
    kinds = {type(value) for value in values}
    return len(values) > 1 and kinds in ({str}, {int}) and "const" not in schema


def _is_object(schema: Part) -> bool:
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return bool(schema.get("properties")) and kinds in (["object"], ["object", "null"], ["null", "object"])


def _without_null(schema: Part) -> tuple[Part, bool]:
    """Return an enum or an object without null, and whether it has it."""
    kinds, values = schema.get("type"), schema.get("enum", [])
    if isinstance(kinds, list) and "null" in kinds:
        left = [kind for kind in kinds if kind != "null"]
        schema = schema | {"type": left[0] if len(left) == 1 else left}
    elif None not in values:
        return schema, False
    if values:
        schema = schema | {"enum": [value for value in values if value is not None]}
    return schema, True


def _divided(schema: Part) -> tuple[Part, Part]:
    """Return what becomes a named schema, and what stays beside the reference to it."""
    judging = constraints(schema)
    moved = {
        word: part
        for word, part in schema.items()
        if word in judging or word in _MOVED or word.startswith("x-enum")
    }
    beside = {word: part for word, part in schema.items() if word not in judging and word != "discriminator"}
    return moved, beside


def _label(schema: Any) -> str:
    """Return the value of the property that tells one alternative from others, or an empty text."""
    properties = schema.get("properties", {}) if isinstance(schema, dict) else {}
    for prop in properties.values():
        values = [prop["const"]] if "const" in prop else prop.get("enum", [])
        if len(values) == 1 and isinstance(values[0], str) and component_name(values[0]) != "Schema":
            return values[0]
    return ""


def _meaning(schema: Any) -> Any:
    """Return a schema without annotations, with true and 1 apart, for comparisons."""
    plain = change_schemas(copy_of(schema), lambda part: {word: part[word] for word in constraints(part)})
    return json.dumps(plain, sort_keys=True, default=str)

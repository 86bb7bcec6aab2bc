"""Makes values that a schema accepts and a person would write, the same ones for the same schema."""

import copy
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from freehold.contract.rows.column_types import contract_schemas
from freehold.contract.samples.numbers import make_number
from freehold.contract.samples.texts import make_text
from freehold.contract.samples.words import NOT_YET, PASSWORDS, TRUE, singular, words_of
from freehold.reading.document import Node, resolve_ref

_DEPTH = 24  # of nested schemas
_MOST_PARTS = 500
"""Of a value. A schema of a few lines can describe values of any size."""
_MOST_ITEMS = 20


class NoSample(Exception):
    """No simple value matches the schema."""


@dataclass(frozen=True)
class Maker:
    """Makes values of schemas: check whether they are valid, `sample` does."""

    resource: str = ""
    """The name of the resource that the values belong to."""
    left_out: str = ""
    """`readOnly` in requests, `writeOnly` in responses: objects have no such properties."""
    required_only: bool = False
    """Whether objects have their required properties only, and arrays as few items as they can."""
    nulls: frozenset[str] = field(default_factory=frozenset)
    """Properties that are null, or left out, where the schema allows that: they refer to other rows."""
    variant: int = 0
    _parts: list[None] = field(default_factory=list, repr=False, compare=False)
    """One entry for each part that is made so far."""

    def sample(self, schema: Node, name: str = "") -> Any:
        """Return a valid value. Raises NoSample if no simple one is valid."""
        for maker in (replace(self, _parts=[]), replace(self, required_only=True, variant=0, _parts=[])):
            try:
                value = maker.make(schema, name)
            except (NoSample, ArithmeticError, ValueError):  # such as a limit of 40 digits
                continue
            if is_valid(schema, value):
                return value
        raise NoSample

    def make(self, schema: Node, name: str = "", seen: tuple[str, ...] = ()) -> Any:
        """Return a value of a schema, as far as its keywords tell. Raises NoSample."""
        schema = resolve_ref(schema)
        value = schema.value if isinstance(schema.value, Mapping) else {}
        if schema.pointer in seen or len(seen) > _DEPTH or len(self._parts) > _MOST_PARTS:
            raise NoSample
        self._parts.append(None)
        inside = (*seen, schema.pointer)
        if value.get("not") == {}:
            raise NoSample
        for declared in self._declared(value):
            return self.complete(schema, declared, inside)
        return self._composed(schema, value, name, inside)

    def _declared(self, value: Mapping[str, Any]) -> Iterator[Any]:
        """Yield the values that the schema itself names."""
        examples = value.get("examples")
        found = [*(examples if isinstance(examples, list) else ()), value.get("example"), value.get("const")]
        yield from (example for example in found if example is not None)
        allowed = [choice for choice in value.get("enum", ()) if choice is not None]
        if (
            not self.variant
            and value.get("default") is not None
            and not isinstance(value["default"], list | dict)
        ):
            yield value["default"]
        yield from allowed[self.variant % len(allowed) :] if allowed else ()

    def complete(self, schema: Node, declared: Any, seen: tuple[str, ...] = ()) -> Any:
        """Return an example without what does not belong here, and with what is required. Raises NoSample."""
        properties = _properties(schema)
        if not isinstance(declared, dict) or not properties:
            return copy.deepcopy(declared)
        kept = {
            name: copy.deepcopy(value)
            for name, value in declared.items()
            if name not in properties or not self._is_left_out(properties[name])
        }
        required = schema.get_value("required", ())
        missing = {name: properties[name] for name in required if name in properties and name not in kept}
        both = {**self._members(schema, missing, seen), **kept}
        return {name: both[name] for name in dict.fromkeys([*properties, *kept]) if name in both}

    def _composed(self, schema: Node, value: Mapping[str, Any], name: str, seen: tuple[str, ...]) -> Any:
        if self._is_null(value, name):
            return None
        parts = schema.get("allOf")
        if parts and _kind(value) == "string":
            return self._text_of_parts(schema, parts, name, seen)
        made = [self.make(part, name, seen) for part in parts.elements()] if parts else []
        for word in ("oneOf", "anyOf"):
            branches = schema.get(word)
            made += [self._branch(schema, branches, name, seen)] if branches else []
        if _kind(value) == "object" or any(isinstance(part, dict) for part in made):
            own = self._object(schema, value, seen)
            return {k: v for part in (*made, own) if isinstance(part, dict) for k, v in part.items()}
        if made:
            return made[0]
        return self._of_type(schema, value, name, seen)

    def _text_of_parts(self, schema: Node, parts: Node, name: str, seen: tuple[str, ...]) -> Any:
        """Return a text for a schema and its parts, such as several patterns. Raises NoSample."""
        makers = [partial(self.make, part, name, seen) for part in parts.elements()]
        for make in (*makers, partial(self._of_type, schema, schema.value, name, seen)):
            with suppress(NoSample):
                made = make()
                if is_valid(schema, made):
                    return made
        text = next((text for text in PASSWORDS if is_valid(schema, text)), None)
        if text is None:
            raise NoSample
        return text

    def _branch(self, schema: Node, branches: Node, name: str, seen: tuple[str, ...]) -> Any:
        """Return a value of the first branch that has one besides null, or null if none has."""
        tag = schema.get_path("discriminator", "propertyName")
        has_null = False
        for branch in branches.elements():
            try:
                made = self.make(branch, name, seen)
            except NoSample:
                continue
            if made is None:
                has_null = True
                continue
            if tag is not None and isinstance(made, dict):
                declared = _properties(branch).get(str(tag.value))
                if declared is None or not {"const", "enum"} & declared.value.keys():
                    made[str(tag.value)] = _tag_of(schema, branch)
            return made
        if has_null:
            return None
        raise NoSample

    def _of_type(self, schema: Node, value: Mapping[str, Any], name: str, seen: tuple[str, ...]) -> Any:
        kind = _kind(value)
        if kind == "array":
            return self._array(schema, value, name, seen)
        if kind in ("integer", "number"):
            return make_number(value, name, self.variant)
        if kind == "boolean":
            return TRUE.isdisjoint(words_of(name)) is bool(self.variant)
        if kind == "null":
            return None
        text = make_text(value, name, self.resource, self.variant)
        if text is None:
            raise NoSample
        return text

    def _object(self, schema: Node, value: Mapping[str, Any], seen: tuple[str, ...]) -> dict[str, Any]:
        made = self._members(schema, _properties(schema), seen)
        extra = schema.get("additionalProperties")
        wanted = value.get("minProperties", 0 if self.required_only or _properties(schema) else 1)
        if extra is not None and isinstance(extra.value, Mapping) and len(made) < wanted:
            made["key"] = self.make(extra, "value", seen)
        return made

    def _members(self, schema: Node, properties: Mapping[str, Node], seen: tuple[str, ...]) -> dict[str, Any]:
        required = schema.get_value("required", ())
        made: dict[str, Any] = {}
        for name, prop in properties.items():
            must = isinstance(required, list) and name in required
            if self._is_left_out(prop) or (self.required_only and not must):
                continue
            if name in self.nulls and not must and not _allows_null(prop):
                continue
            try:
                made[name] = self.make(prop, name, seen)
            except NoSample:
                if _allows_null(prop):
                    made[name] = None
                elif must:
                    raise
        return made

    def _is_left_out(self, prop: Node) -> bool:
        return bool(self.left_out) and prop.get_value(self.left_out) is True

    def _is_null(self, value: Mapping[str, Any], name: str) -> bool:
        waits = name in self.nulls or not NOT_YET.isdisjoint(words_of(name))
        return waits and _says_null(value)

    def _array(self, schema: Node, value: Mapping[str, Any], name: str, seen: tuple[str, ...]) -> list[Any]:
        prefix = schema.get("prefixItems")
        made = [self.make(part, name, seen) for part in prefix.elements()] if prefix else []
        items, most = schema.get("items"), value.get("maxItems", _MOST_ITEMS)
        least = value.get("minItems", 0)
        wanted = max(least, 0 if self.required_only or prefix else 1)
        if items is None or not isinstance(items.value, Mapping):
            return made
        while len(made) < min(wanted, most, _MOST_ITEMS):
            maker = replace(self, variant=self.variant + len(made))
            try:
                made.append(maker.make(items, singular(name), seen))
            except NoSample:
                if len(made) < least:
                    raise
                break
        return made


def is_valid(schema: Node, value: object) -> bool:
    """Whether a schema of the contract accepts a value."""
    return bool(contract_schemas(schema.document).validator(schema.pointer).is_valid(value))


def sample_value(schema: Node) -> Any:
    """Return a value for a request: the example of the contract, or a value for each required property.

    It is an empty object if no simple value is valid.
    """
    try:
        return Maker(left_out="readOnly", required_only=True).sample(schema)
    except NoSample:
        return {}


def _tag_of(schema: Node, branch: Node) -> str:
    """The value of a discriminator for a branch: that of the mapping, else the name of the schema."""
    mapping = schema.get_path("discriminator", "mapping")
    targets = mapping.value.items() if mapping else ()
    return next((tag for tag, target in targets if str(target).endswith(f"/{branch.name}")), branch.name)


def _properties(schema: Node) -> dict[str, Node]:
    declared = schema.get("properties")
    return dict(declared.items()) if declared else {}


def _kind(value: Mapping[str, Any]) -> str:
    declared = value.get("type")
    kinds = declared if isinstance(declared, list) else [declared] if declared else []
    named = next((kind for kind in kinds if kind != "null"), "")
    if named or kinds:
        return str(named or "null")
    if {"properties", "additionalProperties", "required"} & value.keys():
        return "object"
    if {"items", "prefixItems"} & value.keys():
        return "array"
    return "number" if {"minimum", "maximum", "multipleOf"} & value.keys() else "string"


def _says_null(value: Mapping[str, Any]) -> bool:
    kinds = value.get("type")
    choices = [*value.get("anyOf", ()), *value.get("oneOf", ())]
    is_typed = value.get("nullable") is True or (isinstance(kinds, list) and "null" in kinds)
    return is_typed or any(isinstance(part, Mapping) and part.get("type") == "null" for part in choices)


def _allows_null(prop: Node) -> bool:
    return isinstance(prop.value, Mapping) and _says_null(prop.value)

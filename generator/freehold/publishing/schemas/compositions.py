"""Merges the parts of `allOf` into one schema that means the same, where that is possible.

Many generators of clients know no `unevaluatedProperties`, and make intersections of types from `allOf`. One
object with all properties is clear to each of them.
"""

from collections.abc import Iterable
from typing import Any

from freehold.publishing.schemas.conjunctions import Conjunctions
from freehold.publishing.schemas.schema_parts import (
    change_all_schemas,
    constraints,
    copy_of,
    is_3_0,
    named_schemas,
    referred_name,
)
from freehold.publishing.tree import Part, schemas_in

_UNEVALUATED = "unevaluatedProperties"
_IN_PLACE = frozenset({"$ref", "allOf", "anyOf", "oneOf", "if", "dependentSchemas"})
_SAFE_WITH_NULL = frozenset(
    {"type", "properties", "required", "additionalProperties", "minProperties", "maxProperties", "nullable"}
)
"""Keywords of an object that say nothing about null, but for its type."""
_DESCRIPTIONS = ("title", "description")
_ORDER = (*_DESCRIPTIONS, "type", "nullable", "additionalProperties", "required", "properties")
_MOST_COPIED = 100_000
"""How many schemas are copied at most: parts of parts that are used often are copied often."""


def merge_compositions(root: Part) -> None:
    """Merge the parts of each composed schema, in place."""
    change_all_schemas(root, _Merger(root).simplified)


class _Merger:
    def __init__(self, root: Part) -> None:
        self._named = copy_of(named_schemas(root))
        self._conjunctions = Conjunctions(self._named)
        self._is_3_0 = is_3_0(root)
        self._flat: dict[str, Part | None] = {}
        self._left = _MOST_COPIED

    def simplified(self, schema: Part) -> Part:
        """Return a schema without `allOf` and `unevaluatedProperties` where they are not needed."""
        if "$ref" in schema and self._is_3_0:
            return schema
        if "allOf" in schema and not _only_describes(schema):
            merged = self._merged(schema)
            if merged is not None and self._can_copy(merged):
                return merged
            if schema.get(_UNEVALUATED) is False and self._is_closed(schema["allOf"]):
                del schema[_UNEVALUATED]  # that part refuses each name that is not known already
        return _closed(schema)

    def _merged(self, schema: Part) -> Part | None:
        """Return a schema with `allOf` as one, or None where it cannot be merged."""
        own = {word: part for word, part in schema.items() if word not in ("allOf", _UNEVALUATED)}
        nullable = own.get("nullable") is True
        if nullable:
            del own["nullable"]
        parts = [self._flattened(part) for part in schema["allOf"]]
        plain = [part for part in parts if part is not None]
        merged = (
            None
            if len(plain) < len(parts) or (nullable and "type" in own)
            else self._conjunctions.of([*plain, own])
        )
        if merged is None or (nullable and not _allows_null_beside(merged)):
            return None
        merged |= {"nullable": True} if nullable else {}
        if _UNEVALUATED in schema:
            merged = _closed(merged | {_UNEVALUATED: copy_of(schema[_UNEVALUATED])})
        inline = [part for part in schema["allOf"] if isinstance(part, dict) and "$ref" not in part]
        texts = {word: part[word] for part in inline for word in _DESCRIPTIONS if word in part}
        return _without_repetition(texts | _annotations(own) | merged)

    def _flattened(self, schema: Any) -> Part | None:
        """Return a part without references and `allOf` at its top, or None where that is not possible."""
        if not isinstance(schema, dict) or schema.get("nullable") is True:
            return None
        if "$ref" in schema:
            target = self._flattened_target(schema)
            if target is None or self._is_3_0 or constraints(schema) == {"$ref"}:
                return target
            return self._conjunctions.of(
                [target, {word: part for word, part in schema.items() if word != "$ref"}]
            )
        flat = self._merged(schema) if "allOf" in schema else _closed(copy_of(schema))
        return None if flat is None or _UNEVALUATED in flat else flat

    def _flattened_target(self, reference: Part) -> Part | None:
        name = referred_name(reference)
        if name is None or name not in self._named:
            return None
        if name not in self._flat:
            self._flat[name] = None  # while it is computed: a schema can contain itself
            self._flat[name] = self._flattened(self._named[name])
        flat = self._flat[name]
        return copy_of(flat) if flat is not None and self._can_copy(flat) else None

    def _can_copy(self, schema: Part) -> bool:
        self._left -= sum(1 for _ in schemas_in(schema))
        return self._left >= 0

    def _is_closed(self, parts: Iterable[Any]) -> bool:
        """Whether a part of `allOf` refuses each property that it does not know."""
        remaining, seen = [*parts], set[str]()
        while remaining:
            part = remaining.pop()
            if not isinstance(part, dict):
                continue
            if part.get("additionalProperties") is False:
                return True
            remaining += part.get("allOf", ())
            name = referred_name(part)
            if name is not None and name not in seen:
                seen.add(name)
                remaining.append(self._named.get(name))
        return False


def _only_describes(schema: Part) -> bool:
    """Whether a schema is a reference with annotations, in the notation that OpenAPI 3.0 needs."""
    parts = schema["allOf"]
    return len(parts) == 1 and "$ref" in parts[0] and constraints(schema) <= {"allOf", "nullable"}


def _closed(schema: Part) -> Part:
    """Return a schema with `additionalProperties` for `unevaluatedProperties`, where they mean the same."""
    if _UNEVALUATED not in schema or (_IN_PLACE & schema.keys() and "additionalProperties" not in schema):
        return schema
    schema = dict(schema)
    unevaluated = schema.pop(_UNEVALUATED)
    return {"additionalProperties": unevaluated} | schema


def _without_repetition(schema: Part) -> Part:
    """Return a closed object without a `not` that refuses names which the object does not know anyway."""
    refused = _refused_names(schema.get("not"))
    is_closed = schema.get("additionalProperties") is False and "patternProperties" not in schema
    is_closed = is_closed and schema.get("type") == "object"  # `not` refuses everything else, too
    is_repeated = refused and is_closed and not refused & schema.get("properties", {}).keys()
    words = [word for word in schema if not (word == "not" and is_repeated)]
    return {word: schema[word] for word in sorted(words, key=_rank)}


def _rank(word: str) -> int:
    return _ORDER.index(word) if word in _ORDER else len(_ORDER)


def _refused_names(schema: Any) -> set[str]:
    """Return the names in `{anyOf: [{required: [name]}, ...]}`; none for another schema."""
    choices = schema.get("anyOf", [schema]) if isinstance(schema, dict) else []
    if isinstance(schema, dict) and "anyOf" in schema and len(schema) > 1:
        return set()
    names = [_refused_names(choice) if "anyOf" in choice else _one_name(choice) for choice in choices]
    return set[str]().union(*names) if all(names) else set()


def _one_name(schema: Part) -> set[str]:
    required = schema.get("required", ())
    return {*required} if schema.keys() == {"required"} and len(required) == 1 else set()


def _allows_null_beside(schema: Part) -> bool:
    """Whether `nullable` beside the keywords of a schema accepts null."""
    return schema.get("type") == "object" and constraints(schema) <= _SAFE_WITH_NULL


def _annotations(schema: Part) -> Part:
    return {word: part for word, part in schema.items() if word not in constraints(schema)}

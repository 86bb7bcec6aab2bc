"""Makes one schema of several that all hold for the same value."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

from freehold.publishing.schemas.schema_parts import constraints, copy_of, referred_name
from freehold.publishing.tree import Part

_SCOPED = frozenset({"unevaluatedProperties", "unevaluatedItems", "$defs", "$ref", "allOf", "nullable"})
"""Keywords that mean something else beside those of another schema."""
_GROUPS = (
    {"if", "then", "else"},
    {"contains", "minContains", "maxContains"},
    {"prefixItems", "items"},
    {"minimum", "exclusiveMinimum"},
    {"maximum", "exclusiveMaximum"},
)
"""Keywords that belong together: two schemas with some of them cannot be merged."""
_LIMITS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
_OPEN: tuple[object, ...] = (True, {})
_MORE = "additionalProperties"


class Conjunctions:
    """Merges schemas of one document."""

    def __init__(self, named: Mapping[str, Any]) -> None:
        """`named` are the named schemas of the document, which references refer to."""
        self._named = named

    def of(self, schemas: Sequence[Part]) -> Part | None:
        """Return the keywords of a schema that accepts what all schemas accept, or None for no plain one.

        Annotations of the schemas themselves are left out, those inside them are kept.
        """
        merged: Part | None = copy_of(_judging(schemas[0]))
        return reduce(self._both, map(_judging, schemas[1:]), merged)

    def _both(self, one: Part | None, other: Part | None) -> Part | None:
        if one is None or other is None or not _are_independent(one, other):
            return None
        merged: Part = {}
        for word in [*one, *(word for word in other if word not in one)]:
            if word == _MORE:
                continue
            if word in one and word in other:
                value = self._value(word, one[word], other[word])
                if value is None:
                    return None
                merged[word] = value
            else:
                merged[word] = copy_of(one.get(word, other.get(word)))
        more = _merged_rest(one, other)
        return None if more is None else merged | more

    def _value(self, word: str, one: Any, other: Any) -> Any:
        """Return the value of a keyword that two schemas have, or None where there is none."""
        if word == "properties":
            return self._properties(one, other)
        if word == "items":
            return self._inner(one, other)
        if word in _MERGERS:
            return _MERGERS[word](one, other)
        if word == "patternProperties" and not one.keys() & other.keys():
            return copy_of(one | other)
        if word == "not" and one != other:
            return {"anyOf": [copy_of(one), copy_of(other)]}
        return copy_of(one) if _is_same(one, other) else None

    def _properties(self, one: Part, other: Part) -> Part | None:
        merged: Part = {}
        for name in [*one, *(name for name in other if name not in one)]:
            if name in one and name in other:
                prop = self._inner(one[name], other[name])
                if prop is None:
                    return None
                merged[name] = prop
            else:
                merged[name] = copy_of(one.get(name, other.get(name)))
        return merged

    def _inner(self, one: Any, other: Any) -> Part | None:
        """Return what two schemas of a property or of items say together."""
        if not isinstance(one, dict) or not isinstance(other, dict):
            return None
        annotated = {
            word: part
            for schema in (one, other)
            for word, part in schema.items()
            if word not in constraints(schema)
        }
        if _is_same(_without_annotations(one), _without_annotations(other)):
            same: Part = copy_of(one | annotated)
            return same
        for reference, plain in ((one, other), (other, one)):
            if self._says_the_type_of(plain, reference):
                return {"$ref": reference["$ref"]} | annotated
        both = self.of([one, other])
        return None if both is None else annotated | both

    def _says_the_type_of(self, schema: Part, reference: Part) -> bool:
        """Whether a schema says no more than the type of what a reference refers to."""
        target = self._named.get(referred_name(reference) or "")
        return (
            isinstance(target, dict)
            and constraints(reference) == {"$ref"}
            and constraints(schema) <= {"type"}
            and schema.get("type") in (None, target.get("type"))
            and not {"$ref", "nullable"} & target.keys()
        )


def _judging(schema: Part) -> Part | None:
    words = constraints(schema) - ({"nullable"} if schema.get("nullable") is False else set())
    return None if words & _SCOPED else {word: part for word, part in schema.items() if word in words}


def _are_independent(one: Part, other: Part) -> bool:
    """Whether no keyword of one schema means something else beside those of the other."""
    for group in _GROUPS:
        first, second = ({word: schema[word] for word in group & schema.keys()} for schema in (one, other))
        is_mergeable = first.keys() == second.keys() == {"items"}
        if first and second and not is_mergeable and not _is_same(first, second):
            return False
    formats = {schema.get("format") for schema in (one, other)}
    is_limited = bool(_LIMITS & (one.keys() | other.keys()))
    return "decimal" not in formats or len(formats) == 1 or not is_limited


def _without_annotations(schema: Part) -> Part:
    return {word: schema[word] for word in constraints(schema)}


def _merged_types(one: Any, other: Any) -> Any:
    """Return the types in both, or None if there are none. An integer is a number."""
    first, second = ([kinds] if isinstance(kinds, str) else kinds for kinds in (one, other))
    found = [
        "integer" if {kind, match} == {"integer", "number"} else kind
        for kind in first
        for match in second
        if kind == match or {kind, match} == {"integer", "number"}
    ]
    both = [kind for kind in dict.fromkeys(found) if kind != "integer" or "number" not in found]
    return (both[0] if len(both) == 1 else both) if both else None


def _merged_rest(one: Part, other: Part) -> Part | None:
    """Return what holds for properties that neither schema lists, or None if that cannot be said at once."""
    limited = [schema for schema in (one, other) if schema.get(_MORE, True) not in _OPEN]
    if not limited:
        return {_MORE: True} if _MORE in one or _MORE in other else {}
    if len(limited) == 2 and not _is_same(one[_MORE], other[_MORE]):  # noqa: PLR2004 - both
        return None
    for schema in limited:
        free = other if schema is one else one
        patterns = free.get("patternProperties", {})
        if free.get("properties", {}).keys() - schema.get("properties", {}).keys():
            return None
        if patterns and not _is_same(patterns, schema.get("patternProperties")):
            return None
    return {_MORE: copy_of(limited[0][_MORE])}


def _is_same(one: Any, other: Any) -> bool:
    """Whether two values are equal in JSON, where true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(part, other[key]) for key, part in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


_MERGERS: dict[str, Callable[..., Any]] = {
    "required": lambda one, other: [*dict.fromkeys([*one, *other])],
    "type": _merged_types,
    **dict.fromkeys(("minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maxLength", "maxItems", "maxProperties"), min),
}
"""How the values of a keyword become one."""

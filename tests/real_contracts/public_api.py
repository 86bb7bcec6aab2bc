"""What clients of a published contract would notice: the served document compared with the original.

A change is breaking if a request that was valid is refused, or if a client does not get what it reads.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

METHODS = ("get", "post", "put", "patch", "delete")
_DEEPEST = 6
_JSON = "application/json"
_RANGES = ("application/*", "*/*")


@dataclass(frozen=True, order=True)
class Change:
    """A breaking change."""

    kind: str
    """What it is about: `path`, `parameter`, `status`, `media type`, `request` or `response`."""
    place: str
    what: str

    @override
    def __str__(self) -> str:
        return f"{self.kind:<10} {self.place}: {self.what}"


@dataclass(frozen=True)
class _Api:
    root: Mapping[str, Any]

    def resolve(self, part: Any) -> Any:
        """Follow references, with what stands beside them."""
        for _ in range(16):
            if not (isinstance(part, Mapping) and isinstance(part.get("$ref"), str)):
                break
            target: Any = self.root
            for step in part["$ref"].removeprefix("#/").split("/"):
                key = step.replace("~1", "/").replace("~0", "~").replace("%20", " ")
                target = target.get(key, {}) if isinstance(target, Mapping) else {}
            beside = {word: value for word, value in part.items() if word != "$ref"}
            part = {**target, **beside} if isinstance(target, Mapping) else target
        return part

    def operations(self) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]:
        for path, item in self.root["paths"].items():
            yield from ((path, method, item, item[method]) for method in METHODS if method in item)

    def parameters(self, item: Mapping[str, Any], operation: Mapping[str, Any]) -> dict[Any, Any]:
        found = [self.resolve(p) for place in (item, operation) for p in place.get("parameters") or ()]
        return {(p["in"], p["name"]): p for p in found}

    def content(self, holder: Any) -> dict[str, Any]:
        found = self.resolve(holder or {}).get("content") or {}
        return {kind.partition(";")[0].strip(): media for kind, media in found.items()}

    def is_open(self, schema: Any) -> bool:
        """Whether an object may have properties that the schema does not list."""
        part = self.resolve(schema)
        return (
            part.get("additionalProperties") is not False and part.get("unevaluatedProperties") is not False
        )

    def shape(self, schema: Any) -> "_Shape":
        """The properties, items and types of a schema, of all parts and choices together."""
        shape = _Shape({}, set(), None, set())
        self._collect(schema, shape, 0)
        return shape

    def _collect(self, schema: Any, shape: "_Shape", depth: int) -> None:
        part = self.resolve(schema)
        if not isinstance(part, Mapping) or depth > _DEEPEST:
            return
        kinds = part.get("type", [])
        shape.types.update({kinds} if isinstance(kinds, str) else kinds)
        shape.properties.update(part.get("properties") or {})
        shape.required.update(part.get("required") or ())
        shape.items = part.get("items", shape.items)
        for word in ("allOf", "anyOf", "oneOf"):
            for choice in part.get(word) or ():
                inner = _Shape({}, set(), None, set())
                self._collect(choice, inner, depth + 1)
                shape.types.update(inner.types)
                shape.properties.update(inner.properties)
                shape.required.update(inner.required if word == "allOf" else ())
                shape.items = inner.items or shape.items


@dataclass
class _Shape:
    properties: dict[str, Any]
    required: set[str]
    items: Any
    types: set[str]


def breaking_changes(original: Mapping[str, Any], served: Mapping[str, Any]) -> list[Change]:
    """Return the breaking changes from one document to another, sorted."""
    before, after = _Api(original), _Api(served)
    known = {(path, method): (item, op) for path, method, item, op in after.operations()}
    found: list[Change] = []
    for path, method, item, operation in before.operations():
        place = f"{method.upper()} {path}"
        if (path, method) not in known:
            found.append(Change("path", place, "is missing"))
            continue
        other_item, other = known[path, method]
        found += _parameters(place, before.parameters(item, operation), after.parameters(other_item, other))
        found += _bodies(place, before, operation.get("requestBody"), after, other.get("requestBody"))
        found += _responses(place, before, operation["responses"], after, other["responses"])
    return sorted(set(found))


def _parameters(place: str, before: dict[Any, Any], after: dict[Any, Any]) -> Iterator[Change]:
    for key, parameter in before.items():
        if key not in after:
            yield Change("parameter", place, f"{key[0]} {key[1]} is missing")
        elif after[key].get("required") and not parameter.get("required"):
            yield Change("parameter", place, f"{key[0]} {key[1]} is required")
    for key, parameter in after.items():
        if key not in before and parameter.get("required"):
            yield Change("parameter", place, f"{key[0]} {key[1]} is new and required")


def _bodies(place: str, before: _Api, old: Any, after: _Api, new: Any) -> Iterator[Change]:
    other = after.content(new)
    known = _without_ranges(before.content(old), other)
    for kind in known:
        if kind not in other:
            yield Change("media type", place, f"{kind} is not read")
    if other and not before.resolve(old or {}).get("required") and after.resolve(new).get("required"):
        yield Change("request", place, "the body is required")
    if _JSON in known and _JSON in other:
        schemas = known[_JSON].get("schema", {}), other[_JSON].get("schema", {})
        yield from _requests(place, "", before, schemas[0], after, schemas[1], 0)


def _without_ranges(known: Any, other: Any) -> dict[str, Any]:
    """Content with JSON in place of a range that it is in: who takes the range takes JSON."""
    is_meant = _JSON in other and _JSON not in known
    return {_JSON if is_meant and kind in _RANGES else kind: media for kind, media in known.items()}


def _requests(
    place: str, at: str, before: _Api, old: Any, after: _Api, new: Any, depth: int
) -> Iterator[Change]:
    """Yield what was accepted and is refused."""
    one, two = before.shape(old), after.shape(new)
    if depth > _DEEPEST:
        return
    for what in _refused(before, old, after, new):
        yield Change("request", place, f"{at or 'body'}: {what}")
    written = {name for name, prop in one.properties.items() if not before.resolve(prop).get("readOnly")}
    for name in written & two.properties.keys():
        parts = one.properties[name], two.properties[name]
        yield from _requests(place, f"{at}/{name}", before, parts[0], after, parts[1], depth + 1)
    if one.items and two.items:
        yield from _requests(place, f"{at}/*", before, one.items, after, two.items, depth + 1)


def _refused(before: _Api, old: Any, after: _Api, new: Any) -> Iterator[str]:
    """Yield why a value of one schema is no value of another, without what is inside of their properties."""
    one, two = before.shape(old), after.shape(new)
    if two.types and one.types - two.types - {"null"} and "number" not in two.types:
        yield f"{sorted(one.types)} is {sorted(two.types)}"
    if one.properties and two.properties and not after.is_open(new):
        written = {name for name, prop in one.properties.items() if not before.resolve(prop).get("readOnly")}
        yield from (f"{name} is refused" for name in written - two.properties.keys())
        yield from ["unknown properties are refused"] if before.is_open(old) else []
    yield from (f"{name} is required" for name in two.required - one.required)


def _responses(place: str, before: _Api, old: Any, after: _Api, new: Any) -> Iterator[Change]:
    for status, response in old.items():
        if status not in new:
            yield Change("status", place, f"{status} is missing")
            continue
        other = after.content(new[status])
        known = _without_ranges(before.content(response), other)
        for kind in known:
            if kind not in other:
                yield Change("media type", place, f"{kind} is not sent with {status}")
        for name in before.resolve(response).get("headers") or ():
            if name not in (after.resolve(new[status]).get("headers") or ()):
                yield Change("header", place, f"{name} is not sent with {status}")
        if _JSON in known and _JSON in other and str(status).startswith("2"):
            schemas = known[_JSON].get("schema", {}), other[_JSON].get("schema", {})
            yield from _answers(place, f"{status}", before, schemas[0], after, schemas[1], 0)


def _answers(
    place: str, at: str, before: _Api, old: Any, after: _Api, new: Any, depth: int
) -> Iterator[Change]:
    """Yield what a client reads and does not get."""
    one, two = before.shape(old), after.shape(new)
    if depth > _DEEPEST:
        return
    if one.types and two.types - one.types - {"integer"}:
        yield Change("response", place, f"{at}: {sorted(one.types)} is {sorted(two.types)}")
    for name, prop in one.properties.items():
        if before.resolve(prop).get("writeOnly"):
            continue
        if name not in two.properties:
            yield Change("response", place, f"{at}/{name} is missing")
        else:
            if name in one.required and name not in two.required:
                yield Change("response", place, f"{at}/{name} is not always sent")
            inner = two.properties[name]
            yield from _answers(place, f"{at}/{name}", before, prop, after, inner, depth + 1)
    if one.items and two.items:
        yield from _answers(place, f"{at}/*", before, one.items, after, two.items, depth + 1)

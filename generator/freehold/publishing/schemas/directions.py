"""Separates the schemas of answers from those of requests.

An answer requires what it always has, and lists no writeOnly properties; a request lists no readOnly ones. An
answer keeps the name of the contract. A request gets a name of its own only where it differs: `TaskRequest`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from freehold.contract.operations.request_bodies import fresh_name
from freehold.publishing.schemas.schema_parts import copy_of, named_schemas, reference_to, referred_name
from freehold.publishing.tree import Part, objects, schemas_in
from freehold.reading.json_pointers import resolve_pointer

AlwaysSent = Mapping[str, Collection[str]]
"""The properties that answers always have, by the pointer of the schema."""
_IN_PLACE = ("allOf", "anyOf", "oneOf", "if", "then", "else")
_REQUEST, _ANSWER = "request", "answer"


def separate_directions(root: Part, always_sent: AlwaysSent) -> None:
    """Give requests and answers schemas of their own where they differ, in place."""
    _Separation(root, always_sent).apply()


class _Separation:
    def __init__(self, root: Part, always_sent: AlwaysSent) -> None:
        self._schemas = named_schemas(root)
        self._always_sent = {id(resolve_pointer(root, at)): names for at, names in always_sent.items()}
        self._holders = {_REQUEST: [*_request_schemas(root)], _ANSWER: [*_answer_schemas(root)]}
        self._used = {
            direction: self._reachable(holder["schema"] for holder in holders)
            for direction, holders in self._holders.items()
        }

    def apply(self) -> None:
        both = [name for name in self._schemas if all(name in used for used in self._used.values())]
        requests = {name: self._of_request(self._schemas[name]) for name in self._used[_REQUEST]}
        answers = {name: self._of_answer(self._schemas[name]) for name in self._used[_ANSWER]}
        differing = self._differing(both, {n for n in both if requests[n] != answers[n]})
        renamed: dict[str, str] = {}
        for name in (name for name in both if name in differing):
            renamed[name] = fresh_name(self._schemas, f"{name}Request")
            self._schemas[renamed[name]] = {}
        for name, schema in requests.items():
            self._schemas[renamed.get(name, name)] = _with_names(schema, renamed)
        self._schemas.update(answers)
        for holder in self._holders[_REQUEST]:
            holder["schema"] = _with_names(self._of_request(holder["schema"]), renamed)
        for holder in self._holders[_ANSWER]:
            holder["schema"] = self._of_answer(holder["schema"])

    def _of_request(self, schema: Any) -> Any:
        return self._in_direction(schema, "readOnly", "writeOnly")

    def _of_answer(self, schema: Any) -> Any:
        answer = self._in_direction(schema, "writeOnly", "readOnly")
        sent = self._always_sent.get(id(schema))
        return answer if sent is None else _require(answer, sent)

    def _in_direction(self, schema: Any, absent: str, said: str) -> Any:
        """Return a copy without the properties that are marked with `absent`, and without the word `said`."""
        copied = copy_of(schema)
        for part in [*schemas_in(copied)]:
            part.pop(said, None)
            dropped = {name for one in _in_place(part) for name in self._marked(one, absent)}
            if dropped:
                for one in _in_place(part):
                    _drop(one, dropped)
        for part in schemas_in(copied):
            part.pop(absent, None)
        return copied

    def _marked(self, schema: Part, word: str) -> Iterator[str]:
        """Yield the properties that are marked with a word, directly or where they refer to."""
        properties = schema.get("properties")
        for name, prop in properties.items() if isinstance(properties, dict) else ():
            seen: set[str] = set()
            while isinstance(prop, dict):
                if prop.get(word) is True:
                    yield name
                    break
                target = referred_name(prop)
                if target is None or target in seen:
                    break
                seen.add(target)
                prop = self._schemas.get(target)  # noqa: PLW2901 - the next of a chain

    def _reachable(self, schemas: Iterable[Any]) -> dict[str, None]:
        found: dict[str, None] = {}
        remaining = [name for schema in schemas for name in _referred_names(schema)]
        while remaining:
            name = remaining.pop()
            if name not in found and name in self._schemas:
                found[name] = None
                remaining += _referred_names(self._schemas[name])
        return {name: None for name in self._schemas if name in found}

    def _differing(self, both: Collection[str], differing: set[str]) -> set[str]:
        """Add the schemas that refer to differing ones."""
        users: dict[str, list[str]] = {}
        for name in both:
            for used in _referred_names(self._schemas[name]):
                users.setdefault(used, []).append(name)
        remaining = [*differing]
        while remaining:
            for user in users.get(remaining.pop(), ()):
                if user not in differing:
                    differing.add(user)
                    remaining.append(user)
        return differing


def _require(schema: Part, names: Collection[str]) -> Part:
    """Require properties, and remove the defaults of those that are required: they never apply."""
    properties = schema.get("properties", {})
    said = schema.get("required", ())
    required = [name for name in properties if name in said or name in names]
    required += [name for name in said if name not in required]
    for name in required:
        if isinstance(properties.get(name), dict):
            properties[name].pop("default", None)
    return schema | ({"required": required} if required else {})


def _referred_names(schema: Any) -> Iterator[str]:
    """Yield the names of the schemas that a schema refers to, those of a discriminator included."""
    for part in schemas_in(schema):
        name = referred_name(part)
        if name is not None:
            yield name
        yield from map(_mapped_name, _mapping(part).values())


def _request_schemas(root: Part) -> Iterator[Part]:
    for kind, part in objects(root):
        if kind == "parameter":
            yield from _with_schema([part])
        elif kind == "body":
            yield from _with_schema(part.get("content", {}).values())


def _answer_schemas(root: Part) -> Iterator[Part]:
    for kind, part in objects(root):
        if kind == "header":
            yield from _with_schema([part])
        elif kind == "response":
            yield from _with_schema(part.get("content", {}).values())


def _with_schema(holders: Iterable[Part]) -> Iterator[Part]:
    yield from (holder for holder in holders if isinstance(holder.get("schema"), dict))


def _in_place(schema: Any) -> Iterator[Part]:
    """Yield a schema and the schemas inside it that it applies to the same value."""
    if isinstance(schema, dict):
        yield schema
        for word in _IN_PLACE:
            inner = schema.get(word)
            for part in inner if isinstance(inner, list) else [inner]:
                yield from _in_place(part)


def _drop(schema: Part, names: Collection[str]) -> None:
    for name in names:
        if isinstance(schema.get("properties"), dict):
            schema["properties"].pop(name, None)
        if isinstance(schema.get("dependentRequired"), dict):
            schema["dependentRequired"].pop(name, None)
    if isinstance(schema.get("required"), list):
        schema["required"] = [name for name in schema["required"] if name not in names]
        if not schema["required"]:
            del schema["required"]
    for name, needed in schema.get("dependentRequired", {}).items():
        schema["dependentRequired"][name] = [other for other in needed if other not in names]


def _mapping(schema: Part) -> Mapping[str, str]:
    discriminator = schema.get("discriminator")
    mapping = discriminator.get("mapping") if isinstance(discriminator, Mapping) else None
    return mapping if isinstance(mapping, Mapping) else {}


def _with_names(schema: Any, renamed: Mapping[str, str]) -> Any:
    """Change a schema, in place: references to renamed schemas use the new names."""
    for part in [*schemas_in(schema)] if renamed else ():
        if isinstance(part.get("discriminator"), dict):
            _rename_alternatives(part, renamed)
        name = referred_name(part)
        if name is not None and name in renamed:
            part.update(reference_to(renamed[name]))
    return schema


def _rename_alternatives(schema: Part, renamed: Mapping[str, str]) -> None:
    """Rename the targets of a discriminator. The name of a schema stays its value (OpenAPI 3.1, 4.8.25)."""
    alternatives = [referred_name(part) for word in ("oneOf", "anyOf") for part in schema.get(word, ())]
    mapping = {value: _mapped_name(target) for value, target in _mapping(schema).items()}
    said = set(mapping.values())
    mapping |= {name: name for name in alternatives if name is not None and name in renamed.keys() - said}
    places = {value: reference_to(renamed.get(name, name))["$ref"] for value, name in mapping.items()}
    if any(name in renamed for name in mapping.values()):
        schema["discriminator"] = schema["discriminator"] | {"mapping": places}


def _mapped_name(target: str) -> str:
    """Return the name of the schema that a discriminator refers to, by a reference or by the name itself."""
    return referred_name({"$ref": target}) or target

"""Fills the schema of an error by what the names of its properties mean, where it has a shape of its own."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..json_values import escape_step, steps_of
from ..validators import ContractSchemas
from .status_words import plain_word, words_for

_DEEPEST = 2
_NOTHING = "nothing"
_MEANINGS = {
    "text": "message detail details msg description errormessage errordescription reason summary text",
    "code": "code errorcode error rule",
    "kind": "type kind name",
    "title": "title",
    "status": "status statuscode httpstatus httpcode httpstatuscode",
    "instance": "instance requestid traceid correlationid",
    "failed": "success ok successful issuccess",
    "flag": "error iserror haserror failed",
    "errors": "errors violations issues fields details",
    "time": "timestamp time datetime date occurredat",
    "path": "path requestpath requesturi",
    _NOTHING: "data result payload content body response",
    "place": "field path property pointer param parameter location attribute loc source",
}
_FIXED = frozenset({"code", "kind", "text", "title"})
"""What an API may have one word for, whatever the problem is. A status is that of the answer."""
_TELLING = frozenset({"text", "code", "title", "errors"})
"""What tells a client more than the status does."""
_MESSAGES = frozenset({"message", "msg", "errormessage", "error"})
_OF_ERRORS = _MESSAGES | {
    "code",
    "errorcode",
    "errors",
    "details",
    "status",
    "statuscode",
    "stack",
    "success",
}
_HOLDERS = frozenset({"error", "data", "fault", "problem", "status"})
"""Properties with an object that says the kind of an error."""
_FAILURE = 500
_WHOLE = "body"
"""What the body as a whole is called among the names of its properties."""
_WORDS = ("error", "fail", "failed", "failure")
"""What a status that is a word is for an error; `fail` is one of the client (JSend)."""


def fill_object(
    schemas: ContractSchemas, pointer: str, problem: Mapping[str, Any], depth: int = 0
) -> dict[str, Any] | None:
    """Return an object with each property of the schema at a JSON pointer whose name says what it is.

    `problem` has the members of problem details, and `time` and `path` of the request. `code`, `detail` and
    `place` may be those of one fault.
    The result need not be valid. It is None for a schema without a property that says what is wrong.
    """
    body, told = _filled(schemas, pointer, problem, depth)
    return body if told & _TELLING else None


def fill_envelope(
    schemas: ContractSchemas, pointer: str, problem: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return an object that says what is wrong in an object inside: a code, each fault, or a message."""
    body, _ = _filled(schemas, pointer, problem, 0)
    for name, place in _properties(schemas, pointer):
        inner, told = _filled(schemas, place, problem, 1)
        is_error = not told.isdisjoint({"code", "errors"}) or _is_message(schemas, place)
        if "text" in told and is_error and schemas.validator(place).is_valid(inner):
            return body | {name: inner}
    return None


def _is_message(schemas: ContractSchemas, place: str) -> bool:
    """Whether an object is about an error alone: a `message`, and nothing that a row could have."""
    names = {plain_word(name) for name, _ in _properties(schemas, place)}
    return bool(names & _MESSAGES) and names <= _OF_ERRORS


def _filled(
    schemas: ContractSchemas, pointer: str, problem: Mapping[str, Any], depth: int
) -> tuple[dict[str, Any], set[str]]:
    """Return the object, and what its properties tell."""
    properties = dict(_properties(schemas, pointer))
    body, told = dict[str, Any](), set[str]()
    for name, place in properties.items():
        for meaning, value in (
            *_fixed_values(schemas, place, name, problem),
            *_values(schemas, place, name, properties, problem, depth),
        ):
            if schemas.validator(place).is_valid(value):
                body[name] = value
                told.add(meaning)
                break
    return body, told


def alternatives(schemas: ContractSchemas, pointer: str, status: int) -> list[str]:
    """Return the pointers of the alternatives that an error with this status can have.

    Those that name the kind of the error are first. One that names another kind is not among them.
    """
    kinds = {place: list(_only_kinds(schemas, place)) for place in all_alternatives(schemas, pointer)}
    naming = [place for place, words in kinds.items() if words_for(status, words)]
    return naming + [place for place, words in kinds.items() if not words]


def all_alternatives(
    schemas: ContractSchemas, pointer: str, seen: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Yield the pointers of the alternatives of a schema, and of theirs for one that has some."""
    pointer = schemas.resolve(pointer)
    schema = schemas.at(pointer)
    seen |= {pointer}
    for keyword in ("oneOf", "anyOf") if isinstance(schema, Mapping) else ():
        for number, _ in enumerate(schema.get(keyword, ())):
            place = schemas.resolve(f"{pointer}/{keyword}/{number}")
            if place not in seen:
                yield from [*all_alternatives(schemas, place, seen)] or [place]


def _only_kinds(schemas: ContractSchemas, pointer: str, depth: int = _DEEPEST) -> Iterator[Any]:
    """Yield the codes and the kinds that an error or an object inside has as its only value."""
    for name, place in _properties(schemas, pointer):
        if not {"code", "kind", "title"}.isdisjoint(_meanings(plain_word(name))):
            yield from only_values(schemas, place)
        if depth and plain_word(name) in _HOLDERS:
            yield from _only_kinds(schemas, place, depth - 1)


def _fixed_values(
    schemas: ContractSchemas, place: str, name: str, problem: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Yield the value of a property that has only one, such as the `code` of an error with one cause.

    The faults of one problem have several causes.
    """
    meaning = next(iter(_meanings(plain_word(name))), None)
    if meaning in (None, _NOTHING) or (meaning in _FIXED and "place" not in problem):
        yield from ((meaning or "", value) for value in only_values(schemas, place))


def only_values(schemas: ContractSchemas, place: str) -> list[Any]:
    """Return the one value that the schema at a JSON pointer accepts, or nothing."""
    schema = schemas.at(schemas.resolve(place))
    if isinstance(schema, Mapping) and "const" in schema:
        return [schema["const"]]
    values = _listed_values(schemas, place)
    return values if len(values) == 1 else []


def _listed_values(schemas: ContractSchemas, place: str) -> list[Any]:
    """Return the values that the schema at a JSON pointer lists."""
    schema = schemas.at(schemas.resolve(place))
    listed = schema.get("enum") if isinstance(schema, Mapping) else None
    return listed if isinstance(listed, list) else []


def _values(
    schemas: ContractSchemas,
    place: str,
    name: str,
    properties: Mapping[str, str],
    problem: Mapping[str, Any],
    depth: int,
) -> Iterator[tuple[str, Any]]:
    """Yield what a property may have, the best first, each with what it tells."""
    others = {plain_word(other) for other in properties} - {plain_word(name)}
    meanings = _meanings(plain_word(name))
    has_text = any("text" in _meanings(other) for other in others)
    if plain_word(name) == "error" and not has_text:
        yield "text", problem["detail"]
    for meaning in meanings:
        yield from ((meaning, value) for value in _plain_values(meaning, problem))
        if meaning in ("code", "kind", "title"):
            listed = _listed_values(schemas, place)
            yield from ((meaning, word) for word in words_for(problem.get("status", _FAILURE), listed))
        if meaning == "errors":
            yield from (("errors", value) for value in _all_faults(problem, is_said=has_text))
        if meaning == "errors" and depth < _DEEPEST:
            yield "errors", list(fill_entries(schemas, place, problem, depth + 1))
    if (
        meanings not in ([], [_NOTHING])
        and depth < _DEEPEST
        and (inner := fill_object(schemas, place, problem, depth + 1))
    ):
        yield "text", inner


def _plain_values(meaning: str, problem: Mapping[str, Any]) -> Iterator[Any]:
    match meaning:
        case "text":
            yield problem["detail"]
        case "code" | "kind":
            yield from (problem["code"], problem.get("status" if meaning == "code" else "type"))
        case "status":
            number = problem.get("status", _FAILURE)
            yield from (number, str(number), "fail" if number < _FAILURE else "error")
            yield from (*_WORDS, *map(str.upper, _WORDS))
        case "failed":
            yield False
        case "flag":
            yield True
        case "errors":
            return
        case "time" | "path":
            yield from [problem[meaning]] if meaning in problem else ()
        case _:
            yield problem.get(meaning)  # null for nothing


def _all_faults(problem: Mapping[str, Any], *, is_said: bool) -> Iterator[Any]:
    """Yield the faults as texts, as texts by the name of what is wrong, and as those of the body.

    A problem without faults is itself the only one, unless another property says it.
    """
    faults = [(_place(error), str(error["detail"])) for error in problem.get("errors", ())]
    texts = [f"{place}: {text}" if place else text for place, text in faults] or [problem["detail"]]
    named: dict[str, list[str]] = {}
    for place, text in faults or [("", problem["detail"])]:
        named.setdefault(place or _WHOLE, []).append(text)
    yield texts
    yield from () if faults or not is_said else ({},)
    yield from (named, {place: found[0] for place, found in named.items()}, {_WHOLE: texts})


def _place(fault: Mapping[str, Any]) -> str:
    """The name of the parameter that is wrong, or of the property, with those around it; "" for the body."""
    return str(fault.get("parameter") or ".".join(steps_of(str(fault.get("pointer", "")))))


def fill_entries(
    schemas: ContractSchemas, pointer: str, problem: Mapping[str, Any], depth: int = 0
) -> Iterator[dict[str, Any]]:
    """Yield an entry of the array at a JSON pointer for each fault; without one, for the problem itself."""
    array = schemas.resolve(pointer)
    schema = schemas.at(array)
    if not isinstance(schema, Mapping) or "items" not in schema:
        return
    for error in problem.get("errors", ()) or (problem,):
        fault = {**problem, **error, "place": _place(error)}
        fault.pop("path", None)  # there it is the place of the fault
        if entry := fill_object(schemas, f"{array}/items", fault, depth):
            yield entry


def _meanings(plain: str) -> list[str]:
    found = [meaning for meaning, names in _MEANINGS.items() if plain in names.split()]
    return found or (["errors"] if plain.endswith("errors") else [])


def _properties(schemas: ContractSchemas, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield the properties of a schema, with those of the parts that it is made of, by their pointers."""
    pointer = schemas.resolve(pointer)
    schema = schemas.at(pointer)
    if isinstance(schema, Mapping):
        for number, _ in enumerate(schema.get("allOf", ())):
            yield from _properties(schemas, f"{pointer}/allOf/{number}")
        for name in schema.get("properties", ()):
            yield name, f"{pointer}/properties/{escape_step(name)}"

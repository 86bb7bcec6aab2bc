"""Follows the advice of problems as a person does who believes it, where it says exactly what to write."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import yaml

from freehold.ground.problems import Problem
from freehold.reading.document import Document
from freehold.reading.json_pointers import resolve_pointer, unescape_token

Way = Callable[[Any, str, Problem], bool]
"""Changes a contract at a pointer as a problem says; False if it says nothing of the kind."""
_OF_A_TYPE = ("format", "pattern", "minLength", "maxLength", "minimum", "maximum")

_MEANT = re.compile(r"Did you mean ([^\s?]+)\?")
_REMOVED = re.compile(r"Remove (?:it|them|the default|the format|the value|`(?P<word>[\w$-]+)`)\b")
_WRITTEN = re.compile(
    r"(?:Add|Use|Set) `(?P<words>[^`]+:[^`]+)`(?: with `(?P<more>[^`]+:[^`]+)`)?"
    r"(?: instead of `(?P<less>[\w-]+):[^`]+`)?(?P<where>[^`.:,]*)"
)
_LISTED = re.compile(r"(?:Available (?:properties|security schemes|types)): ([^`]+?)\.(?=\s|$)")
_SAME = re.compile(
    r"Use (?:the type of the id|the same type|the same format): `(?P<words>[^`]+)`\.(?P<more>$)"
)
_BOTH = re.compile(r"Use `(?P<words>[^`]+:[^`]+)` and `(?P<more>[^`]+:[^`]+)`\.")
_VALUE = re.compile(r'Use (?:`(?=sub)|a status(?: of three digits)? such as ")([^`":]+)[`"]')
_RENAMED = re.compile(r"Rename |Use another (?:path|name)\b|Set another `(?:table|field)`\.$")
_NAMED = re.compile(r"Rename (\w+)\.")
_SET = re.compile(r"(?:or set|Require a scope, for example|Use OpenAPI 3\.1) \(?`(?P<words>[^`]+:[^`]+)`")
_ALSO_REMOVED = re.compile(r", and remove `([\w$-]+)`\.")
_PATH = re.compile(r"Use (/[^\s,]*?)[.,](?=\s|$)")
_LEFT_OUT = re.compile(r"\b[Rr]emove (?:`(?P<word>[\w$-]+)`|it|the (?:parameter|default|header|filter))\b")
_WHERE = {" at the root": "root", " to its properties": "properties", "": "", " here": "", " or less": ""}


def follow(document: Document, problem: Problem) -> list[Document]:
    """Return the contract after each alternative of an advice was followed; none if it leaves a decision."""
    for way in (_meant, _removed, _written, _same_words, _another_path, _another_value):
        found = _after(document, problem, way)
        if found:
            return [found]
    others = (*_listed_ways(problem), _set, _left_out, _renamed)
    return [after for way in others if (after := _after(document, problem, way))]


def _after(document: Document, problem: Problem, way: Way) -> Document | None:
    for pointer in _places(document, problem):
        root = copy.deepcopy(document.root)
        if way(root, pointer, problem):
            left = {at: place for at, place in document.positions.items() if _exists(root, at)}
            return replace(document.with_root(root), positions=left)
    return None


def _listed_ways(problem: Problem) -> list[Way]:
    """A way for the first and the last value that an advice lists."""
    listed = _LISTED.search(problem.fix)
    values = listed[1].split(", ") if listed else []
    return [partial(_use, value) for value in dict.fromkeys([*values[:1], *values[-1:]])]


def _another_value(root: Any, pointer: str, problem: Problem) -> bool:
    found = _VALUE.match(problem.fix)
    return bool(found) and _use(found[1] if found else "", root, pointer, problem)


def _use(value: str, root: Any, pointer: str, problem: Problem) -> bool:
    """Write a name in place of the one that is wrong: a key, or a value."""
    if not pointer:
        return False
    parent, key = _parent(root, pointer)
    words = _words(problem)
    if isinstance(parent[key], str) and parent[key] in words:
        parent[key] = ("-" if parent[key].startswith("-") else "") + value
        return True
    is_key = isinstance(parent, dict) and (key in words or "status" in problem.fix)
    return is_key and _with_key(root, pointer, value)


def _same_words(root: Any, pointer: str, problem: Problem) -> bool:
    """Write a type with its format, or two words, into the mapping at the place, or around it."""
    found = _SAME.match(problem.fix) or _BOTH.match(problem.fix)
    if found is None or not pointer:
        return False
    words = (_mapping(found["words"]) or {}) | (_mapping(found["more"]) or {})
    value = resolve_pointer(root, pointer)
    target = value if isinstance(value, dict) else _parent(root, pointer)[0]
    for word in _OF_A_TYPE:
        target.pop(word, None)
    target.update(words)
    return True


def _set(root: Any, pointer: str, problem: Problem) -> bool:
    """Write words that an advice has as an alternative, or as an example."""
    found = _SET.search(problem.fix)
    words = _mapping(found["words"]) if found else None
    if words is None or ("x-operation" in words and not pointer.startswith("/paths/")):
        return False
    value = resolve_pointer(root, pointer)
    around = value if isinstance(value, dict) else _parent(root, pointer)[0]
    if also := _ALSO_REMOVED.search(problem.fix):
        around.pop(also[1])
    (root if "openapi" in words else around).update(words)
    return True


def _another_path(root: Any, pointer: str, problem: Problem) -> bool:
    """Write a path as an advice spells it."""
    found = _PATH.match(problem.fix)
    if not found or pointer.count("/") != 2 or found[1] in root["paths"]:
        return False
    return _with_key(root, pointer, found[1])


def _left_out(root: Any, pointer: str, problem: Problem) -> bool:
    """Remove what an advice has as an alternative."""
    found = _LEFT_OUT.search(problem.fix)
    if not found or not pointer:
        return False
    (parent, key), word = _parent(root, pointer), found["word"]
    if word and isinstance(parent[key], dict) and word in parent[key]:
        del parent[key][word]
    elif word in (None, key):
        del parent[key]
    else:
        return False
    return True


def _renamed(root: Any, pointer: str, problem: Problem) -> bool:
    """Give a key, an operation, a column or a parameter another name, where any other one will do."""
    if not _RENAMED.search(problem.fix) or not pointer:
        return False
    (parent, key), named = _parent(root, pointer), _NAMED.match(problem.fix)
    value = parent[key]
    if named and named[1] in root["components"]["schemas"]:
        _rename_schema(root, named[1])
    elif isinstance(value, str):
        parent[key] = f"renamed_{value}"
    elif isinstance(value, dict) and isinstance(value.get("name"), str) and value.get("in") != "path":
        value["name"] += "_renamed"
    elif pointer.startswith("/components/schemas/") and pointer.count("/") == 3:
        value.get("x-resource", {}).pop("table", None)
        _rename_schema(root, key)
    else:
        return isinstance(key, str) and _with_key(
            root, pointer, "/renamed" if key[0] == "/" else f"{key}_renamed"
        )
    return True


def _rename_schema(root: Any, name: str) -> None:
    """Rename a schema with all references to it."""
    whole = json.dumps(root).replace(
        f'"#/components/schemas/{name}"', f'"#/components/schemas/{name}Renamed"'
    )
    root.update(json.loads(whole))
    _with_key(root, f"/components/schemas/{name}", f"{name}Renamed")


def _with_key(root: Any, pointer: str, name: str) -> bool:
    """Rename a key where it stands."""
    parent, key = _parent(root, pointer)
    entries = [(name if found == key else found, value) for found, value in parent.items()]
    parent.clear()
    parent.update(entries)
    return True


def _places(document: Document, problem: Problem) -> Iterator[str]:
    """Yield the pointers of what is at the place of a problem."""
    at = problem.file, problem.line, problem.column
    for pointer, place in document.positions.items():
        for found in (place, place.key or place):
            if (found.file, found.line, found.column) == at and _exists(document.root, pointer):
                yield pointer


def _words(problem: Problem) -> list[str]:
    return [word.strip(',.:;"') for word in problem.message.split()]


def _meant(root: Any, pointer: str, problem: Problem) -> bool:
    """Correct a misspelled key, or a value."""
    found = _MEANT.match(problem.fix)
    if not found or not pointer:
        return False
    parent, key = _parent(root, pointer)
    words = _words(problem)
    is_value = isinstance(parent[key], str) and parent[key] in words
    if isinstance(parent, dict) and key in words and not is_value:
        entries = [(found[1] if name == key else name, value) for name, value in parent.items()]
        parent.clear()
        parent.update(entries)
    elif isinstance(parent[key], str):
        sign = "-" if parent[key].startswith("-") and not found[1].startswith("-") else ""
        parent[key] = sign + found[1]
    else:
        return False
    return True


def _removed(root: Any, pointer: str, problem: Problem) -> bool:
    found = _REMOVED.match(problem.fix)
    if not found or not pointer:
        return False
    value, (parent, key) = resolve_pointer(root, pointer), _parent(root, pointer)
    word = found["word"]
    if word and isinstance(value, dict) and word in value:
        del value[word]
    elif word in (None, key):
        del parent[key]
    else:
        return False
    return True


def _written(root: Any, pointer: str, problem: Problem) -> bool:
    """Write the words in backquotes into the mapping at the place, or around it."""
    found = _WRITTEN.match(problem.fix)
    words = _mapping(found["words"]) if found else None
    if found is None or words is None or found["where"] not in _WHERE:
        return False
    words |= _mapping(found["more"]) or {} if found["more"] else {}
    target = _target(root, pointer, words, _WHERE[found["where"]])
    if not isinstance(target, dict):
        return False
    target.update(words)
    target.pop(found["less"], None)
    return True


def _target(root: Any, pointer: str, words: dict[str, Any], where: str) -> Any:
    """Return the mapping that words belong to: the one at a place, around it, or in it."""
    value, parent = resolve_pointer(root, pointer), _parent(root, pointer)[0] if pointer else root
    if where == "root":
        return root
    if not isinstance(value, dict) or pointer.rpartition("/")[2] in words:
        return parent
    if where:
        return value.get(where)
    return value["schema"] if {"in", "schema"} <= value.keys() and "type" in words else value


def _mapping(text: str) -> dict[str, Any] | None:
    for spelled in (text, f"{{{text}}}"):
        try:
            value = yaml.safe_load(spelled)
        except yaml.YAMLError:
            continue
        if isinstance(value, dict) and "..." not in text:
            return value
    return None


def _parent(root: Any, pointer: str) -> tuple[Any, Any]:
    above, _, step = pointer.rpartition("/")
    parent = resolve_pointer(root, above)
    return parent, int(step) if isinstance(parent, list) else unescape_token(step)


def _exists(root: Any, pointer: str) -> bool:
    try:
        resolve_pointer(root, pointer)
    except LookupError:
        return False
    return True

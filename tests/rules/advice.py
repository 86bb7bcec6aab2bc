"""Follows the advice of problems as a person does who believes it, where it says exactly what to write."""

import copy
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import yaml

from freehold.ground.problems import Problem
from freehold.reading.document import Document
from freehold.reading.yaml_parser import resolve_pointer, unescape_token

_MEANT = re.compile(r"Did you mean ([^\s?]+)\?")
_REMOVED = re.compile(r"Remove (?:it|them|the default|the format|the value|`(?P<word>[\w$-]+)`)\b")
_WRITTEN = re.compile(
    r"(?:Add|Use|Set) `(?P<words>[^`]+:[^`]+)`(?: with `(?P<more>[^`]+:[^`]+)`)?"
    r"(?: instead of `(?P<less>[\w-]+):[^`]+`)?(?P<where>[^`.:,]*)"
)
_WHERE = {" at the root": "root", " to its properties": "properties", "": "", " here": "", " or less": ""}


def follow(document: Document, problem: Problem) -> Document | None:
    """Return the contract after the first advice was followed, or None if it leaves something to decide."""
    for pointer in _places(document, problem):
        root = copy.deepcopy(document.root)
        if (
            _meant(root, pointer, problem)
            or _removed(root, pointer, problem)
            or _written(root, pointer, problem)
        ):
            left = {at: place for at, place in document.positions.items() if _exists(root, at)}
            return replace(document.with_root(root), positions=left)
    return None


def _places(document: Document, problem: Problem) -> Iterator[str]:
    """Yield the pointers of what is at the place of a problem."""
    at = problem.file, problem.line, problem.column
    for pointer, place in document.positions.items():
        for found in (place, place.key or place):
            if (found.file, found.line, found.column) == at and _exists(document.root, pointer):
                yield pointer


def _meant(root: Any, pointer: str, problem: Problem) -> bool:
    """Correct a misspelled key, or a value."""
    found = _MEANT.match(problem.fix)
    if not found or not pointer:
        return False
    parent, key = _parent(root, pointer)
    is_key = isinstance(key, str) and key in problem.message.split()
    if is_key and isinstance(parent, dict):
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

"""Takes broken parts out of a contract, so that the rules can judge the rest in the same run.

The rules rely on the shape of a contract. Without this, the problems of the rest would appear only after
those of the shape are solved.
"""

import copy
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from freehold.contract import loading
from freehold.contract.loading import LoadedContract
from freehold.ground.problems import Problem
from freehold.reading.document import Document, copy_value
from freehold.reading.json_pointers import resolve_pointer, unescape_token
from freehold.rules import document as documents

_MAX_ROUNDS = 20
_SCHEMA = re.compile(
    r".*(?:/components/schemas/[^/]+|/(?:schema|items|additionalProperties|not|if|then|else|contains)"
    r"|/(?:properties|patternProperties|dependentSchemas|\$defs|allOf|oneOf|anyOf|prefixItems)/[^/]+)(?=/|$)"
)
_EXTENSION = re.compile(r".*?/x-[a-z-]+(?=/|$)")
_OPERATION = re.compile(r"/paths/[^/]+/(?:get|post|put|patch|delete|head|options|trace)(?=/|$)")
_PATH = re.compile(r"/paths/[^/]+(?=/|$)")
_COMPONENT = re.compile(r"/components/[^/]+/[^/]+(?=/|$)")
_PARTS = (_EXTENSION, _SCHEMA, _OPERATION, _PATH, _COMPONENT)
_MISSING: dict[str, Any] = {  # what a key can be while the rest is judged
    "openapi": "3.1.0",
    "info": {"title": "", "version": ""},
    "title": "",
    "version": "",
    "paths": {},
    "description": "",
    "schema": {},
    "responses": {"200": {"description": ""}},
    "content": {"application/json": {"schema": {}}},
}


@dataclass(frozen=True)
class Repaired:
    """A contract without its broken parts."""

    document: Document
    problems: list[Problem]
    """The problems of the broken parts."""
    removed: frozenset[str]
    """The pointers of what was taken out."""

    @cached_property
    def _places(self) -> set[tuple[str, int, int]]:
        known = self.document.positions
        found = [known[pointer] for pointer in self.removed if pointer in known]
        return {(at.file, at.line, at.column) for place in found for at in (place, place.key or place)}

    def concerns_removed(self, problem: Problem) -> bool:
        """Whether a problem is at a part that was taken out, so that it may be none."""
        return (problem.file, problem.line, problem.column) in self._places


def repair(loaded: LoadedContract) -> Repaired:
    """Take the broken parts out of a contract, until the rules can rely on its shape."""
    document, problems = loaded.document, list(loaded.problems)
    removed = {_part(pointer) for pointer in loaded.broken_refs}
    root = copy_value(document.root)
    for part in removed:
        _take_out(root, part)
    for _ in range(_MAX_ROUNDS):
        document = document.with_root(root)
        errors = list(documents.shape_errors(document)) if isinstance(root, dict) else []
        broken = [pointer for pointer in loading.broken_refs(document) if not errors]
        if not errors and not broken:
            break
        root = copy_value(root)
        for error in errors:
            problems += [error.problem] if not _is_below(error.pointer, removed) else []
            if error.missing in _MISSING:
                resolve_pointer(root, error.pointer)[error.missing] = copy.deepcopy(_MISSING[error.missing])
            else:
                removed.add(_part(error.pointer))
        parts = {_part(error.pointer) for error in errors if error.missing not in _MISSING}
        for part in parts | {_part(pointer) for pointer in broken}:
            _take_out(root, part)
    return Repaired(document, problems, frozenset(removed))


def _part(pointer: str) -> str:
    """Return the smallest part of a contract around a pointer that others do not need."""
    for part in _PARTS:
        found = part.match(pointer)
        if found:
            return found[0]
    return "/".join(pointer.split("/")[:2])


def _take_out(root: Any, part: str) -> None:
    """Remove a part. A schema becomes one that accepts everything."""
    above, _, name = part.rpartition("/")
    try:
        parent = resolve_pointer(root, above)
    except LookupError:
        return  # it was in another part
    key = int(name) if isinstance(parent, list) else unescape_token(name)
    if _SCHEMA.fullmatch(part) and not _EXTENSION.fullmatch(part):
        parent[key] = {}
    elif isinstance(parent, dict):
        parent.pop(key, None)
        if key in _MISSING:
            parent[key] = copy.deepcopy(_MISSING[key])


def _is_below(pointer: str, parts: set[str]) -> bool:
    return any(pointer == part or pointer.startswith(f"{part}/") for part in parts)

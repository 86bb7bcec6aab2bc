"""A contract in several files, brought together into one value.

A path item or a named component that is nothing but a `$ref` to another file is replaced by what stands
there. What any other `$ref` to another file names becomes a component, once.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from freehold.ground.problems import ContractError, Problem
from freehold.reading.referenced_files import Parts, Reference, Target
from freehold.reading.yaml_parser import MOST_NODES, Place, Text, escape, find, unescape

_IN_PLACE = re.compile(r"/[^/]+|/(paths|components)/[^/]+(/[^/]+)?")
_COMPONENT = re.compile(r"/components/([^/]+)/[^/]+")
_PATH = re.compile(r"/paths/[^/]+")
_LISTED = re.compile(
    r"(?<!/properties)/(?P<kind>parameters(?=/\d+$)|responses|headers|examples|links|callbacks)/[^/]+$"
)
_BODY = re.compile(r"(?<!/properties)/requestBody$")
_SCHEMA = re.compile(
    r"/(schema|items|not|if|then|else|contains|propertyNames|additionalProperties|unevaluated(Items|Properties))$"
    r"|/(properties|patternProperties|dependentSchemas|\$defs|allOf|oneOf|anyOf|prefixItems)/[^/]+$"
)
_MAPPED = re.compile(r".*/discriminator/mapping/[^/]+")
_A_FILE = re.compile(r".*([/#]|\.(yaml|yml|json)$)")
_INSIDE = re.compile(r"(/properties/[^/]+|/items)+$")
_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Whole:
    """A contract in one piece, where each part of it stands, and what kept parts from being brought in."""

    root: Any
    places: Mapping[str, Place]
    problems: tuple[Problem, ...]


def bundle(path: Path, file: str) -> Whole:
    """Read a contract with its other files; `file` is its name in problems.

    A `$ref` to another file that is left has its problem in the result. Raises ContractError when the
    contract itself cannot be read, or is too large.
    """
    parts = Parts(path, file)
    found = _Bundle(parts)
    found.complete()
    return Whole(found.root, found.places, tuple(parts.problems))


class _Bundle:
    """The contract while its parts are brought in, first those that have a name in it."""

    def __init__(self, parts: Parts) -> None:
        self.places: dict[str, Place] = {}
        self._parts = parts
        self._nodes = 0
        self._named: deque[Reference] = deque()
        self._others: deque[Reference] = deque()
        self._known: dict[tuple[str, Target], str | None] = {}
        """Where a part of another file now stands, by its kind; None when it was refused."""
        self.root = self._copy(Target(parts.main, ""), "")

    def complete(self) -> None:
        """Bring in every part, and those that they refer to, in the order in which they are met."""
        while self._named or self._others:
            if self._named:
                self._replace(self._named.popleft())
            else:
                self._hoist(self._others.popleft())

    def _replace(self, reference: Reference) -> None:
        """Put what a `$ref` leads to in its place."""
        holder = reference.holder
        kind = _kind(holder) or holder
        links, end = self._follow(kind, reference, self._parts.target(reference))
        if not isinstance(end, Target):
            self._know(kind, links, end)
            self._point(reference, end)
            return
        self._know(kind, links, holder)
        del self.places[reference.there]
        self._set(holder, self._copy(end, holder))

    def _hoist(self, reference: Reference) -> None:
        """Make what a `$ref` leads to a component, unless it is one, and refer to that."""
        kind = _kind(reference.holder) if reference.is_ref else "schemas"
        if kind is None:
            what = f"$ref {self._parts.said(reference)}: no part of another file can stand here"
            fix = "Refer to a path item, schema, parameter, response, body or header, or write it out."
            self._parts.refuse("FH030", reference, what, fix)
            self._point(reference, None)
            return
        target, inside = self._parts.target(reference), ""
        if target is not None and kind == "schemas" and (kind, target) not in self._known:
            target, inside = _schema(target)
        links, end = self._follow(kind, reference, target)
        if isinstance(end, Target):
            end = self._add(kind, links[0], end, reference)
        self._know(kind, links, end)
        self._point(reference, None if end is None else end + inside)

    def _follow(
        self, kind: str, reference: Reference, target: Target | None
    ) -> tuple[list[Target], Target | str | None]:
        """The parts that are nothing but a `$ref` to the next one, and where the last of them leads.

        That is a part that is new, a pointer of what is there already, or None: refused.
        """
        links: list[Target] = []
        while target is not None:
            if target in links:
                what, fix = "this $ref leads back to itself", "Let it name a schema."
                self._parts.refuse("FH021", reference, what, fix)
                return links, None
            if target.file == self._parts.main:
                return links, target.pointer
            if (kind, target) in self._known:
                return links, self._known[kind, target]
            links.append(target)
            value = find(self._parts.text(target.file).value, target.pointer)
            if not (isinstance(value, Mapping) and [*value] == ["$ref"] and isinstance(value["$ref"], str)):
                return links, target
            reference = Reference(target.file, f"{target.pointer}/$ref", reference.there)
            target = self._parts.target(reference)
        return links, None

    def _know(self, kind: str, links: list[Target], pointer: str | None) -> None:
        self._known |= {(kind, link): pointer for link in links}

    def _add(self, kind: str, named: Target, part: Target, reference: Reference) -> str | None:
        """Add a component, and give its pointer; None when its name or its place is taken."""
        name = _name(named)
        pointer = f"/components/{kind}/{escape(name)}"
        room: Any = self.root
        for step in ("components", kind):
            room = room.setdefault(step, {}) if isinstance(room, dict) else None
        if not isinstance(room, dict) or "$ref" in room:
            what = f"there is no room for {name} in components: {kind}"
            self._parts.refuse("FH031", reference, what, f"Make `components` and `{kind}` in it mappings.")
            return None
        if name in room:
            other = self.places[pointer]
            what = f"two {kind} would be called {name}: this one, and that of {other.file}:{other.line}"
            fix = f"Give one a name in the contract: `components: {{{kind}: {{NAME: {{$ref: ...}}}}}}`."
            self._parts.refuse("FH032", reference, what, fix)
            return None
        room[name] = self._copy(part, pointer)
        return pointer

    def _point(self, reference: Reference, pointer: str | None) -> None:
        """Let a reference name a pointer of the whole; a refused one names what is not in it."""
        self._set(reference.there, "refused" if pointer is None else f"#{pointer}")

    def _set(self, pointer: str, value: Any) -> None:
        above, _, step = pointer.rpartition("/")
        around = find(self.root, above)
        around[int(step) if isinstance(around, list) else unescape(step)] = value

    def _copy(self, part: Target, there: str) -> Any:
        """A part as it stands in its file. The references in it are brought in later."""
        text = self._parts.text(part.file)
        return self._inside(part.file, text, (part.pointer, there), find(text.value, part.pointer))

    def _inside(self, file: Path, text: Text, pointers: tuple[str, str], value: Any) -> Any:
        here, there = pointers
        place = self.places.setdefault(there, text.place(here))
        self._nodes += 1
        if self._nodes > MOST_NODES:
            what = "the contract is too large with all its files"
            problem = place.problem(what, "Refer to fewer parts.", "FH027")
            raise ContractError([*self._parts.problems, problem])
        if isinstance(value, str):
            self._note(Reference(file, here, there), text, value)
        if isinstance(value, Mapping):
            steps: Iterator[tuple[Any, str, Any]] = ((key, escape(key), part) for key, part in value.items())
            return {
                key: self._inside(file, text, (f"{here}/{step}", f"{there}/{step}"), part)
                for key, step, part in steps
            }
        if isinstance(value, list):
            return [
                self._inside(file, text, (f"{here}/{index}", f"{there}/{index}"), part)
                for index, part in enumerate(value)
            ]
        return value

    def _note(self, reference: Reference, text: Text, value: str) -> None:
        """Remember a text that refers to a part, if it is one and leads out of the contract's own file."""
        refers = reference.is_ref or (_MAPPED.fullmatch(reference.there) and _A_FILE.match(value))
        if not refers or (reference.file == self._parts.main and value.startswith("#")):
            return
        alone = reference.is_ref and len(find(text.value, reference.here.rpartition("/")[0])) == 1
        named = alone and _IN_PLACE.fullmatch(reference.holder)
        (self._named if named else self._others).append(reference)


def _kind(holder: str) -> str | None:
    """The kind of component that a `$ref` at a pointer stands for."""
    component, listed = _COMPONENT.fullmatch(holder), _LISTED.search(holder)
    if component:
        return component[1]
    if _PATH.fullmatch(holder):
        return "pathItems"
    if listed:
        return listed["kind"]
    if _BODY.search(holder):
        return "requestBodies"
    return "schemas" if _SCHEMA.search(holder) else None


def _schema(target: Target) -> tuple[Target, str]:
    """The schema that a property or an item is of, and the pointer in it."""
    inside = _INSIDE.search(target.pointer)
    return (Target(target.file, target.pointer[: inside.start()]), inside[0]) if inside else (target, "")


def _name(target: Target) -> str:
    """The name of a component: the last step to it, or TaskPage for task-page.yaml."""
    step = unescape(target.pointer.rpartition("/")[2])
    if _NAME.fullmatch(step):
        return step
    words = re.findall(r"[A-Za-z0-9]+", step or target.file.stem)
    return "".join(word[0].upper() + word[1:] for word in words) or "Unnamed"

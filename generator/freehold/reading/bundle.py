"""Bundles a contract that is split over several files into a single document.

A path item or a named component that is only a `$ref` to another file is replaced by the target. The
target of any other `$ref` to another file becomes a component, once.
"""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from freehold.ground.problems import ContractError, Problem
from freehold.reading.json_pointers import escape_token, resolve_pointer, unescape_token
from freehold.reading.limits import MAX_NODES
from freehold.reading.referenced_files import Reference, RefTarget, SourceFiles
from freehold.reading.yaml_parser import ParsedFile, SourceLocation

_INLINED = re.compile(r"/[^/]+|/(paths|components)/[^/]+(/[^/]+)?")
_COMPONENT_POINTER = re.compile(r"/components/([^/]+)/[^/]+")
_PATH_POINTER = re.compile(r"/paths/[^/]+")
_TYPED_MEMBER = re.compile(
    r"(?<!/properties)/(?P<kind>parameters(?=/\d+$)|responses|headers|examples|links|callbacks)/[^/]+$"
)
_REQUEST_BODY = re.compile(r"(?<!/properties)/requestBody$")
_SCHEMA_POSITION = re.compile(
    r"/(schema|items|not|if|then|else|contains|propertyNames|additionalProperties|unevaluated(Items|Properties))$"
    r"|/(properties|patternProperties|dependentSchemas|\$defs|allOf|oneOf|anyOf|prefixItems)/[^/]+$"
)
_DISCRIMINATOR_MAPPING = re.compile(r".*/discriminator/mapping/[^/]+")
_FILE_REFERENCE = re.compile(r".*([/#]|\.(yaml|yml|json)$)")
_BELOW_SCHEMA = re.compile(r"(/properties/[^/]+|/items)+$")
_COMPONENT_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class BundledContract:
    """A bundled contract, the location of each part, and the problems of references that were rejected."""

    root: Any
    locations: Mapping[str, SourceLocation]
    problems: tuple[Problem, ...]


def bundle(path: Path, file: str) -> BundledContract:
    """Read a contract and the files that it references. `file` is its name in problems.

    The result contains a problem for each rejected `$ref`. Raises ContractError if the contract itself
    cannot be read or is too large.
    """
    parts = SourceFiles(path, file)
    found = _Bundler(parts)
    found.run()
    return BundledContract(found.root, found.locations, tuple(parts.problems))


class _Bundler:
    """Copies referenced parts into the contract, starting with those that have a name in it."""

    def __init__(self, parts: SourceFiles) -> None:
        self.locations = dict(parts.parsed(parts.main).locations)
        self._parts = parts
        self._nodes = 0
        self._inline_queue: deque[Reference] = deque()
        self._component_queue: deque[Reference] = deque()
        self._bundled: dict[tuple[str, RefTarget], str | None] = {}
        """The pointer of each part that was copied, by component kind and target; None if it was rejected."""
        self.root = self._copy_part(RefTarget(parts.main, ""), "")

    def run(self) -> None:
        """Copy all referenced parts, and the parts that they reference, in order of occurrence."""
        while self._inline_queue or self._component_queue:
            if self._inline_queue:
                self._inline(self._inline_queue.popleft())
            else:
                self._move_to_components(self._component_queue.popleft())

    def _inline(self, reference: Reference) -> None:
        """Replace a `$ref` by its target."""
        holder = reference.parent_pointer
        kind = _component_kind(holder) or holder
        links, end = self._follow(kind, reference, self._parts.resolve(reference))
        if not isinstance(end, RefTarget):
            self._remember(kind, links, end)
            self._rewrite_ref(reference, end)
            return
        self._remember(kind, links, holder)
        del self.locations[reference.bundled_pointer]
        self._set_value(holder, self._copy_part(end, holder))

    def _move_to_components(self, reference: Reference) -> None:
        """Add the target of a `$ref` to the components, unless it exists, and rewrite the `$ref`."""
        kind = _component_kind(reference.parent_pointer) if reference.is_ref else "schemas"
        if kind is None:
            what = f"$ref {self._parts.ref_text(reference)}: references to other files are not supported here"
            fix = "Reference a path item, schema, parameter, response, body or header, or inline the part."
            self._parts.reject("FH030", reference, what, fix)
            self._rewrite_ref(reference, None)
            return
        target, inside = self._parts.resolve(reference), ""
        if target is not None and kind == "schemas" and (kind, target) not in self._bundled:
            target, inside = _split_schema_pointer(target)
        links, end = self._follow(kind, reference, target)
        if isinstance(end, RefTarget):
            end = self._add_component(kind, links[0], end, reference)
        self._remember(kind, links, end)
        self._rewrite_ref(reference, None if end is None else end + inside)

    def _follow(
        self, kind: str, reference: Reference, target: RefTarget | None
    ) -> tuple[list[RefTarget], RefTarget | str | None]:
        """Follow a chain of parts that consist only of a `$ref`. Returns the chain and its end.

        The end is a part that was not copied yet, a pointer into the contract, or None if rejected.
        """
        links: list[RefTarget] = []
        while target is not None:
            if target in links:
                what, fix = "this $ref points to itself", "Point it to a schema."
                self._parts.reject("FH021", reference, what, fix)
                return links, None
            if target.file == self._parts.main:
                return links, target.pointer
            if (kind, target) in self._bundled:
                return links, self._bundled[kind, target]
            links.append(target)
            value = resolve_pointer(self._parts.parsed(target.file).value, target.pointer)
            if not (isinstance(value, Mapping) and [*value] == ["$ref"] and isinstance(value["$ref"], str)):
                return links, target
            reference = Reference(target.file, f"{target.pointer}/$ref", reference.bundled_pointer)
            target = self._parts.resolve(reference)
        return links, None

    def _remember(self, kind: str, links: list[RefTarget], pointer: str | None) -> None:
        self._bundled |= {(kind, link): pointer for link in links}

    def _add_component(
        self, kind: str, named: RefTarget, part: RefTarget, reference: Reference
    ) -> str | None:
        """Add a component and return its pointer, or None if it cannot be added."""
        name = _component_name(named)
        pointer = f"/components/{kind}/{escape_token(name)}"
        room: Any = self.root
        for step in ("components", kind):
            room = room.setdefault(step, {}) if isinstance(room, dict) else None
        if not isinstance(room, dict) or "$ref" in room:
            what = f"{name} cannot be added to components: {kind}, which is not a mapping"
            self._parts.reject(
                "FH031", reference, what, f"Make `components` and `components: {kind}` mappings."
            )
            return None
        if name in room:
            other = self.locations[pointer]
            what = f"the name {name} is used by two {kind}: this one and the one at {other.file}:{other.line}"
            fix = f"Name one in the contract: `components: {{{kind}: {{NAME: {{$ref: ...}}}}}}`."
            self._parts.reject("FH032", reference, what, fix)
            return None
        room[name] = self._copy_part(part, pointer)
        return pointer

    def _rewrite_ref(self, reference: Reference, pointer: str | None) -> None:
        """Make a reference point into the bundled contract. A rejected one never resolves."""
        self._set_value(reference.bundled_pointer, "refused" if pointer is None else f"#{pointer}")

    def _set_value(self, pointer: str, value: Any) -> None:
        above, _, step = pointer.rpartition("/")
        around = resolve_pointer(self.root, above)
        around[int(step) if isinstance(around, list) else unescape_token(step)] = value

    def _copy_part(self, part: RefTarget, there: str) -> Any:
        """Copy a part of a file. The references in it are queued."""
        text = self._parts.parsed(part.file)
        return self._copy_value(
            part.file, text, (part.pointer, there), resolve_pointer(text.value, part.pointer)
        )

    def _copy_value(self, file: Path, text: ParsedFile, pointers: tuple[str, str], value: Any) -> Any:
        here, there = pointers
        if there not in self.locations:
            self.locations[there] = text.location(here)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            what = "the contract is too large together with its files"
            problem = self.locations[there].problem(what, "Reference fewer parts.", "FH027")
            raise ContractError([*self._parts.problems, problem])
        if isinstance(value, str) and (there.endswith("/$ref") or "/mapping/" in there):
            self._queue_reference(Reference(file, here, there), text, value)
        if isinstance(value, Mapping):
            return {
                key: self._copy_value(file, text, _below(pointers, escape_token(key)), part)
                for key, part in value.items()
            }
        if isinstance(value, list):
            return [
                self._copy_value(file, text, _below(pointers, str(index)), part)
                for index, part in enumerate(value)
            ]
        return value

    def _queue_reference(self, reference: Reference, text: ParsedFile, value: str) -> None:
        """Queue a string for bundling if it is a reference to another file."""
        refers = reference.is_ref or (
            _DISCRIMINATOR_MAPPING.fullmatch(reference.bundled_pointer) and _FILE_REFERENCE.match(value)
        )
        if not refers or (reference.file == self._parts.main and value.startswith("#")):
            return
        alone = (
            reference.is_ref and len(resolve_pointer(text.value, reference.pointer.rpartition("/")[0])) == 1
        )
        named = alone and _INLINED.fullmatch(reference.parent_pointer)
        (self._inline_queue if named else self._component_queue).append(reference)


def _below(pointers: tuple[str, str], step: str) -> tuple[str, str]:
    """Return the pointers of a part of what is at two pointers, which are often the same."""
    here, there = pointers
    inside = f"{here}/{step}"
    return inside, inside if here == there else f"{there}/{step}"


def _component_kind(holder: str) -> str | None:
    """Return the section of `components` for a `$ref` at this pointer, or None if unsupported."""
    component, listed = _COMPONENT_POINTER.fullmatch(holder), _TYPED_MEMBER.search(holder)
    if component:
        return component[1]
    if _PATH_POINTER.fullmatch(holder):
        return "pathItems"
    if listed:
        return listed["kind"]
    if _REQUEST_BODY.search(holder):
        return "requestBodies"
    return "schemas" if _SCHEMA_POSITION.search(holder) else None


def _split_schema_pointer(target: RefTarget) -> tuple[RefTarget, str]:
    """Split a pointer into the named schema and the path of a property or item inside it."""
    inside = _BELOW_SCHEMA.search(target.pointer)
    return (RefTarget(target.file, target.pointer[: inside.start()]), inside[0]) if inside else (target, "")


def _component_name(target: RefTarget) -> str:
    """Return a component name: the last token of the pointer, or TaskPage for task-page.yaml."""
    step = unescape_token(target.pointer.rpartition("/")[2])
    if _COMPONENT_NAME.fullmatch(step):
        return step
    words = re.findall(r"[A-Za-z0-9]+", step or target.file.stem)
    return "".join(word[0].upper() + word[1:] for word in words) or "Unnamed"

"""Removes the components that nothing refers to."""

from collections.abc import Iterator, Mapping
from typing import Any

from freehold.publishing.tree import Part
from freehold.reading.json_pointers import unescape_token

_START = "#/components/"
_BY_NAME = "securitySchemes"
"""Components that are used by name, and not by reference."""
Place = tuple[str, str]
"""The kind of a component and its name, such as `schemas` and `Task`."""


def remove_unused_components(root: Part) -> None:
    """Remove what no path refers to, directly or through other components, in place."""
    components = root.get("components", {})
    used = _used(root)
    for kind in [kind for kind in components if kind != _BY_NAME and not kind.startswith("x-")]:
        kept = {name: part for name, part in components[kind].items() if (kind, name) in used}
        if kept:
            components[kind] = kept
        else:
            del components[kind]
    if not components:
        root.pop("components", None)


def _used(root: Part) -> set[Place]:
    components = root.get("components", {})
    used: set[Place] = set()
    left: list[Any] = [{word: part for word, part in root.items() if word != "components"}]
    while left:
        part = left.pop()
        for place in _references(part):
            kind, name = place
            if place not in used and name in components.get(kind, {}):
                used.add(place)
                left.append(components[kind][name])
        if not left:
            names = _subtypes(components, used)
            used |= {("schemas", name) for name in names}
            left += [components["schemas"][name] for name in names]
    return used


def _subtypes(components: Part, used: set[Place]) -> list[str]:
    """The schemas that a discriminator can name without a reference: each extends a used schema by allOf."""
    bases = {
        f"{_START}schemas/{name}"
        for name, schema in components.get("schemas", {}).items()
        if ("schemas", name) in used and isinstance(schema, Mapping) and "discriminator" in schema
    }
    return [
        name
        for name, schema in components.get("schemas", {}).items()
        if ("schemas", name) not in used
        and isinstance(schema, Mapping)
        and any(isinstance(part, Mapping) and part.get("$ref") in bases for part in schema.get("allOf", ()))
    ]


def _references(part: Any) -> Iterator[Place]:
    """Yield the components that a part refers to. A reference in an example counts too: it costs nothing."""
    if isinstance(part, Mapping):
        if isinstance(part.get("$ref"), str):
            yield from _place(part["$ref"])
        mapping = part.get("mapping")
        for target in mapping.values() if isinstance(mapping, Mapping) else ():
            if isinstance(target, str):
                yield from _place(target if target.startswith("#") else f"{_START}schemas/{target}")
    for inner in part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ():
        yield from _references(inner)


def _place(reference: str) -> Iterator[Place]:
    kind, _, rest = reference.removeprefix(_START).partition("/")
    if reference.startswith(_START) and rest:
        yield kind, unescape_token(rest.partition("/")[0])

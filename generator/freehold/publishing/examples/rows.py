"""Examples of rows: which show what is known of a row, and which changes a person would send."""

from collections.abc import Mapping
from typing import Any

from freehold.publishing.tree import Part, resolve

_MOST_CHANGES = 2


def example_of(root: Part, part: Part) -> Any:
    """The first example of a media type."""
    if "example" in part:
        return part["example"]
    named = part.get("examples")
    found = [resolve(root, entry).get("value") for entry in named.values()] if isinstance(named, dict) else []
    return next((value for value in found if value is not None), None)


def some_changes(changed: Any, before: Any) -> Any:
    """A few of the changes of an update, which a person would send: scalars first."""
    if not isinstance(changed, dict) or not isinstance(before, dict):
        return changed
    differing = [name for name, value in changed.items() if value is not None and value != before.get(name)]
    plain = [name for name in differing if not isinstance(changed[name], dict | list)]
    chosen = (plain or differing)[:_MOST_CHANGES]
    return {name: value for name, value in changed.items() if name in chosen} or changed


def with_known(made: Any, known: Mapping[str, Any]) -> Any:
    """Return a row that shows what is known, for the properties that it has."""
    if not isinstance(made, dict):
        return made
    return {name: known.get(name, value) if name in known else value for name, value in made.items()}


def with_rows(made: Any, known: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """A page whose rows show what is known, and which shows the parameters that it repeats."""
    if isinstance(made, list):
        return [with_known(row, known) for row in made]
    if not isinstance(made, dict):
        return made
    return {
        name: [with_known(row, known) for row in value]
        if isinstance(value, list)
        else values.get(name, value)
        for name, value in made.items()
    }

"""Reads a pattern that begins with lookahead as several patterns, which say the same.

Where it begins, `^(?=A)(?!B)C` holds for a text exactly if `^A` and `^C` match it, and `^B` does not.
"""

import re
from dataclasses import dataclass
from typing import Any

from freehold.contract.normalizing.patterns.schema_parts import schemas_to_rewrite
from freehold.reading.document import Document

_ATOM = re.compile(r"\\.|\[\^?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_QUANTIFIERS = ("*", "+", "?", "{")
LOOKAROUND = re.compile(r"\(\?(<?[=!])|\\[1-9]")
"""Lookaround, and backreferences: what cannot be matched in linear time."""


@dataclass(frozen=True)
class _Lookahead:
    pattern: str
    is_negative: bool

    @property
    def schema(self) -> dict[str, Any]:
        """The schema of texts for which it holds."""
        inner = f"(?:{self.pattern})" if _has_alternatives(self.pattern) else self.pattern
        held = {"type": "string", "pattern": f"^{inner}"}
        return {"not": held} if self.is_negative else {"pattern": held["pattern"]}


def read_lookaheads(document: Document) -> Document:
    """Return the contract with patterns that can be matched in linear time instead of lookahead.

    One that is not at the beginning of a pattern stays as it is.
    """
    found = list(schemas_to_rewrite(document.root, _read))
    for _, schema, new in found:
        del schema["pattern"]
        schema.update(new)
    if not found:
        return document
    many = "a pattern begins" if len(found) == 1 else f"{len(found)} patterns begin"
    what = f"{many} with lookahead: several patterns say the same"
    fix = "Write `allOf` with a `pattern` for each part."
    return document.with_notes([document.problem(found[0][0], what, fix, "FH908")]).with_root(document.root)


def _read(schema: dict[str, Any]) -> dict[str, Any] | None:
    parts = _split(schema["pattern"]) if isinstance(schema.get("pattern"), str) else None
    if parts is None:
        return None
    lookaheads, rest = parts
    own = [*schema.get("allOf", ()), *(part.schema for part in lookaheads)]
    return {**({"pattern": rest} if rest != "^" else {}), "allOf": own}


def _split(pattern: str) -> tuple[list[_Lookahead], str] | None:
    """Return the lookaheads at the beginning of a pattern and the rest of it; None if it has none."""
    found, rest = [], pattern.removeprefix("^")
    while rest.startswith(("(?=", "(?!")):
        end = _end_of_group(rest)
        if end is None or rest[end:].startswith(_QUANTIFIERS):
            return None
        found.append(_Lookahead(rest[3 : end - 1], rest[2] == "!"))
        rest = rest[end:]
    others = [rest, *(part.pattern for part in found)]
    is_plain = not any(LOOKAROUND.search(part) or "(?<" in part for part in others)
    is_leading = found and pattern.startswith("^") and not _has_alternatives(rest)
    return (found, f"^{rest}") if is_leading and is_plain else None


def _end_of_group(text: str) -> int | None:
    """Return the index behind the group that a text begins with, or None if nothing closes it."""
    depth = 0
    for atom in _ATOM.finditer(text):
        depth += {"(": 1, ")": -1}.get(atom[0], 0)
        if depth == 0:
            return atom.end()
    return None


def _has_alternatives(pattern: str) -> bool:
    """Whether a pattern is a choice, outside of its groups."""
    depth = 0
    for atom in _ATOM.finditer(pattern):
        depth += {"(": 1, ")": -1}.get(atom[0], 0)
        if atom[0] == "|" and depth == 0:
            return True
    return False

"""Says by their format which integers the service accepts, and not by numbers of 19 digits.

The service judges `int32` and `int64` as bounds. JavaScript cannot even hold the bounds of `int64`.
"""

from typing import Any

from freehold.contract.validation.schema_dialect import INTEGERS
from freehold.publishing.tree import Part, objects

_WIDEST = "int64"
_BOUNDS = ("minimum", "maximum")


def replace_integer_bounds(root: Part) -> None:
    """Replace bounds that are those of a format by the format, in place."""
    for kind, part in objects(root):
        if kind != "schema" or not _is_integer(part.get("type")):
            continue
        form = part.get("format", _WIDEST)
        limits = zip(_BOUNDS, INTEGERS.get(form, ()), strict=False)
        said = [word for word, limit in limits if word in part and part[word] == limit]
        for word in said:
            del part[word]
        if said:
            part["format"] = form


def _is_integer(kinds: Any) -> bool:
    named = kinds if isinstance(kinds, list) else [kinds]
    return [kind for kind in named if kind != "null"] == ["integer"]

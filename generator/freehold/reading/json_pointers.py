"""JSON pointers (RFC 6901): their tokens, and the value at one."""

import re
from typing import Any

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def escape_token(step: str) -> str:
    """Escape a reference token of a JSON pointer (RFC 6901, 3)."""
    return step.replace("~", "~0").replace("/", "~1") if "~" in step or "/" in step else step


def unescape_token(step: str) -> str:
    """Unescape a reference token of a JSON pointer (RFC 6901, 4)."""
    return step.replace("~1", "/").replace("~0", "~") if "~" in step else step


def resolve_pointer(value: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer (RFC 6901). Raises LookupError if it does not exist."""
    for step in pointer.split("/")[1:]:
        name = unescape_token(step)
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and _INDEX.fullmatch(name) and int(name) < len(value):
            value = value[int(name)]
        else:
            raise LookupError(pointer)
    return value

"""Unquoted scalars by the core schema of YAML 1.2 (10.3), and those that YAML 1.1 reads differently."""

import re
from typing import Any

from freehold.reading.limits import MAX_DEPTH

_NULL = re.compile(r"null|Null|NULL|~|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_AMBIGUOUS = re.compile(  # a string in YAML 1.2 and another type in YAML 1.1, or vice versa
    r"y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF"
    r"|[-+]?0[0-9_]+|[-+]?0[xob][0-9a-fA-F_]+|[-+]?[0-9](?=[0-9_]*_)[0-9_]*(\.[0-9_]*)?"
    r"|[-+]?[1-9][0-9]*(:[0-5]?[0-9])+|[-+]?[0-9]+(:[0-5]?[0-9])+\.[0-9]*"
    r"|\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|=|<<"
    r"|[-+]?[0-9][0-9_]*\.(?=[0-9_]*_)[0-9_.]*|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)[eE][0-9]+|[-+]?[0-9]+[eE][-+]?[0-9]+"
)


def convert(text: str) -> Any:
    """Return the value of an unquoted scalar. A number that is too large is infinite."""
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text.lower() == "true"
    if _INT.fullmatch(text) and len(text) <= MAX_DEPTH:
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def is_ambiguous(text: str) -> bool:
    """Whether YAML 1.1 and 1.2 read an unquoted scalar differently."""
    return bool(_AMBIGUOUS.fullmatch(text))


def disambiguate(text: str) -> str:
    """Return how to write an ambiguous value: a number needs a point and a signed exponent."""
    quoted = f'Quote it: "{text}".'
    if _INT.fullmatch(text.lstrip("+-0") or "0"):
        return f"{quoted} If it is a number, write {int(text)}."
    if not _FLOAT.fullmatch(text):
        return quoted
    mantissa, _, exponent = text.lower().partition("e")
    point = "" if "." in mantissa else ".0"
    sign = "" if exponent[0] in "+-" else "+"
    return (
        f'If it is a number, write {mantissa}{point}e{sign}{exponent}. If it is a string, quote it: "{text}".'
    )

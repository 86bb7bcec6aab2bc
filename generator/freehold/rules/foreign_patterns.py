"""Patterns of other regular expressions than ECMA-262: of Python, Ruby, Java, PCRE and POSIX."""

import re

_POSIX_CLASS = re.compile(r"\[\[:\^?\w+:\]")
_ATOM = re.compile(r"\\[pPux]\{[^}]*\}|(?P<foreign>\\(?:[AzZGQEhHRXK]|[pP]\w))|\\.|\[\^?(?:\\.|[^\]\\])*\]")
_POSSESSIVE = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})\+")
_CLASS = re.compile(r"\\.|\[\^?(?:\\.|[^\]\\])*\]|(?P<lone>\])", re.DOTALL)
_ANCHORS = {r"\A": "^", r"\z": "$", r"\Z": "$"}
_CLASSES = {
    "alpha": "A-Za-z",
    "digit": "0-9",
    "alnum": "A-Za-z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "xdigit": "0-9A-Fa-f",
    "space": r"\s",
    "word": r"\w",
}
_NAMED_CLASS = re.compile(r"\[:(\w+):\]")


def ecma_pattern(pattern: str) -> str | None:
    r"""Return a pattern that matches the same in ECMA-262, with `^` and `$` for `\A` and `\z`, or None."""
    named = _NAMED_CLASS.sub(lambda found: _CLASSES.get(found[1], found[0]), pattern)
    translated = _ATOM.sub(lambda found: _ANCHORS.get(found[0], found[0]), named)
    return None if translated == pattern or is_foreign(translated) else translated


def is_foreign(pattern: str) -> bool:
    """Whether a pattern uses what other regular expressions have and those of ECMA-262 do not."""
    escapes = any(atom["foreign"] for atom in _ATOM.finditer(pattern))
    outside = _ATOM.sub("a", pattern)
    return (
        escapes
        or bool(_POSIX_CLASS.search(pattern) or _POSSESSIVE.search(outside))
        or _has_class_in_class(pattern)
    )


def _has_class_in_class(pattern: str) -> bool:
    """Whether a class such as [a[b]] contains another: readers of ECMA-262 end it at the first bracket."""
    opened = False
    for part in _CLASS.finditer(pattern):
        opened = opened or "[" in part[0].replace("\\[", "")[1:]
        if opened and part["lone"]:
            return True
    return False

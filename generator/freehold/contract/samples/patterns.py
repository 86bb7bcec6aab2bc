"""Texts that match a pattern of ECMA-262: of each choice the first, of each class readable characters."""

import re
import string
from collections.abc import Callable, Iterator

from freehold.contract.validation.validators import matcher

Atom = Callable[[int], str]
"""Makes a text for a number: the characters of a class differ from repetition to repetition."""
Test = Callable[[str], bool]

_READABLE = string.ascii_letters + "1234567890" + " -_.,:;/@#+" + string.punctuation
_OTHERS = (*range(0x20, 0x3100), *range(0x4E00, 0x4E40), *range(0xAC00, 0xAC40))
"""Code points of other scripts."""
_LONGEST = 1000  # characters of a text
_RUN = 3
"""How often a class repeats that may repeat without a limit."""
_QUANTIFIER = re.compile(r"([*+?])|\{(\d{1,6})(?:(,)(\d{1,6})?)?\}")
_GROUP = re.compile(r"\(\?(?:[:=!]|<[=!]|<\w+>)")
_CODE = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}")
_PROPERTY = re.compile(r"([pP])\{([^{}]*)\}")
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_CLASSES: dict[str, Test] = {
    "d": lambda char: char in string.digits,
    "w": lambda char: char in string.ascii_letters + string.digits + "_",
    "s": str.isspace,
}
_PROPERTIES: dict[str, Test] = {
    "L": str.isalpha,
    "Lu": str.isupper,
    "Ll": str.islower,
    "N": str.isdigit,
    "Nd": str.isdigit,
    "Z": str.isspace,
    "Zs": str.isspace,
    "P": lambda char: char in string.punctuation,
}


class _NotSupported(ValueError):
    """A construct that needs more than one look, such as a back-reference."""


def matching_text(pattern: str, shortest: int = 0, longest: int = _LONGEST) -> str | None:
    """Return a text of a length that matches a pattern, or None if no simple one does."""
    try:
        matches = matcher(pattern).is_valid
    except ValueError:
        return None
    for run in _runs(shortest, longest):
        text = _text(pattern, run)
        if text is not None and shortest <= len(text) <= longest and matches(text):
            return text
    return None


def _text(pattern: str, run: int) -> str | None:
    try:
        return _Reader(pattern, run).read()
    except (ValueError, IndexError, RecursionError):
        return None


def _runs(shortest: int, longest: int) -> Iterator[int]:
    """How often a class may repeat, the most readable number first."""
    found = [min(_RUN, longest), 1, shortest, (shortest + 1) // 2, longest, longest // 2, longest - 1]
    yield from dict.fromkeys(max(1, min(run, _LONGEST)) for run in found)


class _Reader:
    """Reads a pattern from left to right, and makes a text meanwhile."""

    def __init__(self, pattern: str, run: int) -> None:
        self._pattern = pattern
        self._at = 0
        self._run = run

    def read(self) -> str:
        """The text of the whole pattern. Raises ValueError for what is not understood."""
        text = self._choice()(0)
        if self._at < len(self._pattern) or len(text) > _LONGEST:
            raise _NotSupported
        return text

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self, count: int = 1) -> str:
        taken = self._pattern[self._at : self._at + count]
        self._at += count
        return taken

    def _choice(self) -> Atom:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._take()
            branches.append(self._sequence())
        return branches[0]

    def _sequence(self) -> Atom:
        parts: list[tuple[Atom, int]] = []
        while self._peek() not in ("", "|", ")"):
            atom, is_class = self._atom()
            parts.append((atom, self._count(is_class=is_class)))
        return lambda start: "".join(atom(start + k) for atom, count in parts for k in range(count))

    def _count(self, *, is_class: bool) -> int:
        found = _QUANTIFIER.match(self._pattern, self._at)
        if found is None:
            return 1
        self._at = found.end()
        if self._peek() == "?":
            self._take()
        least = {"*": 0, "+": 1, "?": 0}.get(found[1] or "", 0) if found[1] else int(found[2])
        if found[1] == "?":
            most = 1
        elif found[1] or (found[3] and not found[4]):
            most = _LONGEST
        else:
            most = int(found[4] or found[2])
        if least > _LONGEST:
            raise _NotSupported
        wanted = self._run if is_class else least
        return max(least, min(most, wanted))

    def _atom(self) -> tuple[Atom, bool]:
        """Make one atom, and tell whether it is a class of characters."""
        char = self._take()
        if char in "^$":
            return (lambda _: ""), False
        if char == "(":
            return self._group(), False
        if char == "[":
            return _one_of(self._members()), True
        if char == ".":
            return _one_of(lambda other: other not in "\r\n"), True
        if char == "\\":
            return self._escape()
        return (lambda _: char), False

    def _group(self) -> Atom:
        self._at -= 1
        kind = _GROUP.match(self._pattern, self._at)
        self._at = kind.end() if kind else self._at + 1
        inner = self._choice()
        if self._take() != ")":
            raise _NotSupported
        is_condition = kind is not None and kind[0] in ("(?=", "(?!", "(?<=", "(?<!")
        return (lambda _: "") if is_condition else inner

    def _escape(self) -> tuple[Atom, bool]:
        if self._peek() in ("b", "B"):
            self._take()
            return (lambda _: ""), False
        if self._peek() in "123456789k" and self._peek():
            raise _NotSupported
        test = self._escaped_class()
        if test is not None:
            return _one_of(test), True
        char = self._escaped_char()
        return (lambda _: char), False

    def _escaped_class(self) -> Test | None:
        found = _PROPERTY.match(self._pattern, self._at)
        if found:
            self._at = found.end()
            test = _PROPERTIES.get(found[2].rpartition("=")[2], str.isprintable)
            return _unless(test) if found[1] == "P" else test
        letter = self._peek()
        if letter and letter.lower() in _CLASSES:
            self._take()
            test = _CLASSES[letter.lower()]
            return _unless(test) if letter.isupper() else test
        return None

    def _escaped_char(self) -> str:
        found = _CODE.match(self._pattern, self._at)
        if found:
            self._at = found.end()
            return chr(int(next(digits for digits in found.groups() if digits), 16))
        char = self._take()
        return _CONTROLS.get(char, char)

    def _members(self) -> Test:
        """The members of a class in brackets, of which the first one is read already."""
        is_negated = self._peek() == "^"
        if is_negated:
            self._take()
        tests: list[Test] = []
        single: list[str] = []
        while self._peek() != "]":
            if self._peek() == "":
                raise _NotSupported
            char = self._take()
            test = self._escaped_class() if char == "\\" else None
            if test is not None:
                tests.append(test)
                single.append("")
            elif char == "-" and single and single[-1] and self._peek() != "]":
                end = self._take()
                end = self._escaped_char() if end == "\\" else end
                tests.append(_within(single[-1], end))
                single.append("")
            else:
                single.append(self._escaped_char() if char == "\\" else char)
        self._take()
        chars = frozenset(single)
        inside: Test = lambda char: char in chars or any(test(char) for test in tests)  # noqa: E731
        return _unless(inside) if is_negated else inside


def _one_of(test: Test) -> Atom:
    allowed = [char for char in dict.fromkeys(_READABLE) if test(char)]
    if not allowed:
        allowed = [char for char in map(chr, _OTHERS) if test(char)][:26]
    if not allowed:
        raise _NotSupported
    first = [char for char in allowed if char.isalnum()] or allowed
    return lambda number: first[number % len(first)]


def _within(start: str, end: str) -> Test:
    return lambda char: start <= char <= end


def _unless(test: Test) -> Test:
    return lambda char: not test(char)

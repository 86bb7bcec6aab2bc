"""A strict parser of JSON (RFC 8259) that records the position of each value.

JSON is not read as YAML, of which it is almost a subset: what `json.dumps` writes for an emoji or for a small
number means something else there, or nothing.
"""

import math
import re
from bisect import bisect_right
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined] # typeshed does not know it
from typing import Any, NamedTuple

from freehold.reading.limits import MAX_DEPTH, MAX_NODES

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?P<fraction>(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)")
_WORDS = {"null": None, "true": True, "false": False}
_WORD = re.compile(r"null|true|false")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_START = re.compile(r"\r\n|\r|\n")


class JsonFault(Exception):
    """What is wrong with a text, with the code of the problem, and the index of the character."""

    def __init__(self, index: int, code: str, what: str, fix: str = "") -> None:
        super().__init__(what)
        self.index = index
        self.code = code
        self.what = what
        self.fix = fix


class ParsedJson(NamedTuple):
    """A value with the line and column, from 1, of each part: as in `ParsedFile`."""

    value: Any
    positions: dict[str, tuple[int, int]]
    keys: dict[str, tuple[int, int]]
    faults: list[JsonFault]
    """What does not prevent reading the rest."""


def parse_json(text: str) -> ParsedJson:
    """Parse a text. Raises JsonFault where it is not JSON, or too large."""
    reader = _Reader(text)
    value = reader.read()
    starts = line_starts(text)
    positions, keys = (
        {pointer: line_and_column(starts, index) for pointer, index in found.items()}
        for found in (reader.positions, reader.keys)
    )
    return ParsedJson(value, positions, keys, reader.faults)


def line_starts(text: str) -> list[int]:
    """Return the index of the first character of each line."""
    return [0, *(found.end() for found in _LINE_START.finditer(text))]


def line_and_column(starts: list[int], index: int) -> tuple[int, int]:
    """Return the line and the column of a character, both from 1."""
    line = bisect_right(starts, index)
    return line, index - starts[line - 1] + 1


class _Reader:
    def __init__(self, text: str) -> None:
        self.positions: dict[str, int] = {"": 0}
        self.keys: dict[str, int] = {}
        self.faults: list[JsonFault] = []
        self._text = text
        self._at = 0
        self._nodes = 0

    def read(self) -> Any:
        self._skip_space()
        value = self._value("", 0)
        self._skip_space()
        if self._at < len(self._text):
            raise self._fault("expected the end of the file")
        return value

    def _value(self, pointer: str, depth: int) -> Any:
        self._nodes += 1
        if depth > MAX_DEPTH:
            what = f"the contract is nested more than {MAX_DEPTH} levels deep"
            raise JsonFault(self._at, "FH005", what)
        if self._nodes > MAX_NODES:
            raise JsonFault(self._at, "FH002", "the contract is too large")
        self.positions.setdefault(pointer, self._at)
        letter = self._text[self._at : self._at + 1]
        if letter == "{":
            return self._object(pointer, depth)
        if letter == "[":
            return self._array(pointer, depth)
        if letter == '"':
            return self._string()
        return self._scalar()

    def _object(self, pointer: str, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        self._advance()
        if self._ends("}"):
            return result
        while True:
            start = self._at
            if self._text[start : start + 1] != '"':
                raise self._fault("expected a key in double quotes")
            key = self._string()
            if key in result:
                what = f"duplicate key {key!r}: only one of them would be used"
                self.faults.append(JsonFault(start, "FH009", what, "Remove one of the two."))
            self._skip_space()
            self._expect(":")
            inside = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            is_container = self._text[self._at : self._at + 1] in ("{", "[")
            (self.positions if is_container else self.keys).setdefault(inside, start)
            result[key] = self._value(inside, depth + 1)
            self._skip_space()
            if self._ends("}"):
                return result
            self._expect(",")

    def _array(self, pointer: str, depth: int) -> list[Any]:
        result: list[Any] = []
        self._advance()
        if self._ends("]"):
            return result
        while True:
            result.append(self._value(f"{pointer}/{len(result)}", depth + 1))
            self._skip_space()
            if self._ends("]"):
                return result
            self._expect(",")

    def _string(self) -> str:
        start = self._at
        try:
            value, self._at = scanstring(self._text, start + 1, True)  # noqa: FBT003 - `strict` has no name
        except JSONDecodeError as error:
            raise JsonFault(error.pos, "FH004", f"invalid JSON: {error.msg}") from None
        if _SURROGATE.search(value):
            what = "half of a surrogate pair is not a character"
            self.faults.append(JsonFault(start, "FH004", what, "Write both halves, or the character itself."))
        return str(value)

    def _scalar(self) -> Any:
        word = _WORD.match(self._text, self._at)
        if word:
            self._at = word.end()
            return _WORDS[word[0]]
        number = _NUMBER.match(self._text, self._at)
        if number is None:
            raise self._fault("expected a value")
        start, self._at = self._at, number.end()
        if not number["fraction"] and len(number[0]) <= MAX_DEPTH:
            return int(number[0])
        value = float(number[0])
        if not math.isfinite(value):
            fix = f'Use "{number[0]}" if it is a string.'
            self.faults.append(JsonFault(start, "FH010", "the number is too large", fix))
        return value

    def _ends(self, bracket: str) -> bool:
        if self._text[self._at : self._at + 1] != bracket:
            return False
        self._at += 1
        return True

    def _expect(self, letter: str) -> None:
        if self._text[self._at : self._at + 1] != letter:
            raise self._fault(f"expected {letter!r}")
        self._advance()

    def _advance(self) -> None:
        self._at += 1
        self._skip_space()

    def _skip_space(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _fault(self, what: str) -> JsonFault:
        return JsonFault(self._at, "FH004", f"invalid JSON: {what}")

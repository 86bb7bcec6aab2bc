"""What is wrong with a contract: where, what, why, and what to do."""

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from typing_extensions import override

_CONTEXT_CHARACTERS = 80  # letters on each side
_MAX_TEXT_LENGTH = 500  # letters of a message: a name in it may be as long as the contract

Level = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake at one place; `line` and `column` count from 1, in Unicode characters."""

    file: str
    line: int
    column: int
    message: str
    fix: str = ""
    source: str = ""
    """The line of the contract that it is about."""
    code: str = ""
    """Names the rule, for good: `freehold explain` tells its story."""
    level: Level = "error"
    """A warning does not keep the service from being made."""

    @property
    def location(self) -> str:
        """The file, the line and the column, as editors and terminals find them."""
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def label(self) -> str:
        """The level and the code; nothing for what is only advice."""
        return f"{self.level}[{self.code}]" if self.code else ""

    def __post_init__(self) -> None:
        """What a contract says may be quoted: it can neither command a terminal nor look like more lines."""
        object.__setattr__(self, "message", _printable(self.message))
        object.__setattr__(self, "fix", "\n".join(map(_printable, self.fix.split("\n"))))

    @override
    def __str__(self) -> str:
        """Print as a compiler does: the place, the mistake, the line with a caret, what to do."""
        lines = [": ".join(filter(None, (self.location, self.label, self.message)))]
        if self.source:
            lines += [f"  {line}" for line in _source_with_caret(self.source, self.column - 1)]
        if self.fix:
            lines += [f"  {line}" for line in self.fix.splitlines()]
        return "\n".join(lines)


def _source_with_caret(source: str, index: int) -> tuple[str, str]:
    """A line as a terminal can show it, and one with a caret below its letter at `index`.

    Of a long line, as in a JSON file without line ends, what is around that letter.
    """
    first = max(0, index - _CONTEXT_CHARACTERS) if len(source) > 2 * _CONTEXT_CHARACTERS else 0
    cut = source[first : first + 2 * _CONTEXT_CHARACTERS]
    before, after = "..." * (first > 0), "..." * (first + len(cut) < len(source))
    shown = "".join(letter if letter.isprintable() else " " for letter in cut)
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in shown[: index - first])
    return before + shown + after, " " * (len(before) + index - first + wide) + "^"


def _printable(text: str) -> str:
    """A text in which every letter can be seen, and not too many of them."""
    cut = text if len(text) <= _MAX_TEXT_LENGTH else f"{text[:_MAX_TEXT_LENGTH]}..."
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in cut
    )


class ContractError(Exception):
    """A contract that cannot become a service. Nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n\n".join(map(str, self.problems)))


class ExternalError(Exception):
    """Something outside the tool went wrong; the message says what and what to do."""


class UsageError(Exception):
    """The tool cannot do what it was asked to; the message says why and what to do."""


_NOTE_PREFIX = "while "


@contextmanager
def during(what: str) -> Iterator[None]:
    """Note on an unexpected exception which step it came from."""
    try:
        yield
    except Exception as error:
        error.add_note(f"{_NOTE_PREFIX}{what}")
        raise


def failed_step(error: Exception) -> str:
    """The step that `during` has noted first, the innermost; nothing, if none has."""
    notes: list[str] = getattr(error, "__notes__", [])
    return next((note.removeprefix(_NOTE_PREFIX) for note in notes if note.startswith(_NOTE_PREFIX)), "")

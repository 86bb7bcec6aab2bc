"""Problems of a contract with their position, message and fix; the exceptions of the tool."""

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from typing_extensions import override

_CONTEXT_CHARACTERS = 80  # characters on each side
_MAX_TEXT_LENGTH = 500  # characters; a name in a message can be as long as the contract

Level = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Problem:
    """An error or a warning at a position. `line` and `column` start at 1 and count Unicode characters."""

    file: str
    line: int
    column: int
    message: str
    fix: str = ""
    source: str = ""
    """The affected line of the file."""
    code: str = ""
    """The permanent code of the rule, which `freehold explain` documents."""
    level: Level = "error"
    """Only an error stops the generation."""

    @property
    def location(self) -> str:
        """The position as `file:line:column`, which editors and terminals recognize."""
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def label(self) -> str:
        """The level and the code, such as `error[FH301]`. Empty for advice without a code."""
        return f"{self.level}[{self.code}]" if self.code else ""

    def __post_init__(self) -> None:
        """Escape text of the contract, so that it cannot control a terminal or look like additional lines."""
        object.__setattr__(self, "message", _printable(self.message))
        object.__setattr__(self, "fix", "\n".join(map(_printable, self.fix.split("\n"))))

    @override
    def __str__(self) -> str:
        """Format the problem like a compiler: position, message, source line with a caret, fix."""
        lines = [": ".join(filter(None, (self.location, self.label, self.message)))]
        if self.source:
            lines += [f"  {line}" for line in _source_with_caret(self.source, self.column - 1)]
        if self.fix:
            lines += [f"  {line}" for line in self.fix.splitlines()]
        return "\n".join(lines)


def and_more(others: int) -> str:
    """Return the end of a message about the first of several places: ", and 3 more like it"; "" for none."""
    return f", and {others} more like it" if others else ""


def _source_with_caret(source: str, index: int) -> tuple[str, str]:
    """Return a printable source line, and a line with a caret below the character at `index`.

    Long lines, as in a minified JSON file, are shortened around that character.
    """
    first = max(0, index - _CONTEXT_CHARACTERS) if len(source) > 2 * _CONTEXT_CHARACTERS else 0
    cut = source[first : first + 2 * _CONTEXT_CHARACTERS]
    before, after = "..." * (first > 0), "..." * (first + len(cut) < len(source))
    printable = "".join(letter if letter.isprintable() else " " for letter in cut)
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in printable[: index - first])
    return before + printable + after, " " * (len(before) + index - first + wide) + "^"


def _printable(text: str) -> str:
    """Escape non-printable characters and shorten long texts."""
    cut = text if len(text) <= _MAX_TEXT_LENGTH else f"{text[:_MAX_TEXT_LENGTH]}..."
    if cut.isprintable():
        return cut
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in cut
    )


class ContractError(Exception):
    """The contract was rejected. Nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n\n".join(map(str, self.problems)))


class ExternalError(Exception):
    """Something outside the tool failed, such as the disk or the database. The message says what to do."""


class UsageError(Exception):
    """The command cannot be executed as requested. The message says why, and what to do."""


_NOTE_PREFIX = "while "


@contextmanager
def during(what: str) -> Iterator[None]:
    """Add a note with the current step to an unexpected exception."""
    try:
        yield
    except Exception as error:
        error.add_note(f"{_NOTE_PREFIX}{what}")
        raise


def failed_step(error: Exception) -> str:
    """Return the innermost step that `during` has noted, or an empty string."""
    notes: list[str] = getattr(error, "__notes__", [])
    return next((note.removeprefix(_NOTE_PREFIX) for note in notes if note.startswith(_NOTE_PREFIX)), "")

"""What is wrong with a contract: where, what, why, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass

from typing_extensions import override

_LONGEST = 500  # letters of a message: a name in it may be as long as the contract
_WIDEST = 160  # letters of the contract's line: all of a contract may stand in one


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake at one place; `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    what: str
    fix: str = ""
    source: str = ""
    """The line of the contract that it is about."""

    def __post_init__(self) -> None:
        """What a contract says may be quoted: it can neither command a terminal nor look like more lines."""
        object.__setattr__(self, "what", _plain(self.what))
        object.__setattr__(self, "fix", "\n".join(map(_plain, self.fix.split("\n"))))

    @override
    def __str__(self) -> str:
        """Print as a compiler does: the place, the mistake, the line with a caret, what to do."""
        lines = [f"{self.file}:{self.line}:{self.column}: {self.what}"]
        if self.source:
            start = max(0, self.column - 1 - _WIDEST // 2)
            shown = "".join(
                letter if letter.isprintable() else " " for letter in self.source[start : start + _WIDEST]
            )
            lines += [f"  {shown}", f"  {' ' * (self.column - 1 - start)}^"]
        if self.fix:
            lines += [f"  {line}" for line in self.fix.splitlines()]
        return "\n".join(lines)


def _plain(text: str) -> str:
    """A text in which every letter can be seen, and not too many of them."""
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in cut
    )


class ContractError(Exception):
    """A contract that cannot become a service. Nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n\n".join(map(str, self.problems)))


class Failed(Exception):
    """Something outside the tool went wrong; the message says what and what to do."""


class UsageError(Exception):
    """The tool cannot do what it was asked to; the message says why and what to do."""

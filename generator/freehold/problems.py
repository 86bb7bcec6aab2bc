"""What is wrong with a contract: where, what, why, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from typing_extensions import override

Level = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake at one place; `line` and `column` count from 1, in Unicode characters."""

    file: str
    line: int
    column: int
    what: str
    fix: str = ""
    source: str = ""
    """The line of the contract that it is about."""
    code: str = ""
    """Names the rule, for good: `freehold explain` tells its story."""
    level: Level = "error"
    """A warning does not keep the service from being made."""

    @override
    def __str__(self) -> str:
        """Print as a compiler does: the place, the mistake, the line with a caret, what to do."""
        kind = f"{self.level}[{self.code}]" if self.code else self.level
        lines = [f"{self.file}:{self.line}:{self.column}: {kind}: {self.what}"]
        if self.source:
            shown = self.source.replace("\t", " ")
            lines += [f"  {shown}", f"  {' ' * (self.column - 1)}^"]
        if self.fix:
            lines += [f"  {line}" for line in self.fix.splitlines()]
        return "\n".join(lines)


class ContractError(Exception):
    """A contract that cannot become a service. Nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n\n".join(map(str, self.problems)))


class Failed(Exception):
    """Something outside the tool went wrong; the message says what and what to do."""


class UsageError(Exception):
    """The tool cannot do what it was asked to; the message says why and what to do."""

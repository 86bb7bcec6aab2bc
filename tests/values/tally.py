"""What became of many cases, as a table."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


def _general(problem: str) -> str:
    """What a problem says without the names that it is about."""
    text = re.sub(r"\b[vV]\d+(D\d+)?\b", "v", problem)
    text = re.sub(r"Group\d+", "a resource", text)
    text = re.sub(r"\$ref:? \S+", "$ref ...", text)
    text = re.sub(r"additionalProperties: .*(?= is not one of)", "additionalProperties: ...", text)
    return re.sub(r"^(FH\d+): [^ :]+: (true|false) ", r"\1: ...: \2 ", text)


@dataclass
class Tally:
    """How many cases agreed, were refused, were beyond storage, or differed."""

    agreed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Cases by the reason for which the schema was refused."""
    unlisted: Counter[str] = field(default_factory=Counter)
    """Cases whose schema was refused for no reason on the list, by the problem."""
    beyond_storage: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    """The cases that were answered 5xx. They are among the differing ones."""
    messages: dict[str, Counter[str]] = field(default_factory=dict)
    """What the tool said of the refused schemas, by reason."""

    @property
    def cases(self) -> int:
        return self.agreed + self.refusals + self.beyond_storage.total() + len(self.differing)

    @property
    def refusals(self) -> int:
        return self.refused.total() + self.unlisted.total()

    def refuse(self, cases: int, reason: str | None, problems: list[str]) -> None:
        """Counts the cases of a schema that was refused."""
        text = _general(problems[0])
        if reason is None:
            self.unlisted[text] += cases
        else:
            self.refused[reason] += cases
            self.messages.setdefault(reason, Counter()).update({text: cases})

    def differ(self, what: str, *, failed: bool) -> None:
        """Notes a case that came out differently."""
        self.differing.append(what)
        if failed:
            self.failed.append(what)

    def lines(self, title: str) -> Iterator[str]:
        """The table, then the names of the cases that differ."""
        yield f"\n{title}"
        rows: Mapping[str, int] = {
            "cases": self.cases,
            "agreed": self.agreed,
            "refused": self.refusals,
            "beyond storage": self.beyond_storage.total(),
            "differing": len(self.differing),
            "  of them 5xx": len(self.failed),
        }
        yield from (f"  {count:6}  {name}" for name, count in rows.items())
        yield from self._reasons()
        yield from (f"  differs: {what}" for what in self.differing)

    def _reasons(self) -> Iterator[str]:
        for reason, count in self.refused.most_common():
            yield f"  refused, on the list: {count:4}  {reason}"
            yield from (f"      {part:4}  {text}" for text, part in self.messages[reason].most_common(4))
        for text, count in self.unlisted.most_common():
            yield f"  refused, NOT on the list: {count:4}  {text}"
        for text, count in self.beyond_storage.most_common():
            yield f"  beyond storage: {count:4}  {text}"

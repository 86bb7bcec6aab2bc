"""What a client returns, in one shape for every generator, and what a scenario expects of it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

URL, ALICE, BOB = (os.environ[name] for name in ("URL", "ALICE", "BOB"))

Body = TypeVar("Body")
Body_co = TypeVar("Body_co", covariant=True)


class Problem(Protocol):
    """Problem details (RFC 9457), as the classes of a generator must have them."""

    @property
    def title(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def detail(self) -> str: ...


@dataclass(frozen=True)
class Answer(Generic[Body_co]):
    """An answer: its body, or a problem with the places of its faults."""

    status: int
    headers: Mapping[str, str]
    body: Body_co | None = None
    problem: Problem | None = None
    faults: Sequence[str] = ()
    """Of each fault, the JSON pointer into the body, or the name of a parameter."""


def succeeds(answer: Answer[Body], status: int) -> Body:
    """Returns the body of an answer that has this status."""
    assert answer.problem is None, (answer.problem.code, answer.problem.detail)
    assert answer.status == status
    assert answer.body is not None
    return answer.body


def is_empty(answer: Answer[None], status: int) -> None:
    assert (answer.status, answer.problem) == (status, None)


def fails(answer: Answer[Body], status: int, code: str, at: str | None = None) -> None:
    """Expects a problem, whose first fault is at this place."""
    assert answer.body is None
    assert answer.problem is not None
    assert (answer.status, answer.problem.status, answer.problem.code) == (status, status, code)
    assert next(iter(answer.faults), None) == at

"""Users of the service under test, what they send, and what they get."""

import random
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property

import httpx

from freehold.contract.samples import identities
from freehold.ground.varying_parts import without_varying_parts
from freehold.testing.service import Service

TIMEOUT = 30.0  # seconds, for machines that are busy
_LONG_ENOUGH = 8  # characters of an id that stands in no text by chance
_LONGEST = 300  # characters of a body that a message quotes


@dataclass(frozen=True)
class User:
    """A user with a token."""

    name: str
    """What messages call the user."""
    subject: str
    """The owner of the user's rows."""
    client: httpx.Client = field(repr=False)
    known: set[str] = field(default_factory=set, repr=False, compare=False)
    """Words that only answers to this user may have: ids of rows, and words that are in their texts."""

    def know(self, *values: object) -> None:
        """Remember ids and other texts of the user's rows, but for those that others can have by chance."""
        texts = (value for value in values if isinstance(value, str))
        self.known.update(text for text in texts if len(text) >= _LONG_ENOUGH)


@dataclass(frozen=True)
class Exchange:
    """A request of a user, and its answer."""

    user: str
    request: str
    """The method, the path and the query."""
    sent: str
    """All texts of the request, to tell echoes from leaks."""
    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body of the answer, without what differs in every answer."""
        return self._comparable[1]

    @property
    def visible_headers(self) -> dict[str, str]:
        """The headers, without those that differ in every answer."""
        return self._comparable[0]

    @cached_property
    def _comparable(self) -> tuple[dict[str, str], str]:
        path = self.request.partition(" ")[2].partition("?")[0]
        text = self.content.decode(errors="replace")
        return without_varying_parts(text, self.status, self.headers, path)

    @property
    def visible(self) -> tuple[object, ...]:
        """All that the user can see, without what differs in every answer."""
        return self.status, self.visible_headers, self.text

    def describe(self) -> str:
        """Return the exchange as lines of a message."""
        body = self.text if len(self.text) <= _LONGEST else f"{self.text[:_LONGEST]} ..."
        return f"  {self.user:<7} {self.request}\n          {self.status} {body}".rstrip()


class Users:
    """Creates users, and closes their clients."""

    def __init__(self, service: Service, stack: ExitStack) -> None:
        self._service, self._stack = service, stack
        self.all: list[User] = []

    def create(self, name: str) -> User:
        """Create a user who has a token with every claim and every scope of the contract."""
        subject = identities.new_subject(self._service.contract, random.SystemRandom())
        created = User(name, subject, self._client(self._service.auth_headers(subject)), {subject})
        self.all.append(created)
        return created

    def with_headers(self, user: User, name: str, headers: Mapping[str, str]) -> User:
        """Return the same user, who sends these headers instead of the token, under another name."""
        return User(name, user.subject, self._client(headers), user.known)

    def others_words(self, user: User) -> Iterator[tuple[User, str]]:
        """Yield each word that no answer to this user may have, with the user whose word it is."""
        for other in self.all:
            if other.subject != user.subject:
                yield from ((other, word) for word in sorted(other.known))

    def _client(self, headers: Mapping[str, str]) -> httpx.Client:
        # no certificates are read for plain HTTP: each client would take 20 ms to do so
        plain = httpx.Client(
            base_url=self._service.url,
            headers=headers,
            timeout=TIMEOUT,
            verify=False,  # noqa: S501
        )
        return self._stack.enter_context(plain)

"""The public keys of an issuer, fetched from one fixed address and kept current (RFC 7517, 5)."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from ..event_log import security
from ..http.problems import Problem
from .compact_jws import Compact, Refused
from .signing_keys import Key, KeySet, key_set

_log = logging.getLogger(__name__)
_LARGEST = 64 * 1024  # bytes


@dataclass(frozen=True)
class Pace:
    """How often and how long to ask, in seconds."""

    refresh: float = 300.0
    """Between two fetches in the background, give or take a tenth."""
    retry: float = 5.0
    """After a fetch in the background that failed."""
    limit: float = 2.0
    """For one fetch, all of it."""
    cooldown: float = 30.0
    """Between two fetches that an unknown key asked for."""
    pause: float = 1.0
    """Between two fetches that requests asked for when there has never been a key."""


class KeysMissing(Problem):
    """The keys were never fetched, so that nobody can say whether the token is good."""

    def __init__(self) -> None:
        super().__init__(503, "Tokens cannot be verified at the moment.", headers={"Retry-After": "1"})


class Jwks:
    """The keys at `url`. The last good ones are kept for as long as there are no newer ones."""

    def __init__(self, url: str, changed: Callable[[], None], pace: Pace | None = None) -> None:
        self._url = url
        self._changed = changed
        self._pace = pace or Pace()
        self._trust = httpx.create_ssl_context(trust_env=False) if url.startswith("https:") else False
        self._keys: KeySet | None = None
        self._flight: asyncio.Task[bool] | None = None
        self._asked = self._ended = float("-inf")

    async def find(self, token: Compact) -> Sequence[Key]:
        """The keys with the id that the token names. Raises KeysMissing when none were ever fetched."""
        if token.key_id is None:
            raise Refused("no kid")
        if self._keys is None:
            await self._first()
        found = (self._keys or {}).get(token.key_id, ())
        if not found and self._may_ask():
            await self.fetch()
            found = (self._keys or {}).get(token.key_id, ())
        return found

    async def _first(self) -> None:
        if self._flight or time.monotonic() - self._ended >= self._pace.pause:
            await self.fetch()
        if self._keys is None:
            security.warning("token_unverified: there are no keys yet")
            raise KeysMissing

    def _may_ask(self) -> bool:
        """Whether an unknown key is a reason to fetch: one fetch is enough for all that come soon after."""
        if self._flight:
            return True
        now = time.monotonic()
        if now - self._asked < self._pace.cooldown:
            return False
        self._asked = now
        return True

    async def fetch(self) -> bool:
        """Fetch, or wait for the fetch that is under way; whether it brought keys."""
        if self._flight is None:
            self._flight = asyncio.create_task(self._fetched())
        return await asyncio.shield(self._flight)

    async def _fetched(self) -> bool:
        try:
            async with asyncio.timeout(self._pace.limit):
                content = await self._download()
            self._take(key_set(content))
        except Exception as error:  # noqa: BLE001 - an issuer that fails must not take the service with it
            reason = str(error) if isinstance(error, Refused) else type(error).__name__
            _log.warning("keys_not_fetched: %s", reason)
            return False
        finally:
            self._ended = time.monotonic()
            self._flight = None
        return True

    def _take(self, keys: KeySet) -> None:
        if keys != self._keys:
            self._keys = keys
            self._changed()
            _log.info("keys_changed: there are %d now", sum(map(len, keys.values())))

    async def _download(self) -> bytes:
        """What is at the address. No redirect, no proxy, nothing that unpacks to more than was sent."""
        content = bytearray()
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        async with (
            httpx.AsyncClient(verify=self._trust, trust_env=False, timeout=self._pace.limit) as client,
            client.stream("GET", self._url, headers=headers, follow_redirects=False) as response,
        ):
            if response.status_code != HTTPStatus.OK:
                raise Refused(f"the answer was {response.status_code}")
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise Refused("the answer was packed")
            async for chunk in response.aiter_raw():
                content += chunk
                if len(content) > _LARGEST:
                    raise Refused("the answer was too large")
        return bytes(content)

    @asynccontextmanager
    async def current(self) -> AsyncIterator[None]:
        """Keep the keys current in the background."""
        task = asyncio.create_task(self._refresh())
        try:
            yield
        finally:
            for running in filter(None, (task, self._flight)):
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running

    async def _refresh(self) -> None:
        while True:
            good = await self.fetch()
            wait = self._pace.refresh if good else min(self._pace.retry, self._pace.refresh)
            apart = random.uniform(0.9, 1.1)  # noqa: S311 - so that many processes do not march in step
            await asyncio.sleep(wait * apart)

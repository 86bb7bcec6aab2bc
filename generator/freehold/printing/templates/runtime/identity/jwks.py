"""Fetches the public keys of an issuer from a fixed URL and keeps them current (RFC 7517, 5)."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus

from ..event_log import security_events
from ..http.problems import Unavailable
from .compact_jws import CompactJws, InvalidToken
from .signing_keys import KeySet, VerificationKey, parse_jwk_set

_log = logging.getLogger(__name__)
_MAX_SIZE = 64 * 1024  # bytes


@dataclass(frozen=True)
class FetchSchedule:
    """Intervals and timeouts of fetching keys, in seconds."""

    refresh: float = 300.0
    """The interval of fetches in the background, plus or minus a tenth."""
    retry: float = 5.0
    """The delay after a failed fetch in the background."""
    timeout: float = 2.0
    """The timeout of a whole fetch."""
    cooldown: float = 30.0
    """The minimum time between two fetches because of an unknown key."""
    initial_cooldown: float = 1.0
    """The minimum time between two fetches while no keys have been fetched yet."""


class KeysUnavailable(Unavailable):
    """503: the keys have not been fetched yet, so that no token can be verified."""

    def __init__(self) -> None:
        super().__init__("Tokens cannot be verified at the moment.")


class JwksClient:
    """The keys at `url`. If a fetch fails, the last ones stay valid."""

    def __init__(
        self, url: str, on_change: Callable[[], None], schedule: FetchSchedule | None = None
    ) -> None:
        self._url = url
        self._on_change = on_change
        self._schedule = schedule or FetchSchedule()
        import httpx  # noqa: PLC0415 - it takes 50 ms, and a service with a shared secret fetches no keys

        self._http = httpx
        self._tls_context = httpx.create_ssl_context(trust_env=False) if url.startswith("https:") else False
        self._keys: KeySet | None = None
        self._fetch_task: asyncio.Task[bool] | None = None
        self._last_lookup_fetch = self._last_fetch_end = float("-inf")

    async def find(self, token: CompactJws) -> Sequence[VerificationKey]:
        """The keys with the id in the token. Raises KeysUnavailable if none have been fetched yet."""
        if token.key_id is None:
            raise InvalidToken("no kid")
        if self._keys is None:
            await self._fetch_initial()
        keys = (self._keys or {}).get(token.key_id, ())
        if not keys and self._may_fetch():
            await self.fetch()
            keys = (self._keys or {}).get(token.key_id, ())
        return keys

    async def _fetch_initial(self) -> None:
        if self._fetch_task or time.monotonic() - self._last_fetch_end >= self._schedule.initial_cooldown:
            await self.fetch()
        if self._keys is None:
            security_events.log("token_unverified", "there are no keys yet")
            raise KeysUnavailable

    def _may_fetch(self) -> bool:
        """Whether an unknown key triggers a fetch: one fetch serves all that arrive during the cooldown."""
        if self._fetch_task:
            return True
        now = time.monotonic()
        if now - self._last_lookup_fetch < self._schedule.cooldown:
            return False
        self._last_lookup_fetch = now
        return True

    async def fetch(self) -> bool:
        """Fetch the keys, or wait for the fetch that is in progress. Returns whether it succeeded."""
        if self._fetch_task is None:
            self._fetch_task = asyncio.create_task(self._fetch_once())
        return await asyncio.shield(self._fetch_task)

    async def _fetch_once(self) -> bool:
        try:
            async with asyncio.timeout(self._schedule.timeout):
                content = await self._download()
            self._replace(parse_jwk_set(content))
        except Exception as error:  # noqa: BLE001 - a failing issuer must not fail the service
            reason = str(error) if isinstance(error, InvalidToken) else type(error).__name__
            _log.warning("keys_not_fetched: %s", reason)
            return False
        finally:
            self._last_fetch_end = time.monotonic()
            self._fetch_task = None
        return True

    def _replace(self, keys: KeySet) -> None:
        if keys != self._keys:
            self._keys = keys
            self._on_change()
            _log.info("keys_changed: there are %d now", sum(map(len, keys.values())))

    async def _download(self) -> bytes:
        """Download the key set, without redirects, proxies and compression."""
        content = bytearray()
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        async with (
            self._http.AsyncClient(
                verify=self._tls_context, trust_env=False, timeout=self._schedule.timeout
            ) as client,
            client.stream("GET", self._url, headers=headers, follow_redirects=False) as response,
        ):
            if response.status_code != HTTPStatus.OK:
                raise InvalidToken(f"the answer was {response.status_code}")
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise InvalidToken("the answer was packed")
            async for chunk in response.aiter_raw():
                content += chunk
                if len(content) > _MAX_SIZE:
                    raise InvalidToken("the answer was too large")
        return bytes(content)

    @asynccontextmanager
    async def refreshing_keys(self) -> AsyncIterator[None]:
        """Refresh the keys in the background."""
        task = asyncio.create_task(self._refresh_forever())
        try:
            yield
        finally:
            for background_task in filter(None, (task, self._fetch_task)):
                background_task.cancel()
                with suppress(asyncio.CancelledError):
                    await background_task

    async def _refresh_forever(self) -> None:
        while True:
            succeeded = await self.fetch()
            delay = self._schedule.refresh if succeeded else min(self._schedule.retry, self._schedule.refresh)
            jitter = random.uniform(0.9, 1.1)  # noqa: S311 - not a secret
            await asyncio.sleep(delay * jitter)

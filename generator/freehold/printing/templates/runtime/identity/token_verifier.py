"""Verifies tokens: the signature first, then every claim that the service relies on (RFC 7519, RFC 8725)."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic_core import from_json

from ..event_log import security
from ..http.problems import Unauthorized
from ..settings.service_settings import Settings
from .compact_jws import Compact, Refused, json_object, split
from .jwks import Jwks, KeysMissing, Pace
from .signing_keys import Keys, SharedSecrets
from .token_cache import TokenCache, Verified

_LEEWAY = 10  # seconds that two clocks may differ
_LONGEST_SUBJECT = 255  # characters; what an owner column holds

Claims = dict[str, Any]


class Tokens:
    """Verifies tokens with one kind of key. Whatever is wrong with a token is the same 401."""

    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.auth_issuer
        self._audience = settings.auth_audience
        self._longest = settings.auth_max_lifetime
        self._cache = TokenCache()
        url = settings.auth_jwks_url
        self._jwks = Jwks(url, self._cache.clear, Pace(refresh=settings.auth_jwks_refresh)) if url else None
        self._keys: Keys = self._jwks or SharedSecrets(settings.secrets())

    @asynccontextmanager
    async def current(self) -> AsyncIterator[None]:
        """Keep the keys current while the service runs."""
        if self._jwks is None:
            yield
        else:
            async with self._jwks.current():
                yield

    async def claims(self, token: str) -> Claims:
        """What a token says. Raises Unauthorized (why is in the log, the token is not) or KeysMissing.

        Each call gives claims of its own: what a handler does to them is seen by nobody else.
        """
        known = self._cache.get(token)
        if known is not None:
            said: Claims = from_json(known)
            return said
        try:
            return await self._verified(token)
        except KeysMissing:
            raise
        except Exception as error:  # noqa: BLE001 - what fails in a way nobody thought of is not verified
            reason = str(error) if isinstance(error, Refused) else type(error).__name__
            security.warning("token_refused: %s", reason)
            raise Unauthorized(sent=True) from None

    async def _verified(self, token: str) -> Claims:
        parts = split(token)
        keys = await self._keys.find(parts)
        # From here on nothing waits: keys that change in between would leave a stale token in the cache.
        if not any(key.proves(parts) for key in keys):
            raise Refused("no key of ours proves it")
        claims = _claims(parts)
        starts, expires = self._period(claims)
        self._check_parties(claims)
        clean(claims.get("sub"))
        self._cache.put(token, Verified(parts.payload, starts - _LEEWAY, expires + _LEEWAY))
        return claims

    def _period(self, claims: Claims) -> tuple[int, int]:
        """When the token holds. Raises Refused when that is not now, or for too long."""
        issued, expires = _seconds(claims, "iat"), _seconds(claims, "exp")
        starts = max(issued, _seconds(claims, "nbf")) if "nbf" in claims else issued
        if expires - issued > self._longest:
            raise Refused("lives too long")
        if not starts - _LEEWAY <= time.time() < expires + _LEEWAY:
            raise Refused("expired, or not valid yet")
        return starts, expires

    def _check_parties(self, claims: Claims) -> None:
        """RFC 8725, 3.8 and 3.9: a token of this issuer, for this API and for nobody else."""
        if self._issuer is not None and claims.get("iss") != self._issuer:
            raise Refused("another issuer")
        if claims.get("aud") != self._audience:
            raise Refused("another audience")


def _claims(parts: Compact) -> Claims:
    """The claims as they will be read again from the cache."""
    json_object(parts.payload)
    found: Claims = from_json(parts.payload, allow_inf_nan=False)
    return found


def _seconds(claims: Claims, name: str) -> int:
    value = claims.get(name)
    if type(value) is not int or value < 0:  # a bool is an int, and says no time
        raise Refused(f"{name} is not a time")
    return value


def clean(text: object) -> str:
    """A claim that names somebody: 1 to 255 printable characters, no space around them. Raises Refused."""
    if not isinstance(text, str) or not 1 <= len(text) <= _LONGEST_SUBJECT:
        raise Refused("a name that is not a string of 1 to 255 characters")
    if not text.isprintable() or text != text.strip():
        raise Refused("a name that is not clean")
    return text

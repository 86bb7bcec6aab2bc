"""Verifies tokens: the signature first, then every claim that the service relies on (RFC 7519, RFC 8725).

A client is told why its token is invalid only after the signature has held: then it is the issuer's.
"""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from pydantic_core import from_json

from ..event_log import security_events
from ..http.problems import RejectedToken
from ..settings.service_settings import Settings
from .compact_jws import CompactJws, InvalidClaims, InvalidToken, json_object, parse_compact_jws
from .jwks import FetchSchedule, JwksClient, KeysUnavailable
from .signing_keys import KeySource, SharedSecrets
from .token_cache import TokenCache, VerifiedToken

_CLOCK_LEEWAY = 10  # seconds of clock skew
_MAX_NAME_LENGTH = 255  # characters; the length of an owner column

Claims = Mapping[str, Any]
"""The claims of a token. Nobody can change them."""


class TokenVerifier:
    """Verifies tokens with one kind of key. All without a valid signature get the same 401."""

    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.auth_issuer
        self._audience = settings.auth_audience
        self._max_lifetime = settings.auth_max_lifetime
        self._cache = TokenCache()
        url = settings.auth_jwks_url
        self._jwks = (
            JwksClient(url, self._cache.clear, FetchSchedule(refresh=settings.auth_jwks_refresh))
            if url
            else None
        )
        self._keys: KeySource = self._jwks or SharedSecrets(settings.secrets())

    @asynccontextmanager
    async def refreshing_keys(self) -> AsyncIterator[None]:
        """Refresh the keys in the background while the service runs."""
        if self._jwks is None:
            yield
        else:
            async with self._jwks.refreshing_keys():
                yield

    async def verify(self, token: bytes) -> VerifiedToken:
        """A valid token. Raises RejectedToken or KeysUnavailable."""
        try:
            return self._cache.get(token) or await self._verify(token)
        except KeysUnavailable:
            raise
        except InvalidClaims as error:
            security_events.log("token_refused", str(error))
            raise RejectedToken(error.code, str(error)) from None
        except Exception as error:  # noqa: BLE001 - a token is invalid after any unexpected error
            reason = str(error) if isinstance(error, InvalidToken) else type(error).__name__
            security_events.log("token_refused", reason)
            raise RejectedToken from None

    async def _verify(self, token: bytes) -> VerifiedToken:
        jws = parse_compact_jws(token.decode("latin-1"))
        keys = await self._keys.find(jws)
        # No `await` from here on: if the keys changed in between, a stale token would be cached.
        if not any(key.verifies(jws) for key in keys):
            raise InvalidToken("no key of ours proves it")
        claims = _claims(jws)
        valid_from, valid_until = self._validity(claims)
        self._check_parties(claims)
        subject = _check_subject(claims)
        verified = VerifiedToken(
            jws.payload, subject, valid_from - _CLOCK_LEEWAY, valid_until + _CLOCK_LEEWAY
        )
        self._cache.put(token, verified)
        return verified

    def _validity(self, claims: Claims) -> tuple[int, int]:
        """The validity of the token. Raises InvalidClaims if it is not valid now, or for too long."""
        issued_at, valid_until = _numeric_date(claims, "iat"), _numeric_date(claims, "exp")
        valid_from = max(issued_at, _numeric_date(claims, "nbf")) if "nbf" in claims else issued_at
        if valid_until - issued_at > self._max_lifetime:
            raise InvalidClaims("token_lifetime")
        now = time.time()
        if now >= valid_until + _CLOCK_LEEWAY:
            raise InvalidClaims("token_expired")
        if now < valid_from - _CLOCK_LEEWAY:
            raise InvalidClaims("token_not_yet_valid")
        return valid_from, valid_until

    def _check_parties(self, claims: Claims) -> None:
        """Check issuer and audience (RFC 8725, 3.8 and 3.9)."""
        if self._issuer is not None and _required(claims, "iss") != self._issuer:
            raise InvalidClaims("wrong_issuer")
        audience = claims.get("aud") if self._audience is None else _required(claims, "aud")
        if audience != self._audience:
            raise InvalidClaims("wrong_audience")


def _claims(jws: CompactJws) -> Claims:
    """Parse the claims in the same way as from the cache. Raises InvalidClaims."""
    try:
        json_object(jws.payload)
        parsed_claims: Claims = from_json(jws.payload, allow_inf_nan=False)
    except (InvalidToken, ValueError, RecursionError):
        raise InvalidClaims("malformed_claims") from None
    return parsed_claims


def _numeric_date(claims: Claims, name: str) -> int:
    value = _required(claims, name)
    if type(value) is not int or value < 0:  # a bool is an int in Python
        raise InvalidClaims("invalid_claim", name)
    return value


def _check_subject(claims: Claims) -> str:
    try:
        return check_name_claim(_required(claims, "sub"))
    except InvalidClaims:
        raise
    except InvalidToken:
        raise InvalidClaims("invalid_claim", "sub") from None


def _required(claims: Claims, name: str) -> object:
    if name not in claims:
        raise InvalidClaims("missing_claim", name)
    return claims[name]


def check_name_claim(text: object) -> str:
    """Check a claim that names a user: 1 to 255 printable characters, trimmed. Raises InvalidToken."""
    if not isinstance(text, str) or not 1 <= len(text) <= _MAX_NAME_LENGTH:
        raise InvalidToken("a name that is not a string of 1 to 255 characters")
    if not text.isprintable() or text != text.strip():
        raise InvalidToken("a name that is not clean")
    return text

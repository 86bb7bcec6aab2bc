"""Who is asking: bearer tokens (RFC 6750), JSON Web Tokens signed with HS256 (RFC 7519, RFC 8725)."""

import logging
import re
from typing import Annotated, Any

import jwt
from fastapi import Depends
from starlette.requests import Request

from .problems import Unauthorized
from .settings import Settings

_COMPACT = re.compile(r"[A-Za-z0-9_-]{1,2048}\.[A-Za-z0-9_-]{1,8192}\.[A-Za-z0-9_-]{1,1024}")
_ALGORITHM = "HS256"
_LEEWAY = 10  # seconds that two clocks may differ
_LONGEST_SUBJECT = 255  # characters; what an owner column holds

_log = logging.getLogger(__name__)


class Tokens:
    """Verifies tokens: one algorithm, one secret. Whatever is wrong with a token is the same 401."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.better_auth_secret.get_secret_value()
        self._issuer = settings.auth_issuer
        self._audience = settings.auth_audience
        self._jwt = jwt.PyJWT(options={"enforce_minimum_key_length": True})

    def owner(self, token: str) -> str:
        """The subject of a token. Raises Unauthorized; why is in the log, the token is not."""
        try:
            return _subject(self._claims(token))
        except Exception as error:  # noqa: BLE001 - what fails in a way nobody thought of is not verified
            _log.info("token_refused: %s", type(error).__name__)
            raise Unauthorized(sent=True) from None

    def _claims(self, token: str) -> dict[str, Any]:
        if not _COMPACT.fullmatch(token):
            raise jwt.DecodeError("not in compact form")
        return self._jwt.decode(
            token,
            self._secret,
            algorithms=[_ALGORITHM],
            issuer=self._issuer,
            audience=self._audience,
            leeway=_LEEWAY,
            options={"require": ["exp", "iat", "sub"], "strict_aud": self._audience is not None},
        )


def _subject(claims: dict[str, Any]) -> str:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 1 <= len(subject) <= _LONGEST_SUBJECT:
        raise jwt.InvalidTokenError("not a string of 1 to 255 characters")
    if not subject.isprintable() or subject != subject.strip():
        raise jwt.InvalidTokenError("not a clean string")
    return subject


def owner(request: Request) -> str:
    """The owner whose token came with the request. Raises Unauthorized."""
    sent = request.headers.getlist("Authorization")
    if not sent:
        raise Unauthorized(sent=False)
    scheme, _, token = sent[0].partition(" ")
    if len(sent) > 1 or scheme.lower() != "bearer":
        raise Unauthorized(sent=True)
    tokens = request.app.state.tokens
    assert isinstance(tokens, Tokens)  # noqa: S101 - tells the type checker what `create_app` put there
    return tokens.owner(token)


Owner = Annotated[str, Depends(owner)]
"""Whose rows a request is about: for hand-written routes too."""

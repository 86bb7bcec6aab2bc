"""Who is asking: bearer tokens (RFC 6750), JSON Web Tokens signed with HS256 (RFC 7519, RFC 8725)."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

import jwt
from fastapi import Depends
from starlette.requests import Request

from .problems import Forbidden, NotFound, Unauthorized, security
from .settings import Settings

_COMPACT = re.compile(r"[A-Za-z0-9_-]{1,2048}\.[A-Za-z0-9_-]{1,8192}\.[A-Za-z0-9_-]{1,1024}")
_ALGORITHM = "HS256"
_LEEWAY = 10  # seconds that two clocks may differ
_LONGEST_SUBJECT = 255  # characters; what an owner column holds

Claims = dict[str, Any]
T = TypeVar("T")


class Tokens:
    """Verifies tokens: one algorithm, one secret. Whatever is wrong with a token is the same 401."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.better_auth_secret.get_secret_value()
        self._issuer = settings.auth_issuer
        self._audience = settings.auth_audience
        self._longest = settings.auth_max_lifetime
        self._jwt = jwt.PyJWT(options={"enforce_minimum_key_length": True})

    def claims(self, token: str) -> Claims:
        """What a token says. Raises Unauthorized; why is in the log, the token is not."""
        try:
            claims = self._decoded(token)
            _check_lifetime(claims, self._longest)
            _clean(claims["sub"])
        except Exception as error:  # noqa: BLE001 - what fails in a way nobody thought of is not verified
            security.warning("token_refused: %s", type(error).__name__)
            raise Unauthorized(sent=True) from None
        return claims

    def _decoded(self, token: str) -> Claims:
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


def _check_lifetime(claims: Claims, longest: int) -> None:
    if claims["exp"] - claims["iat"] > longest:
        raise jwt.InvalidTokenError("lives too long")


def _clean(text: object) -> str:
    """A claim that names somebody: 1 to 255 printable characters, no space around them."""
    if not isinstance(text, str) or not 1 <= len(text) <= _LONGEST_SUBJECT:
        raise jwt.InvalidTokenError("not a string of 1 to 255 characters")
    if not text.isprintable() or text != text.strip():
        raise jwt.InvalidTokenError("not a clean string")
    return text


def claims(request: Request) -> Claims:
    """What the token that came with the request says. Raises Unauthorized."""
    known: Claims | None = getattr(request.state, "claims", None)
    if known is None:
        known = request.state.claims = _sent(request)
    return known


def _sent(request: Request) -> Claims:
    sent = request.headers.getlist("Authorization")
    if not sent:
        raise Unauthorized(sent=False)
    scheme, _, token = sent[0].partition(" ")
    if len(sent) > 1 or scheme.lower() != "bearer":
        raise Unauthorized(sent=True)
    tokens = request.app.state.tokens
    assert isinstance(tokens, Tokens)  # noqa: S101 - tells the type checker what `create_app` put there
    return tokens.claims(token)


def owner_by(claim: str, parse: Callable[[str], T]) -> Callable[[Request], T]:
    """A dependency: the owner that a claim names, as `str` or as `UUID`. It raises Unauthorized."""

    def owner(request: Request) -> T:
        try:
            said = _clean(claims(request).get(claim))
            found = parse(said)
            if str(found) != said:
                raise jwt.InvalidTokenError("not in its canonical form")
        except (jwt.InvalidTokenError, ValueError):
            security.warning("token_refused: its %s names nobody", claim)
            raise Unauthorized(sent=True) from None
        return found

    return owner


def owner_in_path(parameter: str, claim: str, status: int) -> Callable[[Request], None]:
    """A dependency: the path names the owner of the token, or the answer is `status`, and no more is read."""

    def check(request: Request) -> None:
        said = claims(request).get(claim)
        if request.path_params[parameter] != said:
            security.warning("owner_mismatch")
            raise NotFound if status == HTTPStatus.NOT_FOUND else Forbidden()

    return check


def requires(*scopes: str) -> Callable[[Request], None]:
    """A dependency: the token has all these scopes, in `scope` or `permissions`. It raises Forbidden."""

    def check(request: Request) -> None:
        said = claims(request)
        scope, permissions = said.get("scope", ""), said.get("permissions", [])
        held = {*(scope.split() if isinstance(scope, str) else ()), *map(str, permissions)}
        if not held.issuperset(scopes):
            raise Forbidden(missing=" ".join(scopes))

    return check


Owner = Annotated[str, Depends(owner_by("sub", str))]
"""Who is asking, for hand-written routes."""

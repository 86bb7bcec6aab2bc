"""Who is asking: bearer tokens (RFC 6750), as dependencies of routes."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import Depends
from starlette.requests import Request

from ..event_log import security
from ..http.problems import Forbidden, NotFound, Unauthorized
from ..http.rate_limit import RateLimit
from .compact_jws import Refused
from .token_verifier import Claims, Tokens, clean

T = TypeVar("T")


async def claims(request: Request) -> Claims:
    """What the token that came with the request says. Raises Unauthorized or TooOften."""
    known: Claims | None = getattr(request.state, "claims", None)
    if known is None:
        known = request.state.claims = await _sent(request)
        limit: RateLimit | None = request.app.state.rate_limit
        if limit is not None:
            await limit.count(known["sub"])
    return known


async def _sent(request: Request) -> Claims:
    sent = request.headers.getlist("Authorization")
    if not sent:
        raise Unauthorized(sent=False)
    scheme, _, token = sent[0].partition(" ")
    if len(sent) > 1 or scheme.lower() != "bearer":
        security.warning("token_refused: not one bearer token")
        raise Unauthorized(sent=True)
    tokens = request.app.state.tokens
    assert isinstance(tokens, Tokens)  # noqa: S101 - tells the type checker what `create_app` put there
    return await tokens.claims(token)


def owner_from_claim(claim: str, parse: Callable[[str], T]) -> Callable[[Request], Awaitable[T]]:
    """A dependency: the owner that a claim names, as `str` or as `UUID`. It raises Unauthorized."""

    async def owner(request: Request) -> T:
        said = (await claims(request)).get(claim)
        try:
            found = parse(clean(said))
            if str(found) != said:
                raise Refused("not in its canonical form")
        except (Refused, ValueError):
            security.warning("token_refused: its %s names nobody", claim)
            raise Unauthorized(sent=True) from None
        request.state.owner = found
        return found

    return owner


def require_owner_in_path(parameter: str, claim: str, status: int) -> Callable[[Request], Awaitable[None]]:
    """A dependency: the path names the owner of the token, or the answer is `status`, and no more is read."""

    async def check(request: Request) -> None:
        said = (await claims(request)).get(claim)
        if request.path_params[parameter] != said:
            security.warning("owner_mismatch")
            raise NotFound if status == HTTPStatus.NOT_FOUND else Forbidden()

    return check


def require_scopes(*scopes: str) -> Callable[[Request], Awaitable[None]]:
    """A dependency: the token has all these scopes, in `scope` or `permissions`. It raises Forbidden."""

    async def check(request: Request) -> None:
        said = await claims(request)
        scope, permissions = said.get("scope", ""), said.get("permissions", [])
        held = set(scope.split()) if isinstance(scope, str) else set()
        if isinstance(permissions, list):
            held.update(item for item in permissions if isinstance(item, str))
        if not held.issuperset(scopes):
            raise Forbidden(missing=" ".join(scopes))

    return check


Owner = Annotated[str, Depends(owner_from_claim("sub", str))]
"""Who is asking, for hand-written routes."""

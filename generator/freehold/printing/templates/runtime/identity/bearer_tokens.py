"""Bearer tokens (RFC 6750) as dependencies of routes: claims, owners and scopes."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import Depends
from starlette.requests import Request

from ..event_log import security
from ..http.problems import Forbidden, NotFound, RejectedToken, Unauthorized
from ..http.rate_limit import RateLimit
from .compact_jws import InvalidToken
from .token_verifier import Claims, TokenVerifier, check_name_claim

T = TypeVar("T")


async def claims(request: Request) -> Claims:
    """The verified claims of the request's token. Raises Unauthorized, RejectedToken or TooManyRequests."""
    claims_of_request: Claims | None = getattr(request.state, "claims", None)
    if claims_of_request is None:
        claims_of_request = request.state.claims = await _verify_token(request)
        limit: RateLimit | None = request.app.state.rate_limit
        if limit is not None:
            await limit.count(claims_of_request["sub"])
    return claims_of_request


def verified_claims(request: Request) -> Claims | None:
    """The claims of a request whose token was verified before, or None."""
    claims_of_request: Claims | None = getattr(request.state, "claims", None)
    return claims_of_request


async def _verify_token(request: Request) -> Claims:
    authorization = request.headers.getlist("Authorization")
    if not authorization:
        raise Unauthorized
    scheme, _, token = authorization[0].partition(" ")
    if len(authorization) > 1 or scheme.lower() != "bearer":
        security.warning("token_refused: not one bearer token")
        raise RejectedToken
    tokens = request.app.state.tokens
    assert isinstance(tokens, TokenVerifier)  # noqa: S101 - narrows the type for mypy
    return await tokens.claims(token.lstrip(" "))  # RFC 9110, 11.4: one space or more


def owner_from_claim(claim: str, parse: Callable[[str], T]) -> Callable[[Request], Awaitable[T]]:
    """A dependency that returns the owner from a claim, as `str` or `UUID`. It raises RejectedToken."""

    async def owner(request: Request) -> T:
        owner_value = request.state.owner = owner_of(await claims(request), claim, parse)
        return owner_value

    return owner


def owner_of(claims: Claims, claim: str, parse: Callable[[str], T]) -> T:
    """The owner that a claim names, as `str` or `UUID`. Raises RejectedToken."""
    claim_value = claims.get(claim)
    try:
        owner_value = parse(check_name_claim(claim_value))
        if str(owner_value) != claim_value:
            raise InvalidToken("not in its canonical form")
    except (InvalidToken, ValueError):
        security.warning("token_refused: its %s names nobody", claim)
        raise RejectedToken from None
    return owner_value


def require_owner_in_path(parameter: str, claim: str, status: int) -> Callable[[Request], Awaitable[None]]:
    """A dependency that compares the owner in the path with the token's; it raises NotFound or Forbidden."""

    async def check(request: Request) -> None:
        claim_value = (await claims(request)).get(claim)
        if request.path_params[parameter] != claim_value:
            security.warning("owner_mismatch")
            raise NotFound if status == HTTPStatus.NOT_FOUND else Forbidden()

    return check


def require_scopes(*scopes: str) -> Callable[[Request], Awaitable[None]]:
    """A dependency that requires all these scopes in `scope` or `permissions`. It raises Forbidden."""

    async def check(request: Request) -> None:
        token_claims = await claims(request)
        scope, permissions = token_claims.get("scope", ""), token_claims.get("permissions", [])
        granted = set(scope.split()) if isinstance(scope, str) else set()
        if isinstance(permissions, list):
            granted.update(item for item in permissions if isinstance(item, str))
        if not granted.issuperset(scopes):
            raise Forbidden(missing=" ".join(scopes))

    return check


Owner = Annotated[str, Depends(owner_from_claim("sub", str))]
"""The owner of the request, as a dependency of hand-written routes."""

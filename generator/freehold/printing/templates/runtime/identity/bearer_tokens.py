"""Bearer tokens (RFC 6750) as dependencies of routes: claims, owners and scopes."""

from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from starlette.requests import Request

from ..event_log import security_events
from ..http.problems import Forbidden, NotFound, RejectedToken, Unauthorized
from ..http.rate_limit import RateLimit
from .compact_jws import InvalidToken
from .integer_owners import INTEGERS, name_in_claim
from .token_cache import VerifiedToken
from .token_verifier import Claims, TokenVerifier, check_name_claim

_TOKEN, _CLAIMS = "token", "claims"
"""In the state of a request: its verified token, and its claims once somebody has asked for them."""
_SCOPES = "scopes"
TOKEN_VERIFIER, RATE_LIMIT = "token_verifier", "rate_limit"
"""In the state of a request: what the application verifies tokens with, and its limit or None."""

T = TypeVar("T")


async def verified_token(request: Request) -> VerifiedToken:
    """The valid token of a request. Raises Unauthorized, RejectedToken, Unavailable or TooManyRequests."""
    state: dict[str, Any] = request.scope["state"]
    if _TOKEN in state:
        token: VerifiedToken = state[_TOKEN]
        return token
    authorization: bytes | None = None
    is_repeated = False
    for name, value in request.scope["headers"]:
        if name == b"authorization":
            is_repeated, authorization = authorization is not None, value
    if authorization is None:
        raise Unauthorized
    scheme, _, sent = authorization.partition(b" ")
    if is_repeated or scheme.lower() != b"bearer":
        security_events.log("token_refused", "not one bearer token")
        raise RejectedToken
    verifier: TokenVerifier = state[TOKEN_VERIFIER]
    token = state[_TOKEN] = await verifier.verify(sent.lstrip(b" "))  # RFC 9110, 11.4: one space or more
    limit: RateLimit | None = state[RATE_LIMIT]
    if limit is not None:
        await limit.count(token.subject)
    return token


async def claims(request: Request) -> Claims:
    """The verified claims of the request's token, one object for the whole request. Raises the same."""
    await verified_token(request)
    claims_of_request = verified_claims(request)
    assert claims_of_request is not None  # noqa: S101 - narrows the type for mypy
    return claims_of_request


def verified_claims(request: Request) -> Claims | None:
    """The claims of a request whose token was verified before, or None."""
    state = request.scope["state"]
    if _CLAIMS not in state and _TOKEN in state:
        state[_CLAIMS] = state[_TOKEN].claims()
    claims_of_request: Claims | None = state.get(_CLAIMS)
    return claims_of_request


def owner_from_claim(claim: str, parse: Callable[[str], T]) -> Callable[[Request], Awaitable[T]]:
    """A dependency that returns the owner from a claim, as `parse` makes it. It raises RejectedToken."""

    async def owner(request: Request) -> T:
        token = await verified_token(request)
        owner_value = request.scope["state"]["owner"] = token.derive((claim, parse), owner_in)
        return owner_value

    def owner_in(claims: Claims) -> T:
        return owner_of(claims, claim, parse)

    return owner


def owner_of(claims: Claims, claim: str, parse: Callable[[str], T]) -> T:
    """The owner that a claim names, as `parse` makes it. Raises RejectedToken."""
    claim_value = claims.get(claim)
    try:
        if parse in INTEGERS:
            claim_value = name_in_claim(claim_value)
        owner_value = parse(check_name_claim(claim_value))
        if str(owner_value) != claim_value:
            raise InvalidToken("not in its canonical form")
    except (InvalidToken, ValueError):
        security_events.log("token_refused", f"its {claim} names nobody")
        raise RejectedToken from None
    return owner_value


def require_owner_in_path(parameter: str, claim: str, status: int) -> Callable[[Request], Awaitable[None]]:
    """A dependency that compares the owner in the path with the token's; it raises NotFound or Forbidden."""

    async def check(request: Request) -> None:
        token = await verified_token(request)
        if request.path_params[parameter] != name_in_claim(token.claims().get(claim)):
            security_events.log("owner_mismatch")
            raise NotFound if status == HTTPStatus.NOT_FOUND else Forbidden()

    return check


def require_scopes(
    *scopes: str, alternatives: Iterable[Iterable[str]] = ()
) -> Callable[[Request], Awaitable[None]]:
    """A dependency that requires all these scopes in `scope` or `permissions`, or all of an alternative.

    It raises Forbidden, which names `scopes`. Raises ValueError at once if an alternative has no scopes: it
    would let every token pass.

    Example: `Depends(require_scopes("tasks:write", alternatives=[["admin"]]))`
    """
    others = [[other] if isinstance(other, str) else other for other in alternatives]
    sufficient = [frozenset(scopes), *map(frozenset, others)]
    if others and not all(sufficient):
        raise ValueError("each alternative needs a scope")

    async def check(request: Request) -> None:
        token = await verified_token(request)
        if not any(map(token.derive(_SCOPES, _granted_scopes).issuperset, sufficient)):
            raise Forbidden(missing=" ".join(scopes))

    return check


def require_scopes_of_any_caller(
    *scopes: str, alternatives: Iterable[Iterable[str]] = ()
) -> Callable[[Request], Awaitable[None]]:
    """A dependency that requires the same of a token that is sent, and nothing without one."""
    required = require_scopes(*scopes, alternatives=alternatives)

    async def check(request: Request) -> None:
        if "Authorization" in request.headers:
            await required(request)

    return check


def _granted_scopes(claims: Claims) -> frozenset[str]:
    scope, permissions = claims.get("scope", ""), claims.get("permissions", [])
    granted = set(scope.split()) if isinstance(scope, str) else set()
    if isinstance(permissions, list):
        granted.update(item for item in permissions if isinstance(item, str))
    return frozenset(granted)


Owner = Annotated[str, Depends(owner_from_claim("sub", str))]
"""The owner of the request, as a dependency of hand-written routes."""

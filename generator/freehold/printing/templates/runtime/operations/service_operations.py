"""Operations that belong to no resource: they have the caller at hand, and no row of anybody else."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from copy import copy
from typing import Annotated, Self, TypeVar, final

from fastapi import Depends
from starlette.requests import Request

from ..database.database_user import DatabaseUser
from ..database.execution import Database
from ..http.problems import Unauthorized
from ..identity import bearer_tokens
from ..identity.token_verifier import Claims

T = TypeVar("T")


async def _claims_of_caller(request: Request) -> Claims:
    claims = await bearer_tokens.claims(request)
    request.state.owner = claims["sub"]
    return claims


CallerClaims = Annotated[Claims, Depends(_claims_of_caller)]
"""The verified claims of the token of a request. Without a valid token, the answer is 401."""


async def _claims_of_any_caller(request: Request) -> Claims | None:
    return await _claims_of_caller(request) if "Authorization" in request.headers else None


OptionalClaims = Annotated[Claims | None, Depends(_claims_of_any_caller)]
"""The verified claims of the token of a request, or None without a token. An invalid one is 401."""


class ServiceOperations(DatabaseUser):
    """The operations of a service that belong to no resource, for one request.

    Its repositories are those of the caller: all of their statements are restricted to rows of the caller.
    """

    def __init__(self, claims: Claims | None, database: Database) -> None:
        self._claims, self._database = claims, database

    @property
    @final
    def has_caller(self) -> bool:
        """Whether the request has a token. Without one, `claims`, `owner` and rows with owners raise."""
        return self._claims is not None

    @property
    @final
    def claims(self) -> Claims:
        """The verified claims of the token, read-only. Raises Unauthorized in a public operation."""
        if self._claims is None:
            raise Unauthorized
        return self._claims

    @property
    @final
    def owner(self) -> str:
        """The user who sends the request: the claim `sub`. Raises Unauthorized in a public operation."""
        return self._owner("sub", str)

    @final
    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Self]:
        """Run statements of several repositories atomically.

        The block gets the operations bound to the transaction; use their repositories instead of those of
        `self`. The transaction is committed when the block ends, and rolled back if it raises.

        Example:
            async with self.transaction() as service:
                await service.tasks.create_task(task)
                await service.labels.create_label(label)

        """
        async with self._database.transaction() as database:
            other = copy(self)
            other._database = database
            yield other

    @final
    def _owner(self, claim: str, parse: Callable[[str], T]) -> T:
        return bearer_tokens.owner_of(self.claims, claim, parse)

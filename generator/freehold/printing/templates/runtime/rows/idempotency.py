"""Requests that may be sent again: the same key gets the first answer, and nothing happens twice.

The header `Idempotency-Key` names a request of one owner to one operation for 24 hours. The answer is kept in
the transaction that does the work, so there is never one without the other; of equal requests at the same
time the first one works and the others wait for its answer. What fails is not kept.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import asyncpg
from pydantic import BaseModel
from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Delete,
    Index,
    Insert,
    LargeBinary,
    Select,
    SmallInteger,
    String,
    Update,
    column,
    delete,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from starlette.requests import Request
from starlette.responses import Response

from ..database.execution import Database
from ..database.statements import statement
from ..http.contract_route import REPEATS, Perform
from ..http.problems import Fault, Invalid
from ..http.request_bodies import read_body
from .owned_repository import OwnedRepository
from .repository import Repository
from .table_row import Row
from .values import bind_parameters

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT = dt.timedelta(hours=24)
_HEADERS = ("content-type", "location", "etag")

F = TypeVar("F", bound=Callable[..., Any])


class IdempotencyKeyRow(Row):
    """A request that was answered, and how."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        CheckConstraint(column("owner_id") != "", name="owner_id_not_empty"),
        Index("ix_idempotency_keys_owner_id_created_at", "owner_id", "created_at"),
    )
    owner_column = "owner_id"
    id_column = "id"

    owner_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    id: Mapped[str] = mapped_column(String(400), primary_key=True)
    """The operation and the key."""
    request: Mapped[bytes] = mapped_column(LargeBinary)
    """What tells another request from the same one: the SHA-256 of its path, query and body."""
    status: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    headers: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    body: Mapped[bytes] = mapped_column(LargeBinary, server_default="")
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class _Kept(BaseModel):
    """An answer that was given."""

    request: bytes
    status: int
    headers: dict[str, str]
    body: bytes


class _Keys(OwnedRepository[_Kept]):
    """The requests of one owner that were answered."""

    row = IdempotencyKeyRow
    schema = _Kept
    response_columns = ("request", "status", "headers", "body")

    @statement
    def _forget(cls) -> Delete:
        return delete(IdempotencyKeyRow).where(
            cls._row_condition(), IdempotencyKeyRow.created_at < func.now() - _KEPT
        )

    @statement
    def _claim(cls) -> Insert:
        return cls._insert(IdempotencyKeyRow.id, IdempotencyKeyRow.request)

    @statement
    def _get(cls) -> Select[Any]:
        return cls._select_one()

    @statement
    def _keep(cls) -> Update:
        row = IdempotencyKeyRow
        return cls._update_one(bind_parameters(row.status, row.headers, row.body))

    async def claim(self, key: str, request: bytes) -> _Kept | None:
        """Begin a request, or give the answer that it got before. Waits while another one is at work."""
        await self._database.row(self._forget(), self._scope)
        try:
            async with self.transaction() as savepoint:
                await savepoint._run(self._claim(), id=key, request=request)
        except asyncpg.UniqueViolationError:
            return await self._fetch(self._get(), key)
        return None

    async def keep(self, key: str, response: Response) -> None:
        """Keep an answer for the next time."""
        headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
        await self._run(
            self._keep(), key, status=response.status_code, headers=headers, body=bytes(response.body)
        )


def _on(database: Database, value: object) -> object:
    return value.on(database) if isinstance(value, Repository) else value


class idempotent:  # noqa: N801 - a decorator, written as one
    """Marks an endpoint whose requests may be sent again; `required` says whether each must have a key."""

    def __init__(self, *, required: bool = False) -> None:
        self._required = required

    def __call__(self, endpoint: F) -> F:
        """Mark it, for `ContractRoute` to see."""
        setattr(endpoint, REPEATS, self)
        return endpoint

    def key(self, request: Request, faults: list[Fault]) -> str | None:
        """The key that came with a request; what is wrong with it is added to `faults`."""
        said = [text.strip(" \t") for text in request.headers.getlist(HEADER)]
        if len(said) > 1 or (said and not _KEY.fullmatch(said[0])):
            faults.append(
                {"parameter": HEADER, "detail": "It must be one text of 1 to 255 printable letters."}
            )
        elif self._required and not said:
            faults.append({"parameter": HEADER, "detail": "It is required."})
        return said[0] if said else None

    async def first_answer(
        self, request: Request, key: str, arguments: Mapping[str, object], perform: Perform
    ) -> Response:
        """What `perform` answers, or answered to the same request before. Raises Invalid for another request.

        `key` is the operation with the client's key. `perform` works on repositories of one transaction,
        which holds the answer too.
        """
        of_owner = next(value for value in arguments.values() if isinstance(value, OwnedRepository))
        content = request.url.path.encode(), request.url.query.encode(), await read_body(request)
        digest = hashlib.sha256(b"\n".join(content)).digest()
        async with of_owner.transaction() as within:
            database = within._database
            keys = _Keys(of_owner.owner, database)
            kept = await keys.claim(key, digest)
            if kept is None:
                response = await perform({name: _on(database, value) for name, value in arguments.items()})
                await keys.keep(key, response)
                return response
        if kept.request != digest:
            raise Invalid([{"parameter": HEADER, "detail": "It was used for another request."}])
        return Response(kept.body, kept.status, kept.headers)

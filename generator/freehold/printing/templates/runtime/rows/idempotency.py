"""Idempotency keys: a request that is repeated with the same key gets the stored response of the first one.

The header `Idempotency-Key` identifies a request of one owner to one operation for 24 hours. The response is
stored in the transaction that does the work, so that neither exists without the other. Of identical requests
at the same time, the first one does the work and the others wait for its response. Failures are not stored.
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
from ..http.content.request_bodies import read_body
from ..http.contract_route import IDEMPOTENCY_ATTRIBUTE, Perform
from ..http.preconditions import IDEMPOTENCY_KEY, KeyReused
from ..http.problems import ErrorEntry
from ..http.routing.parameters import header_lines
from ..validation.fault_texts import make_fault
from .owned_repository import OwnedRepository
from .repository import Repository
from .table_row import Row
from .values import bind_parameters

_KEY_PATTERN = re.compile(r"[\x21-\x7e]{1,255}")
_RETENTION = dt.timedelta(hours=24)
_STORED_HEADERS = ("content-type", "location", "etag")

F = TypeVar("F", bound=Callable[..., Any])


class IdempotencyKeyRow(Row):
    """An idempotency key with the stored response."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        CheckConstraint(column("owner_id") != "", name="owner_id_not_empty"),
        Index("ix_idempotency_keys_owner_id_created_at", "owner_id", "created_at"),
    )
    owner_column = "owner_id"
    id_column = "id"

    owner_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    id: Mapped[str] = mapped_column(String(400), primary_key=True)
    """The id of the operation and the key."""
    request: Mapped[bytes] = mapped_column(LargeBinary)
    """The SHA-256 digest of path, query and body: it detects that a key is reused for another request."""
    status: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    headers: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    body: Mapped[bytes] = mapped_column(LargeBinary, server_default="")
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class _StoredResponse(BaseModel):
    """A stored response."""

    request: bytes
    status: int
    headers: dict[str, str]
    body: bytes


class _IdempotencyKeys(OwnedRepository[_StoredResponse]):
    """The idempotency keys of one owner."""

    row = IdempotencyKeyRow
    schema = _StoredResponse
    response_columns = ("request", "status", "headers", "body")

    @statement
    def _delete_expired(cls) -> Delete:
        return delete(IdempotencyKeyRow).where(
            cls._row_condition(), IdempotencyKeyRow.created_at < func.now() - _RETENTION
        )

    @statement
    def _claim(cls) -> Insert:
        return cls._insert(IdempotencyKeyRow.id, IdempotencyKeyRow.request)

    @statement
    def _get(cls) -> Select[Any]:
        return cls._select_one()

    @statement
    def _store(cls) -> Update:
        row = IdempotencyKeyRow
        return cls._update_one(bind_parameters(row.status, row.headers, row.body))

    async def claim(self, key: str, request: bytes) -> _StoredResponse | None:
        """Reserve a key, or return its stored response. Waits for another request with the same key."""
        await self._database.fetch_one(self._delete_expired(), self._scope)
        try:
            async with self.transaction() as savepoint:
                await savepoint._run(self._claim(), id=key, request=request)
        except asyncpg.UniqueViolationError:
            return await self._fetch(self._get(), key)
        return None

    async def store(self, key: str, response: Response) -> None:
        """Store the response of a key."""
        headers = {name: response.headers[name] for name in _STORED_HEADERS if name in response.headers}
        await self._run(
            self._store(), key, status=response.status_code, headers=headers, body=bytes(response.body)
        )


def _rebind(database: Database, value: object) -> object:
    return value.with_database(database) if isinstance(value, Repository) else value


class idempotent:  # noqa: N801 - a decorator, written as one
    """Marks an endpoint that accepts idempotency keys; with `required`, each request must have one."""

    def __init__(self, *, required: bool = False) -> None:
        self._required = required

    def __call__(self, endpoint: F) -> F:
        """Set the attribute that `ContractRoute` reads."""
        setattr(endpoint, IDEMPOTENCY_ATTRIBUTE, self)
        return endpoint

    def key(self, request: Request, errors: list[ErrorEntry]) -> str | None:
        """The key of a request, or None. Adds an entry to `errors` if it is invalid."""
        keys = header_lines(request, IDEMPOTENCY_KEY)
        if len(keys) > 1 or (keys and not _KEY_PATTERN.fullmatch(keys[0])):
            errors.append(make_fault("key", parameter=IDEMPOTENCY_KEY))
        elif self._required and not keys:
            errors.append(make_fault("required", parameter=IDEMPOTENCY_KEY))
        return keys[0] if keys else None

    async def run_once(
        self, request: Request, key: str, arguments: Mapping[str, object], perform: Perform
    ) -> Response:
        """Run `perform` and store its response, or return the response that is stored for the key.

        `key` is the id of the operation with the client's key. `perform` gets repositories that share the
        transaction in which the response is stored. Raises KeyReused if the key belongs to another request.
        """
        repository = next(value for value in arguments.values() if isinstance(value, OwnedRepository))
        content = request.url.path.encode(), request.url.query.encode(), await read_body(request)
        request_digest = hashlib.sha256(b"\n".join(content)).digest()
        async with repository.transaction() as transaction:
            database = transaction._database
            stored_keys = _IdempotencyKeys(repository.owner, database)
            stored = await stored_keys.claim(key, request_digest)
            if stored is None:
                response = await perform(
                    {name: _rebind(database, value) for name, value in arguments.items()}
                )
                await stored_keys.store(key, response)
                return response
        if stored.request != request_digest:
            raise KeyReused
        return Response(stored.body, stored.status, stored.headers)

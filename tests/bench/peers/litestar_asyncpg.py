"""Litestar with msgspec structs, and SQL by hand on asyncpg's pool, by somebody who looks at speed.

A token that was verified once is remembered until it expires. Connections are not reset when they go back to
the pool: no statement here leaves anything behind.
"""

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from math import ceil
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
import jwt
import msgspec
from litestar import Litestar, Request, Response, delete, get, patch, post, put
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.exceptions import NotAuthorizedException, NotFoundException
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.params import Parameter

SECRET = os.environ["BETTER_AUTH_SECRET"]
COLUMNS = "id, title, description, completed, created_at, updated_at"
MINE = "owner_id = $1 AND deleted_at IS NULL"
ONE = f"{MINE} AND id = $2"

REMEMBERED = 10_000
verified: dict[str, tuple[str, int]] = {}

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Description = Annotated[str, msgspec.Meta(max_length=2000)]


class Task(msgspec.Struct):
    id: UUID
    title: str
    description: str | None
    completed: bool
    created_at: datetime
    updated_at: datetime


class TaskCreate(msgspec.Struct, forbid_unknown_fields=True):
    title: Title
    description: Description | None = None
    completed: bool = False


class TaskUpdate(msgspec.Struct, forbid_unknown_fields=True):
    title: Title | msgspec.UnsetType = msgspec.UNSET
    description: Description | msgspec.UnsetType | None = msgspec.UNSET
    completed: bool | msgspec.UnsetType = msgspec.UNSET


class TaskPage(msgspec.Struct):
    data: list[Task]
    total: int
    page: int
    per_page: int
    total_pages: int


class Authentication(AbstractAuthenticationMiddleware):
    """Reads the owner from the bearer token."""

    async def authenticate_request(self, connection: ASGIConnection) -> AuthenticationResult:
        sent = connection.headers.get("Authorization", "")
        owner, expires = verified.get(sent) or verify(sent)
        if expires <= time.time():
            raise NotAuthorizedException("The token is not valid.")
        return AuthenticationResult(user=owner, auth=None)


def verify(sent: str) -> tuple[str, int]:
    scheme, _, token = sent.partition(" ")
    options = {"require": ["exp", "iat", "sub"]}
    try:
        claims = jwt.decode(
            token if scheme.lower() == "bearer" else "", SECRET, algorithms=["HS256"], options=options
        )
    except jwt.InvalidTokenError:
        raise NotAuthorizedException("The token is not valid.") from None
    if len(verified) >= REMEMBERED:
        verified.clear()
    verified[sent] = claims["sub"], claims["exp"]
    return verified[sent]


async def keep(_connection: asyncpg.Connection) -> None:
    """Instead of asyncpg's reset, which asks the server."""


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncIterator[None]:
    url = os.environ["DATABASE_URL"]
    async with asyncpg.create_pool(url, min_size=10, max_size=10, reset=keep) as pool:
        app.state.pool = pool
        yield


async def get_pool(request: Request[str, None, Any]) -> asyncpg.Pool:
    return request.app.state.pool


def found(record: asyncpg.Record | None) -> Task:
    if record is None:
        raise NotFoundException("There is nothing with this id.")
    return Task(*record)


@get("/api/tasks")
async def list_tasks(
    pool: asyncpg.Pool,
    request: Request[str, None, Any],
    page: Annotated[int, Parameter(ge=1)] = 1,
    per_page: Annotated[int, Parameter(ge=1, le=100)] = 20,
    completed: bool | None = None,
    sort: Literal["created_at", "-created_at", "title", "-title"] = "-created_at",
) -> TaskPage:
    where, values = MINE, [request.user]
    if completed is not None:
        where, values = f"{MINE} AND completed = $2", [request.user, completed]
    column, direction = sort.removeprefix("-"), "DESC" if sort.startswith("-") else "ASC"
    count = f"SELECT count(*) FROM tasks WHERE {where}"
    query = (
        f"SELECT {COLUMNS}, ({count}) AS total FROM tasks WHERE {where}"
        f" ORDER BY {column} {direction}, id {direction}"
        f" LIMIT ${len(values) + 1} OFFSET ${len(values) + 2}"
    )
    records = await pool.fetch(query, *values, per_page, (page - 1) * per_page)
    total = records[0]["total"] if records else await pool.fetchval(count, *values) if page > 1 else 0
    data = [Task(*record[:6]) for record in records]
    return TaskPage(data=data, total=total, page=page, per_page=per_page, total_pages=ceil(total / per_page))


@post("/api/tasks")
async def create_task(
    pool: asyncpg.Pool, request: Request[str, None, Any], data: TaskCreate
) -> Response[Task]:
    insert = "INSERT INTO tasks (owner_id, title, description, completed) VALUES ($1, $2, $3, $4)"
    values = (request.user, data.title, data.description, data.completed)
    created = found(await pool.fetchrow(f"{insert} RETURNING {COLUMNS}", *values))
    return Response(created, headers={"Location": f"/api/tasks/{created.id}"})


@get("/api/tasks/{task_id:uuid}")
async def get_task(pool: asyncpg.Pool, request: Request[str, None, Any], task_id: UUID) -> Task:
    return await fetch(pool, request.user, task_id)


async def fetch(pool: asyncpg.Pool, owner: str, task_id: UUID) -> Task:
    return found(await pool.fetchrow(f"SELECT {COLUMNS} FROM tasks WHERE {ONE}", owner, task_id))


async def change(pool: asyncpg.Pool, owner: str, task_id: UUID, values: dict[str, object]) -> Task:
    assigned = "".join(f"{name} = ${number}, " for number, name in enumerate(values, 3))
    update = f"UPDATE tasks SET {assigned}updated_at = now() WHERE {ONE} RETURNING {COLUMNS}"
    return found(await pool.fetchrow(update, owner, task_id, *values.values()))


@put("/api/tasks/{task_id:uuid}")
async def replace_task(
    pool: asyncpg.Pool, request: Request[str, None, Any], task_id: UUID, data: TaskCreate
) -> Task:
    return await change(pool, request.user, task_id, msgspec.structs.asdict(data))


@patch("/api/tasks/{task_id:uuid}")
async def update_task(
    pool: asyncpg.Pool, request: Request[str, None, Any], task_id: UUID, data: TaskUpdate
) -> Task:
    values = {
        name: value for name, value in msgspec.structs.asdict(data).items() if value is not msgspec.UNSET
    }
    if not values:
        return await fetch(pool, request.user, task_id)
    return await change(pool, request.user, task_id, values)


@delete("/api/tasks/{task_id:uuid}")
async def delete_task(pool: asyncpg.Pool, request: Request[str, None, Any], task_id: UUID) -> None:
    update = f"UPDATE tasks SET deleted_at = now(), updated_at = now() WHERE {ONE} RETURNING {COLUMNS}"
    found(await pool.fetchrow(update, request.user, task_id))


@patch("/api/tasks/{task_id:uuid}/complete")
async def complete_task(pool: asyncpg.Pool, request: Request[str, None, Any], task_id: UUID) -> Task:
    update = f"UPDATE tasks SET completed = NOT completed, updated_at = now() WHERE {ONE} RETURNING {COLUMNS}"
    return found(await pool.fetchrow(update, request.user, task_id))


app = Litestar(
    [list_tasks, create_task, get_task, replace_task, update_task, delete_task, complete_task],
    dependencies={"pool": Provide(get_pool)},
    middleware=[Authentication],
    lifespan=[lifespan],
    openapi_config=None,
)

"""FastAPI with pydantic models, and SQL by hand on asyncpg's pool."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from math import ceil
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
import jwt
from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

SECRET = os.environ["BETTER_AUTH_SECRET"]
COLUMNS = "id, title, description, completed, created_at, updated_at"
MINE = "owner_id = $1 AND deleted_at IS NULL"
ONE = f"{MINE} AND id = $2"
bearer = HTTPBearer(auto_error=False)


class Task(BaseModel):
    id: UUID
    title: str
    description: str | None
    completed: bool
    created_at: datetime
    updated_at: datetime


class TaskCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=2000)
    completed: bool = False


class TaskUpdate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(default="", min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=2000)
    completed: bool = False


class TaskPage(BaseModel):
    data: list[Task]
    total: int
    page: int
    per_page: int
    total_pages: int


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=10, max_size=10) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


async def get_pool(request: Request) -> asyncpg.Pool:
    return request.app.state.pool


async def get_owner(sent: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> str:
    try:
        claims = jwt.decode(
            sent.credentials if sent else "",
            SECRET,
            algorithms=["HS256"],
            options={"require": ["exp", "iat", "sub"]},
        )
    except jwt.InvalidTokenError:
        raise HTTPException(401, "The token is not valid.", {"WWW-Authenticate": "Bearer"}) from None
    return claims["sub"]


Pool = Annotated[asyncpg.Pool, Depends(get_pool)]
Owner = Annotated[str, Depends(get_owner)]


def found(record: asyncpg.Record | None) -> Task:
    if record is None:
        raise HTTPException(404, "There is nothing with this id.")
    return Task(**record)


@app.get("/api/tasks")
async def list_tasks(
    pool: Pool,
    owner: Owner,
    page: Annotated[int, Query(ge=1)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 20,
    completed: bool | None = None,
    sort: Literal["created_at", "-created_at", "title", "-title"] = "-created_at",
) -> TaskPage:
    where, values = (
        (MINE, [owner]) if completed is None else (f"{MINE} AND completed = $2", [owner, completed])
    )
    column, direction = sort.removeprefix("-"), "DESC" if sort.startswith("-") else "ASC"
    count = f"SELECT count(*) FROM tasks WHERE {where}"
    query = (
        f"SELECT {COLUMNS}, ({count}) AS total FROM tasks WHERE {where}"
        f" ORDER BY {column} {direction}, id {direction}"
        f" LIMIT ${len(values) + 1} OFFSET ${len(values) + 2}"
    )
    records = await pool.fetch(query, *values, per_page, (page - 1) * per_page)
    total = records[0]["total"] if records else await pool.fetchval(count, *values) if page > 1 else 0
    data = [Task(**record) for record in records]
    return TaskPage(data=data, total=total, page=page, per_page=per_page, total_pages=ceil(total / per_page))


@app.post("/api/tasks", status_code=201)
async def create_task(pool: Pool, owner: Owner, task: TaskCreate, response: Response) -> Task:
    insert = "INSERT INTO tasks (owner_id, title, description, completed) VALUES ($1, $2, $3, $4)"
    values = (owner, task.title, task.description, task.completed)
    created = found(await pool.fetchrow(f"{insert} RETURNING {COLUMNS}", *values))
    response.headers["Location"] = f"/api/tasks/{created.id}"
    return created


@app.get("/api/tasks/{task_id}")
async def get_task(pool: Pool, owner: Owner, task_id: UUID) -> Task:
    return found(await pool.fetchrow(f"SELECT {COLUMNS} FROM tasks WHERE {ONE}", owner, task_id))


async def change(pool: asyncpg.Pool, owner: str, task_id: UUID, values: dict[str, object]) -> Task:
    assigned = "".join(f"{name} = ${number}, " for number, name in enumerate(values, 3))
    update = f"UPDATE tasks SET {assigned}updated_at = now() WHERE {ONE} RETURNING {COLUMNS}"
    return found(await pool.fetchrow(update, owner, task_id, *values.values()))


@app.put("/api/tasks/{task_id}")
async def replace_task(pool: Pool, owner: Owner, task_id: UUID, task: TaskCreate) -> Task:
    return await change(pool, owner, task_id, task.model_dump())


@app.patch("/api/tasks/{task_id}")
async def update_task(pool: Pool, owner: Owner, task_id: UUID, changes: TaskUpdate) -> Task:
    values = changes.model_dump(exclude_unset=True)
    return await change(pool, owner, task_id, values) if values else await get_task(pool, owner, task_id)


@app.delete("/api/tasks/{task_id}", status_code=204)
async def delete_task(pool: Pool, owner: Owner, task_id: UUID) -> None:
    update = f"UPDATE tasks SET deleted_at = now(), updated_at = now() WHERE {ONE} RETURNING {COLUMNS}"
    found(await pool.fetchrow(update, owner, task_id))


@app.patch("/api/tasks/{task_id}/complete")
async def complete_task(pool: Pool, owner: Owner, task_id: UUID) -> Task:
    update = f"UPDATE tasks SET completed = NOT completed, updated_at = now() WHERE {ONE} RETURNING {COLUMNS}"
    return found(await pool.fetchrow(update, owner, task_id))

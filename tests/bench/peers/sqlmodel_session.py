"""FastAPI with SQLModel and an async session, as its documentation shows it.

Rows are loaded as objects, changed, committed and refreshed.
"""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from math import ceil
from typing import Annotated, Literal
from uuid import UUID, uuid4

import jwt
from fastapi import Depends, FastAPI, HTTPException, Query, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import DateTime
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

SECRET = os.environ["BETTER_AUTH_SECRET"]
URL = os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://", 1)
engine = create_async_engine(URL, pool_size=10, max_overflow=0)
bearer = HTTPBearer(auto_error=False)
app = FastAPI()


def now() -> datetime:
    return datetime.now(UTC)


class TaskBase(SQLModel):
    title: str = Field(min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=2000)
    completed: bool = False


class Task(TaskBase, table=True):
    __tablename__ = "tasks"

    owner_id: str = Field(primary_key=True, max_length=255)
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))
    updated_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))
    deleted_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class TaskPublic(SQLModel):
    id: UUID
    title: str
    description: str | None
    completed: bool
    created_at: datetime
    updated_at: datetime


class TaskCreate(TaskBase):
    model_config = {"extra": "forbid"}


class TaskUpdate(SQLModel):
    model_config = {"extra": "forbid"}

    title: str | None = Field(default=None, min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=2000)
    completed: bool | None = None


class TaskPage(SQLModel):
    data: list[TaskPublic]
    total: int
    page: int
    per_page: int
    total_pages: int


async def get_session() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session


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


Session = Annotated[AsyncSession, Depends(get_session)]
Owner = Annotated[str, Depends(get_owner)]


async def find(session: AsyncSession, owner: str, task_id: UUID) -> Task:
    query = select(Task).where(Task.owner_id == owner, Task.id == task_id, col(Task.deleted_at).is_(None))
    task = (await session.exec(query)).one_or_none()
    if task is None:
        raise HTTPException(404, "There is nothing with this id.")
    return task


async def save(session: AsyncSession, task: Task) -> Task:
    task.updated_at = now()
    session.add(task)
    await session.commit()
    await session.refresh(task)
    return task


@app.get("/api/tasks")
async def list_tasks(
    session: Session,
    owner: Owner,
    page: Annotated[int, Query(ge=1)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 20,
    completed: bool | None = None,
    sort: Literal["created_at", "-created_at", "title", "-title"] = "-created_at",
) -> TaskPage:
    where = [Task.owner_id == owner, col(Task.deleted_at).is_(None)]
    if completed is not None:
        where.append(Task.completed == completed)
    keys = [col(getattr(Task, sort.removeprefix("-"))), col(Task.id)]
    order = [key.desc() if sort.startswith("-") else key.asc() for key in keys]
    query = select(Task).where(*where).order_by(*order).offset((page - 1) * per_page).limit(per_page)
    tasks = (await session.exec(query)).all()
    total = (await session.exec(select(func.count()).select_from(Task).where(*where))).one()
    data = [TaskPublic.model_validate(task) for task in tasks]
    return TaskPage(data=data, total=total, page=page, per_page=per_page, total_pages=ceil(total / per_page))


@app.post("/api/tasks", status_code=201, response_model=TaskPublic)
async def create_task(session: Session, owner: Owner, sent: TaskCreate, response: Response) -> Task:
    task = await save(session, Task.model_validate(sent, update={"owner_id": owner}))
    response.headers["Location"] = f"/api/tasks/{task.id}"
    return task


@app.get("/api/tasks/{task_id}", response_model=TaskPublic)
async def get_task(session: Session, owner: Owner, task_id: UUID) -> Task:
    return await find(session, owner, task_id)


@app.put("/api/tasks/{task_id}", response_model=TaskPublic)
async def replace_task(session: Session, owner: Owner, task_id: UUID, sent: TaskCreate) -> Task:
    task = await find(session, owner, task_id)
    task.sqlmodel_update(sent.model_dump())
    return await save(session, task)


@app.patch("/api/tasks/{task_id}", response_model=TaskPublic)
async def update_task(session: Session, owner: Owner, task_id: UUID, sent: TaskUpdate) -> Task:
    task = await find(session, owner, task_id)
    task.sqlmodel_update(sent.model_dump(exclude_unset=True))
    return await save(session, task)


@app.delete("/api/tasks/{task_id}", status_code=204)
async def delete_task(session: Session, owner: Owner, task_id: UUID) -> None:
    task = await find(session, owner, task_id)
    task.deleted_at = now()
    session.add(task)
    await session.commit()


@app.patch("/api/tasks/{task_id}/complete", response_model=TaskPublic)
async def complete_task(session: Session, owner: Owner, task_id: UUID) -> Task:
    task = await find(session, owner, task_id)
    task.completed = not task.completed
    return await save(session, task)

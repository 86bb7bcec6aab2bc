"""Tasks with soft delete; completing sets `completed`."""

import datetime as dt
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Update, func
from sqlalchemy.orm import Mapped, mapped_column
from typing_extensions import override

from generated.runtime import statement
from generated.schemas import Task
from generated.tasks import repository, table


class TaskRow(table.TaskRow):
    """A task with the time of its deletion."""

    deleted_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class TaskRepository(repository.TaskRepository):
    """The tasks of one owner, without the deleted ones."""

    row = TaskRow

    @override
    @classmethod
    def visible(cls) -> ColumnElement[bool]:
        return TaskRow.deleted_at.is_(None)

    @statement
    def _hide(cls) -> Update:
        return cls._update_one({TaskRow.deleted_at: func.now()})

    @override
    async def delete_task(self, task_id: UUID) -> None:
        await self._run(self._hide(), task_id)

    @statement
    def _complete(cls) -> Update:
        return cls._update_one({TaskRow.completed: True})

    @override
    async def complete_task(self, task_id: UUID) -> Task:
        return await self._fetch(self._complete(), task_id)

"""Tasks with soft delete, and with atomic completion."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Update, func, not_
from sqlalchemy.orm import Mapped, mapped_column
from typing_extensions import override

from generated.runtime import statement
from generated.schemas import Task
from generated.tasks import repository, table


class TaskRow(table.TaskRow):
    """A task with the time of its deletion."""

    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class TaskRepository(repository.TaskRepository):
    """The tasks of one owner, without the deleted ones."""

    row = TaskRow

    @override
    @classmethod
    def visible(cls) -> ColumnElement[bool]:
        return TaskRow.deleted_at.is_(None)

    @statement
    def _hide_task(cls) -> Update:
        return cls._update_one({TaskRow.deleted_at: func.now()})

    @statement
    def _toggle_task(cls) -> Update:
        return cls._update_one({TaskRow.completed: not_(TaskRow.completed)})

    @override
    async def delete_task(self, task_id: UUID) -> None:
        await self._run(self._hide_task(), task_id)

    @override
    async def complete_task(self, task_id: UUID) -> Task:
        return await self._fetch(self._toggle_task(), task_id)

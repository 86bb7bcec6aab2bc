"""Completing a task sets its status."""

from uuid import UUID

from sqlalchemy import Update
from typing_extensions import override

from generated.runtime import statement
from generated.schemas import Task
from generated.tasks import repository
from generated.tasks.table import TaskRow


class TaskRepository(repository.TaskRepository):
    """The tasks of one owner."""

    @statement
    def _complete(cls) -> Update:
        return cls._update_one({TaskRow.status: "done"})

    @override
    async def complete_task(self, id: UUID) -> Task:
        return await self._fetch(self._complete(), id)

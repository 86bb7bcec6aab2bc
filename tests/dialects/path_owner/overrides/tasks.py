"""Tasks that are toggled atomically."""

from sqlalchemy import Update, not_
from typing_extensions import override

from generated.runtime import statement
from generated.schemas import Task
from generated.tasks import repository
from generated.tasks.table import TaskRow


class TaskRepository(repository.TaskRepository):
    """The tasks of one owner."""

    @statement
    def _flip(cls) -> Update:
        return cls._update_one({TaskRow.completed: not_(TaskRow.completed)})

    @override
    async def toggle_task(self, task_id: int) -> Task:
        return await self._fetch(self._flip(), task_id)

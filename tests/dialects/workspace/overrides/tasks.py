"""Tasks that are completed and reopened atomically."""

from uuid import UUID

from sqlalchemy import Update, case
from typing_extensions import override

from generated.runtime import statement
from generated.schemas import Task
from generated.tasks import repository
from generated.tasks.table import TaskRow


class TaskRepository(repository.TaskRepository):
    """The tasks of one organisation."""

    @statement
    def _toggle(cls) -> Update:
        toggled = case((TaskRow.status == "done", "open"), else_="done")
        return cls._update_one({TaskRow.status: toggled})

    @override
    async def complete_task(self, project_id: UUID, task_id: UUID) -> Task:
        return await self._fetch(self._toggle(), task_id)

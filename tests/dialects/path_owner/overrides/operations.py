"""Tags of tasks, which are stored nowhere."""

from typing_extensions import override

from generated.operations import methods
from generated.schemas import TaskTag


class Operations(methods.Operations):
    """What the owner can do besides the operations of tasks."""

    @override
    async def tag_task(self, task_id: int, tag: str) -> TaskTag:
        task = await self.tasks.get_task(task_id)
        return TaskTag(title=task.title, tag=tag)

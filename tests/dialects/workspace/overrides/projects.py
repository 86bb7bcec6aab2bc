"""Projects that can be archived."""

from uuid import UUID

from sqlalchemy import Update
from typing_extensions import override

from generated.projects import repository
from generated.projects.table import ProjectRow
from generated.runtime import statement
from generated.schemas import Project


class ProjectRepository(repository.ProjectRepository):
    """The projects of one organisation."""

    @statement
    def _put_aside(cls) -> Update:
        return cls._update_one({ProjectRow.archived: True})

    @override
    async def archive_project(self, project_id: UUID) -> Project:
        return await self._fetch(self._put_aside(), project_id)

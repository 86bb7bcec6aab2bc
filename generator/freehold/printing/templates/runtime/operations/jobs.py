"""Work outside of a request, with the same repositories: a job, a script, data for development."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ..database.execution import Database, open_database
from ..settings.service_settings import Settings, load_settings


@dataclass(frozen=True)
class Service:
    """What a job has at hand. Example: `TaskRepository("alice", service.database)` for a `Service`."""

    database: Database


@asynccontextmanager
async def open_service(settings: Settings | None = None) -> AsyncIterator[Service]:
    """Open the database for work outside of a request, with the settings of the service.

    There is no token, so the code itself chooses the owner: all statements of a repository are restricted to
    the rows of that one. At the end, it waits for what `after_commit()` has started. Without `settings`, they
    are read from the environment; raises SettingsError if they are invalid.

    Example:
        async with open_service() as service:
            tasks = TaskRepository("alice", service.database)
            await tasks.create_task(TaskCreate(title="Water the plants"))

    """
    async with open_database(settings or load_settings()) as database:
        yield Service(database)

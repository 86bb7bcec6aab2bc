"""Opens the database for a command, and says so on a terminal while that takes long."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from freehold.cli.console import progress
from freehold.ground.project import Project
from freehold.workbench import environment


@contextmanager
def open_database(project: Project) -> Iterator[str]:
    """Provide the URL of the database: DATABASE_URL, or that of the embedded one, which runs meanwhile."""
    with ExitStack() as stack:
        with progress("Starting the database ..."):
            url = stack.enter_context(environment.database_url(project))
        yield url

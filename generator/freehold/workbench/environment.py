"""What the tool's own commands run with: the environment, `.env`, and what is missing from both."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from dotenv import dotenv_values

from freehold.database import embedded_postgres
from freehold.ground.problems import UsageError
from freehold.ground.project import Project

DATABASE = "app"
_SECRET = "BETTER_AUTH_SECRET"  # noqa: S105 - the name of the setting, not its value
_SECRETS = "BETTER_AUTH_SECRETS"
_KEYS = "AUTH_JWKS_URL"


def variables(project: Project) -> dict[str, str]:
    """The environment; what it lacks is taken from `.env`."""
    said = {name: value for name, value in dotenv_values(project.root / ".env").items() if value}
    return said | dict(os.environ)


def secret(project: Project) -> str:
    """What tokens are signed with; for development one is made and kept in `.freehold/`.

    Raises UsageError where somebody else signs them.
    """
    said = variables(project)
    if said.get(_KEYS):
        raise UsageError(
            f"{_KEYS} is set: tokens come from that server. Take it out of the environment and .env"
            " to sign your own."
        )
    if said.get(_SECRETS):
        return said[_SECRETS].split(",")[0].partition(":")[2].strip()
    if said.get(_SECRET):
        return said[_SECRET]
    file = project.state_folder / "secret"
    if not file.is_file():
        project.state_folder.mkdir(exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32), "ascii")
    return file.read_text("ascii")


def signing(project: Project) -> dict[str, str]:
    """The settings that make the service take tokens that are signed with `secret`."""
    return {} if variables(project).get(_SECRETS) else {_SECRET: secret(project)}


@contextmanager
def database(project: Project) -> Iterator[str]:
    """The URL of the database: DATABASE_URL, or an embedded PostgreSQL for as long as it is needed.

    Raises PostgresError when there is neither.
    """
    said = variables(project).get("DATABASE_URL")
    if said:
        yield said
        return
    with embedded_postgres.running(project.state_folder / "postgres") as server:
        embedded_postgres.create_database(server, DATABASE)
        yield server.url(DATABASE)

"""Provides what commands need from the environment or from `.env`, with defaults for development."""

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
_JWKS_URL = "AUTH_JWKS_URL"


def variables(project: Project) -> dict[str, str]:
    """Return the environment variables, and those of `.env` that the environment does not set."""
    from_file = {name: value for name, value in dotenv_values(project.root / ".env").items() if value}
    return from_file | dict(os.environ)


def signing_secret(project: Project) -> str:
    """Return the secret that signs tokens. Without a setting, one is generated and kept in `.freehold/`.

    Raises UsageError when AUTH_JWKS_URL is set: another server signs the tokens then.
    """
    settings = variables(project)
    if settings.get(_JWKS_URL):
        raise UsageError(
            f"{_JWKS_URL} is set: that server signs the tokens. Remove it from the environment and .env"
            " to sign your own."
        )
    if settings.get(_SECRETS):
        return settings[_SECRETS].split(",")[0].partition(":")[2].strip()
    if settings.get(_SECRET):
        return settings[_SECRET]
    file = project.state_folder / "secret"
    if not file.is_file():
        project.state_folder.mkdir(exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32), "ascii")
    return file.read_text("ascii")


def signing_settings(project: Project) -> dict[str, str]:
    """Return the settings with which the service accepts tokens signed with `signing_secret`."""
    return {} if variables(project).get(_SECRETS) else {_SECRET: signing_secret(project)}


@contextmanager
def database_url(project: Project) -> Iterator[str]:
    """Provide the URL of the database: DATABASE_URL, or that of an embedded PostgreSQL that runs meanwhile.

    Raises PostgresError when the embedded PostgreSQL cannot run.
    """
    url = variables(project).get("DATABASE_URL")
    if url:
        yield url
        return
    with embedded_postgres.run_server(project.state_folder / "postgres") as server:
        embedded_postgres.create_database(server, DATABASE)
        yield server.url(DATABASE)

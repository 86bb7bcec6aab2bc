"""Provides what commands need from the environment or from `.env`, with defaults for development."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dotenv import dotenv_values

from freehold.database import embedded_postgres
from freehold.ground.problems import UsageError
from freehold.ground.project import Project

DATABASE = "app"
_SECRET = "BETTER_AUTH_SECRET"  # noqa: S105 - the name of the setting, not its value
_SECRETS = "BETTER_AUTH_SECRETS"
_JWKS_URL = "AUTH_JWKS_URL"
_MAX_LIFETIME, _DEFAULT_MAX_LIFETIME = "AUTH_MAX_LIFETIME", 86_400
_CURSOR_SECRET = "CURSOR_SECRET"  # noqa: S105 - as above


def variables(project: Project) -> dict[str, str]:
    """Return the environment variables, and those of `.env` that the environment does not set."""
    from_file = {name: value for name, value in dotenv_values(project.root / ".env").items() if value}
    return from_file | dict(os.environ)


def jwks_url(project: Project) -> str | None:
    """Return where another server publishes the keys that tokens are signed with, or None."""
    return variables(project).get(_JWKS_URL)


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
    return settings.get(_SECRET) or _development_secret(project)


def longest_lifetime(project: Project) -> int | None:
    """Return the longest lifetime of a token that the service accepts, in seconds; None if it is invalid."""
    setting = variables(project).get(_MAX_LIFETIME) or str(_DEFAULT_MAX_LIFETIME)
    return int(setting) if setting.isdecimal() else None


def _development_secret(project: Project) -> str:
    """Return a secret of this project's development, which is generated once and kept in `.freehold/`."""
    file = project.state_folder / "secret"
    if not file.is_file():
        project.state_folder.mkdir(exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32), "ascii")
    return file.read_text("ascii")


def signing_settings(project: Project) -> dict[str, str]:
    """Return the settings with which the service accepts tokens, and signs cursors.

    With AUTH_JWKS_URL another server signs the tokens; only the cursors of pages need a secret then.
    """
    settings = variables(project)
    if settings.get(_JWKS_URL):
        return {_CURSOR_SECRET: settings.get(_CURSOR_SECRET) or _development_secret(project)}
    return {} if settings.get(_SECRETS) else {_SECRET: signing_secret(project)}


def service_settings(project: Project, url: str) -> dict[str, str]:
    """Return the settings with which a program opens the service on the database at `url`."""
    return variables(project) | {"DATABASE_URL": url} | signing_settings(project)


def external_database_url(project: Project) -> str | None:
    """Return DATABASE_URL, or None where the embedded PostgreSQL is used."""
    return variables(project).get("DATABASE_URL") or None


def embedded_data(project: Project) -> Path:
    """Return the data folder of the embedded PostgreSQL."""
    return project.state_folder / "postgres"


def running_database_url(project: Project) -> str | None:
    """Return the URL of the database, or None while the embedded PostgreSQL does not run."""
    external = external_database_url(project)
    if external:
        return external
    server = embedded_postgres.find_server(embedded_data(project))
    return server.url(DATABASE) if server else None


@contextmanager
def database_url(project: Project) -> Iterator[str]:
    """Provide the URL of the database: DATABASE_URL, or that of an embedded PostgreSQL that runs meanwhile.

    Raises PostgresError when the embedded PostgreSQL cannot run.
    """
    url = external_database_url(project)
    if url:
        yield url
        return
    with embedded_postgres.run_server(embedded_data(project)) as server:
        embedded_postgres.create_database(server, DATABASE)
        yield server.url(DATABASE)

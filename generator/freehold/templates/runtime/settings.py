"""What the service reads from its environment, or from a file `.env` beside it."""

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_SHORTEST_SECRET = 32  # bytes
_PUBLIC_SECRETS = frozenset({"better-auth-secret-12345678901234567890"})  # what Better Auth falls back to


class SettingsError(SystemExit):
    """The service cannot start so. The message has a line for each setting that is wrong."""


def _strong(secret: SecretStr) -> SecretStr:
    """RFC 7518, 3.2: an HS256 key has at least 256 bits."""
    value = secret.get_secret_value()
    if len(value.encode()) < _SHORTEST_SECRET:
        raise ValueError(f"needs at least {_SHORTEST_SECRET} bytes: make one with `openssl rand -base64 32`")
    if value in _PUBLIC_SECRETS:
        raise ValueError("is a public example that anybody can sign with: make one of your own")
    return secret


def _postgres(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("must start with postgresql://")
    return url


class Settings(BaseSettings):
    """The settings by name; in the environment they are written in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    database_url: Annotated[SecretStr, AfterValidator(_postgres)]
    """Where PostgreSQL is: postgresql://user:password@host/database."""
    database_pool_size: Annotated[int, Field(ge=1)] = 10
    """How many connections one process holds at most."""
    database_timeout: Annotated[float, Field(gt=0)] = 10.0
    """How long to connect and how long a statement may take, in seconds."""
    database_patience: Annotated[float, Field(gt=0)] = 2.0
    """How long a request waits for a free connection, in seconds."""
    shutdown_delay: Annotated[float, Field(ge=0)] = 0.0
    """How long it still answers after SIGTERM, while /readyz says that it stops, in seconds."""
    max_body_bytes: Annotated[int, Field(ge=1)] = 1_048_576
    """How large a body may be."""
    better_auth_secret: Annotated[SecretStr, AfterValidator(_strong)]
    """What tokens are signed with (HS256)."""
    auth_max_lifetime: Annotated[int, Field(ge=1)] = 86400
    """How long a token may live, in seconds."""
    auth_issuer: str | None = None
    """The `iss` that a token must carry, if any."""
    auth_audience: str | None = None
    """The `aud` that a token must carry, if any."""


def load_settings() -> Settings:
    """Read the settings. Raises SettingsError; its text never holds a secret."""
    try:
        return Settings()  # type: ignore[call-arg]  # pydantic-settings reads them from the environment
    except ValidationError as error:
        raise SettingsError("\n".join(map(_line, error.errors()))) from None


def _line(error: "ErrorDetails") -> str:
    name = str(error["loc"][0]).upper()
    if error["type"] == "missing":
        return f"{name} is not set. Put it in the environment or in .env (.env.example shows all settings)."
    return f"{name} {error['msg'].removeprefix('Value error, ')}"

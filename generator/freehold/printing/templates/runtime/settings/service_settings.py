"""The settings of the service, from the environment or from `.env`."""

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ..http.rate_limit import open_storage
from .numbered_secrets import parse_numbered_secrets
from .secret_strength import check_secret

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
_RATE = re.compile(r"[1-9][0-9]{0,5}/(second|minute|hour)")
_MEMORY = SecretStr("memory://")
CONFIGURATION = SettingsConfigDict(
    env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
)


class SettingsError(SystemExit):
    """The settings are invalid, so the service does not start. The message has a line for each error."""


def _check_secret(secret: SecretStr) -> SecretStr:
    check_secret(secret.get_secret_value())
    return secret


def _check_secrets(secrets: SecretStr) -> SecretStr:
    parse_numbered_secrets(secrets.get_secret_value())
    return secrets


def _check_postgres_url(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("must start with postgresql://")
    return url


def _check_jwks_url(url: str) -> str:
    """Require HTTPS: an attacker could replace keys that are fetched without it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("is not a URL") from None
    if not host or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("is not a URL")
    if parts.username is not None or parts.fragment:
        raise ValueError("may hold neither a user nor a fragment")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise ValueError("must start with https:// (http:// is for this machine only)")
    return url


def _check_origins(text: str) -> str:
    """Check origins (RFC 6454): scheme, host, optional port. A trailing slash would match no browser."""
    origins = [origin.strip() for origin in text.split(",")]
    if not all(_ORIGIN.fullmatch(origin) for origin in origins):
        raise ValueError("must be origins such as https://app.example.com, separated by commas")
    return ",".join(origins)


def _check_rate(text: str) -> str:
    if not _RATE.fullmatch(text):
        raise ValueError("must be a number for a second, minute or hour, such as 100/minute")
    return text


def _check_storage(url: SecretStr) -> SecretStr:
    if url != _MEMORY:  # to open a storage imports the library
        open_storage(url.get_secret_value())
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Settings(BaseSettings):
    """The settings; environment variables are in upper case. An empty one counts as not set."""

    model_config = CONFIGURATION

    database_url: Annotated[SecretStr, AfterValidator(_check_postgres_url)]
    """The URL of PostgreSQL: postgresql://user:password@host/database."""
    database_pool_size: Annotated[int, Field(ge=1)] = 10
    """The maximum number of database connections per process."""
    database_timeout: Annotated[float, Field(gt=0)] = 10.0
    """How long a request may wait for the database, over all of its statements, in seconds."""
    database_patience: Annotated[float, Field(gt=0)] = 2.0
    """The timeout for acquiring a connection from the pool, in seconds."""
    database_prepared: bool = True
    """Whether statements are prepared; off behind a pooler that does not follow prepared statements."""
    shutdown_delay: Annotated[float, Field(ge=0)] = 0.0
    """The time between SIGTERM and the shutdown, while /readyz is not ready, in seconds."""
    max_body_bytes: Annotated[int, Field(ge=1)] = 1_048_576
    """The maximum size of a request body, in bytes."""
    max_upload_bytes: Annotated[int, Field(ge=1)] = 10_485_760
    """The maximum size of a body that is a file or has files, in bytes."""
    rate_limit: Annotated[str, AfterValidator(_check_rate)] | None = None
    """The rate limit per user, such as `100/minute`; None for no limit."""
    rate_limit_storage: Annotated[SecretStr, AfterValidator(_check_storage)] = _MEMORY
    """The storage of the rate limit: `memory://` per process, or `redis://host:6379` for all."""
    cors_origins: Annotated[str, AfterValidator(_check_origins)] | None = None
    """The allowed CORS origins, separated by commas: `https://app.example.com,https://...`."""
    docs: bool = False
    """Whether to serve Swagger UI at /docs."""
    check_answers: bool = False
    """Whether to answer 500 in place of what the contract does not declare; for development and tests."""
    gc_threshold: Annotated[int, Field(ge=100)] = 10_000
    """How many objects are made between two garbage collections."""
    log_format: Literal["json", "text"] = "json"
    """The format of log lines."""
    log_requests: bool = True
    """Whether to log each request."""
    metrics: bool = False
    """Whether to serve Prometheus metrics at /metrics, without authentication."""
    otel_traces_exporter: str | None = None
    """The exporter of traces: otlp, console or none; otlp if OTEL_EXPORTER_OTLP_ENDPOINT is set."""
    otel_exporter_otlp_endpoint: str | None = None
    """The OTLP collector (over HTTP): http://collector:4318."""
    better_auth_secret: Annotated[SecretStr, AfterValidator(_check_secret)] | None = None
    """The secret that signs tokens (HS256)."""
    better_auth_secrets: Annotated[SecretStr, AfterValidator(_check_secrets)] | None = None
    """The secrets during a rotation, `2:new,1:old`: tokens of each are accepted."""
    cursor_secret: Annotated[SecretStr, AfterValidator(_check_secret)] | None = None
    """The secret that signs cursors; by default the one that signs tokens."""
    auth_jwks_url: Annotated[str, AfterValidator(_check_jwks_url)] | None = Field(None, validate_default=True)
    """The URL of the issuer's public keys, instead of a secret."""
    auth_jwks_refresh: Annotated[float, Field(ge=1, le=3600)] = 300.0
    """The interval for refreshing the public keys, in seconds."""
    auth_max_lifetime: Annotated[int, Field(ge=1)] = 86400
    """The maximum lifetime of a token, in seconds."""
    auth_issuer: str | None = Field(None, validate_default=True)
    """The required `iss` of tokens; optional with a secret."""
    auth_audience: str | None = Field(None, validate_default=True)
    """The required `aud` of tokens; optional with a secret."""

    @field_validator("better_auth_secrets")
    @classmethod
    def _check_one_secret_setting(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and info.data.get("better_auth_secret") is not None:
            raise ValueError("and BETTER_AUTH_SECRET are both set: remove one of them.")
        return value

    @field_validator("auth_jwks_url")
    @classmethod
    def _check_one_kind_of_key(cls, value: str | None, info: ValidationInfo) -> str | None:
        """A verifier with both kinds of keys would allow algorithm confusion (RFC 8725, 3.1)."""
        secrets = ("better_auth_secret", "better_auth_secrets")
        are_valid = all(name in info.data for name in secrets)
        has_secret = any(info.data.get(name) is not None for name in secrets)
        if value is None and are_valid and not has_secret:
            raise ValueError(
                "and BETTER_AUTH_SECRET are not set: set one of them (.env.example shows all settings)."
            )
        if value is not None and has_secret:
            raise ValueError("and a secret (BETTER_AUTH_SECRET) are both set: remove one of them.")
        return value

    @field_validator("auth_issuer", "auth_audience")
    @classmethod
    def _check_required_with_jwks(cls, value: str | None, info: ValidationInfo) -> str | None:
        """An issuer's keys sign tokens for other services too (RFC 8725, 3.8 and 3.9)."""
        if value is None and info.data.get("auth_jwks_url") is not None:
            raise ValueError("is not set, and AUTH_JWKS_URL needs it.")
        return value

    def secrets(self) -> list[str]:
        """The secrets that sign tokens (HS256), the current one first."""
        if self.better_auth_secrets is not None:
            return parse_numbered_secrets(self.better_auth_secrets.get_secret_value())
        return [self.better_auth_secret.get_secret_value()] if self.better_auth_secret else []

    def cursor_secrets(self) -> list[str]:
        """The secrets that sign cursors, the current one first."""
        return [self.cursor_secret.get_secret_value()] if self.cursor_secret else self.secrets()


def load_settings() -> Settings:
    """Read the settings. Raises SettingsError, whose message never contains a secret."""
    try:
        return Settings()  # type: ignore[call-arg]  # pydantic-settings reads them from the environment
    except ValidationError as error:
        raise settings_error(error) from None


def settings_error(error: ValidationError) -> SettingsError:
    """Build the exception for invalid settings, with a line for each error."""
    return SettingsError("\n".join(map(_message, error.errors())))


def check_cursor_secret(settings: Settings) -> None:
    """Raise SettingsError if there is no secret to sign cursors with."""
    if not settings.cursor_secrets():
        raise SettingsError(
            "CURSOR_SECRET is not set, and AUTH_JWKS_URL needs it: lists end their pages with cursors,"
            " which are signed with it. Make one with `openssl rand -base64 32`, the same for all processes."
        )


def _message(error: "ErrorDetails") -> str:
    name = str(error["loc"][0]).upper()
    if error["type"] == "missing":
        return f"{name} is not set. Put it in the environment or in .env (.env.example shows all settings)."
    return f"{name} {error['msg'].removeprefix('Value error, ')}"

"""The settings of `python -m generated`: the address, limits and timeouts."""

from functools import cache
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings

from .service_settings import CONFIGURATION, settings_error


class ServerSettings(BaseSettings):
    """The settings of the server. Those of the application are in `service_settings`."""

    model_config = CONFIGURATION

    host: str = "127.0.0.1"
    """The address to listen on; 0.0.0.0 for all interfaces."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    """The port to listen on."""
    workers: Annotated[int, Field(ge=1, le=256)] = 1
    """The number of worker processes."""
    max_connections: Annotated[int, Field(ge=1)] = 1000
    """The maximum number of connections per process; others get 503."""
    max_header_bytes: Annotated[int, Field(ge=1024)] = 32_768
    """The maximum size of the request line and the headers together, in bytes."""
    header_timeout: Annotated[float, Field(gt=0)] = 5.0
    """The timeout for receiving the headers of a request, in seconds."""
    body_timeout: Annotated[float, Field(gt=0)] = 20.0
    """The timeout for receiving the body of a request, in seconds."""
    send_timeout: Annotated[float, Field(gt=0)] = 20.0
    """The timeout for sending a response, in seconds."""
    keep_alive_timeout: Annotated[int, Field(ge=1)] = 5
    """The keep-alive timeout of idle connections, in seconds."""
    shutdown_timeout: Annotated[int, Field(ge=1)] = 20
    """The time to finish open requests after SIGTERM, in seconds."""


@cache
def load_server_settings() -> ServerSettings:
    """Read the settings, once in each process. Raises SettingsError."""
    try:
        return ServerSettings()
    except ValidationError as error:
        raise settings_error(error) from None

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
    """The address to listen on; 0.0.0.0 is all of them."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    """The port to listen on."""
    workers: Annotated[int, Field(ge=1, le=256)] = 1
    """How many processes serve."""
    max_connections: Annotated[int, Field(ge=1)] = 1000
    """How many connections one process serves; the others are told 503."""
    max_header_bytes: Annotated[int, Field(ge=1024)] = 32_768
    """How large the request line and the headers of one request may be together."""
    header_timeout: Annotated[float, Field(gt=0)] = 5.0
    """How long the headers of a request may take to arrive, in seconds."""
    body_timeout: Annotated[float, Field(gt=0)] = 20.0
    """How long the body of a request may take to arrive, in seconds."""
    send_timeout: Annotated[float, Field(gt=0)] = 20.0
    """How long a client may take to take what was answered, in seconds."""
    keep_alive_timeout: Annotated[int, Field(ge=1)] = 5
    """How long a connection may be idle between two requests, in seconds."""
    shutdown_timeout: Annotated[int, Field(ge=1)] = 20
    """How long requests may go on after SIGTERM, in seconds."""


@cache
def load_server_settings() -> ServerSettings:
    """Read the settings, once in each process. Raises SettingsError."""
    try:
        return ServerSettings()
    except ValidationError as error:
        raise settings_error(error) from None

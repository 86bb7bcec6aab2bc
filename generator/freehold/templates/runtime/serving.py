"""How the service listens, and how much of it one client can take: the server's own limits."""

from functools import cache
from typing import Annotated

import uvicorn
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings

from .deadlines import Deadlines
from .settings import CONFIGURATION, load_settings, refused


class Serving(BaseSettings):
    """The settings of `python -m`, which are not those of the application."""

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
    keep_alive_timeout: Annotated[int, Field(ge=1)] = 5
    """How long a connection may be idle between two requests, in seconds."""
    shutdown_timeout: Annotated[int, Field(ge=1)] = 20
    """How long requests may go on after SIGTERM, in seconds."""


@cache
def load_serving() -> Serving:
    """Read the settings, once in each process. Raises SettingsError."""
    try:
        return Serving()
    except ValidationError as error:
        raise refused(error) from None


class Guarded(Deadlines):
    """The protocol with this process's limits. uvicorn makes one for each connection."""

    @property
    def header_timeout(self) -> float:
        """See Serving."""
        return load_serving().header_timeout

    @property
    def body_timeout(self) -> float:
        """See Serving."""
        return load_serving().body_timeout

    @property
    def max_header_bytes(self) -> int:
        """See Serving."""
        return load_serving().max_header_bytes


def serve(app: str) -> None:
    """Serve `app`, a module and its variable, until SIGTERM. Raises SettingsError before anything starts."""
    load_settings()  # each worker reads them again: one that could not start would be started for ever
    chosen = load_serving()
    uvicorn.run(
        app,
        host=chosen.host,
        port=chosen.port,
        workers=chosen.workers,
        http=Guarded,
        ws="none",
        server_header=False,
        access_log=False,
        limit_concurrency=chosen.max_connections,
        timeout_keep_alive=chosen.keep_alive_timeout,
        timeout_graceful_shutdown=chosen.shutdown_timeout,
    )

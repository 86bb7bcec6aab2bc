"""Opens connections to PostgreSQL."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
from pydantic import BaseModel

from ...settings.service_settings import Settings
from ...validation.json_text import from_json_text, to_json_text
from .preparation import Preparation
from .session_connection import SessionConnection

_log = logging.getLogger(__name__)


class Connector:
    """Opens connections with a server-side statement timeout.

    A proxy may reject the startup parameters (PgBouncer does, unless they are listed in its
    `ignore_startup_parameters`); then only the client-side timeout applies. Options in DATABASE_URL win.
    """

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database_url.get_secret_value()
        self._timeout = settings.database_timeout
        timeout_text = f"{settings.database_timeout:.3f}s"
        url_options = parse_qs(urlsplit(self._url).query)
        defaults = {"statement_timeout": timeout_text, "idle_in_transaction_session_timeout": timeout_text}
        self._timeouts = {name: value for name, value in defaults.items() if name not in url_options}
        self.preparation = Preparation(enabled=settings.database_prepared)

    async def __call__(self) -> SessionConnection:
        """Connect, with server-side timeouts if the server accepts them."""
        timeouts = self._timeouts
        try:
            session = await self._connect(timeouts)
        except (asyncpg.ProtocolViolationError, asyncpg.FeatureNotSupportedError):
            if not timeouts:
                raise
            session = await self._connect({})
            if self._timeouts:  # several connections are opened at once
                self._timeouts = {}
                _log.warning(
                    "database_without_timeouts: the proxy before PostgreSQL rejects statement_timeout"
                )
        try:
            await _register_jsonb(session)
            await session.choose_codecs()
        except BaseException:
            session.terminate()
            raise
        return session

    async def _connect(self, timeouts: Mapping[str, str]) -> SessionConnection:
        session = await asyncpg.connect(
            self._url,
            timeout=self._timeout,
            statement_cache_size=0,  # `SessionConnection` holds the prepared statements
            server_settings=dict(timeouts),
            connection_class=SessionConnection,
        )
        assert isinstance(session, SessionConnection)  # noqa: S101 - narrows the type for mypy
        session.preparation = self.preparation
        return session


async def _register_jsonb(connection: "asyncpg.Connection[Any]") -> None:
    """Decode jsonb to Python values, and encode models by their aliases. Numbers keep their digits.

    It is the method of asyncpg: that of `SessionConnection` would mark the session as changed.
    """
    await asyncpg.Connection.set_type_codec(
        connection, "jsonb", encoder=_encode, decoder=from_json_text, schema="pg_catalog"
    )


def _encode(value: object) -> str:
    return to_json_text(_on_the_wire(value))


def _on_the_wire(value: object) -> object:
    """A model as it is sent and answered; other values are what they are."""
    if isinstance(value, BaseModel):
        return value.model_dump(by_alias=True)
    return [_on_the_wire(item) for item in value] if isinstance(value, list) else value

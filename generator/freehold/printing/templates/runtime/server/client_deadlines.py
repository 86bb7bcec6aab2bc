"""Timeouts and limits for receiving requests: without them, clients could be slow or endless."""

import logging
from http import HTTPStatus
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from typing_extensions import override
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from .connection import BODY, HEAD, LARGEST_PIECE, NOTHING, Connection
from .request_cycle import RequestCycle
from .request_heads import (
    HOST,
    HeadFault,
    expects_continue,
    find_head_fault,
    find_line_fault,
    split_target,
    understood_version,
)
from .server_answers import connection_limit_app, raw_problem_response

_HEADERS_OF_PROXIES = frozenset(
    {b"forwarded"} | {b"x-forwarded-" + name for name in (b"for", b"proto", b"host", b"port", b"prefix")}
)
_log = logging.getLogger("uvicorn.error")


class DeadlineProtocol(Connection):
    """A connection with timeouts for headers and bodies, and with limits for headers and connections.

    uvicorn runs the server, without TLS, WebSockets, a root path, and an access log: see `serve.py`. Its own
    protocol would spread the work for one request over three times as many functions.
    """

    __slots__ = (
        "_arriving", "_head_fault", "_header_bytes", "_headers", "_is_over_limit", "_max_header_bytes",
        "_parser", "_unparsed_bytes", "_unseen_body", "_url",
    )  # fmt: skip

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._arriving = NOTHING  # or the HEAD or BODY of a request, which has begun to arrive
        self._url = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._header_bytes = 0
        self._max_header_bytes = self._limits.max_header_bytes
        self._unparsed_bytes = 0  # bytes of an incomplete line, which the parser buffers
        self._unseen_body = 0  # bytes of a body that the parser takes for those of another protocol
        self._head_fault: HeadFault | None = None
        self._is_over_limit = False  # the connection limit was reached before this connection
        self._parser = HttpRequestParser(self)
        # what follows a request that closes the connection is not an error of that request, and a version is
        # judged when the head is complete
        self._parser.set_dangerous_leniencies(lenient_data_after_close=True, lenient_version=True)

    @override
    def connection_made(self, transport: Any) -> None:
        """Wait for the headers of the first request."""
        super().connection_made(transport)
        self._is_over_limit = len(self.connections) > self._limits.max_connections
        self._await(HEAD, self._limits.header_timeout)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the parser, which references the connection."""
        super().connection_lost(exc)
        del self._parser

    @override
    def data_received(self, data: bytes) -> None:
        """Feed the parser. If a request is incomplete then, check the limits, and wait for the rest."""
        if self._queue or self._unseen_body or len(data) > LARGEST_PIECE:
            self._held += data
            self._feed_held()
            return
        self._unparsed_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserError as error:
            _log.warning("Invalid HTTP request received.")
            if not self._head_fault and self._arriving == HEAD:
                self._head_fault = find_line_fault(error, self._parser.get_http_version(), data)
            self._reject_invalid()
        except HttpParserUpgrade as upgrade:  # which is declined: the next request follows (RFC 9110, 7.8)
            _log.warning("Unsupported upgrade request.")
            self._held = data[upgrade.args[0] :] + self._held
            self._feed_held()
        if self._unparsed_bytes or self._arriving:
            self._wait_for_rest()

    def on_message_begin(self) -> None:
        """A request starts."""
        self._arriving, self._url, self._headers, self._header_bytes = HEAD, b"", [], 0

    def on_url(self, url: bytes) -> None:
        """Keep a part of the URL, and count its bytes."""
        self._unparsed_bytes = 0
        self._header_bytes += len(url)
        if self._header_bytes > self._max_header_bytes:
            raise ValueError("the headers are too large")  # the parser stops
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header, or ignore a trailer (RFC 9112, 7.1.2), and count its bytes.

        The parser excludes only the whitespace before a value (RFC 9112, 5.1). It refuses any but spaces and
        tabs in one.
        """
        self._unparsed_bytes = 0
        self._header_bytes += len(name) + len(value)
        if self._header_bytes > self._max_header_bytes:
            raise ValueError("the headers are too large")  # the parser stops
        self._headers.append((name.lower(), value.rstrip()))

    def on_headers_complete(self) -> None:
        """The headers are complete: check them, and start the request."""
        parser, headers, version = self._parser, self._headers, self._parser.get_http_version()
        fields = dict(headers)  # for a quick look: of headers with one name, it has the last
        coded = b"transfer-encoding" in fields
        is_usual = version == "1.1" and not coded and len(fields) == len(headers)
        if not (is_usual and HOST.fullmatch(fields.get(b"host", b""))):
            version = understood_version(version)
            self._head_fault = find_head_fault(version, headers)
            if self._head_fault:
                raise ValueError(self._head_fault.detail)  # the parser stops
        if parser.should_upgrade():
            self._decline_upgrade(fields)
        method = parser.get_method().decode("ascii")
        cycle = RequestCycle(
            self,
            is_head=method == "HEAD",
            has_body=coded or b"content-length" in fields,
            is_1_1=version == "1.1",
            keep_alive=version == "1.1" and parser.should_keep_alive(),
            expects_continue=version == "1.1" and b"expect" in fields and expects_continue(headers),
        )
        scope = self._describe(version, method, headers)
        scope["freehold.respond"] = cycle.respond
        limit = self._limits.max_connections
        if len(self.tasks) >= limit or (self._is_over_limit and len(self.connections) > limit):
            app: Any = connection_limit_app  # older connections are still served
        else:
            app = self.config.loaded_app
            if _HEADERS_OF_PROXIES.isdisjoint(fields) and isinstance(app, ProxyHeadersMiddleware):
                app = app.app
        self._headers = []  # for trailers, which are not for the application
        self._arriving, self._unparsed_bytes = BODY, 0
        self._start_in_turn(cycle, app, scope)

    def on_body(self, body: bytes) -> None:
        """Pass a part of the body on. It is not counted: the application limits it."""
        self._unparsed_bytes = 0
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            cycle.add_body(body)

    def on_message_complete(self) -> None:
        """The request is complete: wait for nothing more."""
        if self._unseen_body:
            return
        self._arriving = self._awaited = NOTHING
        self._unparsed_bytes = 0
        cycle = self.cycle
        if cycle is not None and cycle.more_body and not cycle.response_complete:
            cycle.end_body()

    def _decline_upgrade(self, fields: dict[bytes, bytes]) -> None:
        """Read the body, if there is one: the service speaks no other protocol (RFC 9110, 7.8)."""
        if b"transfer-encoding" in fields:
            self._head_fault = HeadFault(HTTPStatus.NOT_IMPLEMENTED, "An upgrade with a body in chunks.")
            raise ValueError(self._head_fault.detail)  # the parser stops
        self._unseen_body = int(fields.get(b"content-length", b"0"))

    @override
    def _receive_piece(self, piece: bytes) -> None:
        """Receive a piece, of which the body after a declined upgrade is not for the parser."""
        if not self._unseen_body:
            super()._receive_piece(piece)
            return
        body, self._held = piece[: self._unseen_body], piece[self._unseen_body :] + self._held
        self._unseen_body -= len(body)
        self.on_body(body)
        if not self._unseen_body:
            self.on_message_complete()

    def _describe(self, version: str, method: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
        """The ASGI scope of the request."""
        raw_path, path, query = split_target(self._url)
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": version,
            "server": self.server,
            "client": self.client,
            "scheme": "http",
            "root_path": "",
            "headers": headers,
            "state": self.app_state.copy(),
            "method": method,
            "path": path,
            "raw_path": raw_path,
            "query_string": query,
        }

    def _wait_for_rest(self) -> None:
        """Wait for the rest of a request, however often a part of it arrives. Empty lines are not one."""
        if self.transport.is_closing():
            return
        if self._unparsed_bytes > self._max_header_bytes:
            self._reject(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._arriving not in {NOTHING, self._awaited}:
            is_head = self._arriving == HEAD
            self._await(self._arriving, self._limits.header_timeout if is_head else self._limits.body_timeout)

    @override
    def _on_timeout(self) -> None:
        """Respond to a request that has not arrived in time, or close a connection without one."""
        if self._arriving == NOTHING:
            super()._on_timeout()
        elif self._queue:  # nothing is read until they are answered: the client cannot send the rest
            self._awaited = NOTHING
            self._wait_for_rest()
        else:
            self._reject(HTTPStatus.REQUEST_TIMEOUT)

    def _reject_invalid(self) -> None:
        """Respond to a request that the parser rejected."""
        if self._head_fault:
            self._reject(self._head_fault.status, self._head_fault.detail)
            return
        too_large = self._header_bytes > self._max_header_bytes
        self._reject(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if too_large else HTTPStatus.BAD_REQUEST)

    def _reject(self, status: HTTPStatus, detail: str = "") -> None:
        """Respond, unless another response is in progress, and close. The application sees a disconnect."""
        self._awaited = NOTHING
        if self.transport.is_closing():
            return
        if self._can_respond():
            self.transport.write(raw_problem_response(status, detail))
        self._disconnect()
        self.close()

    def _can_respond(self) -> bool:
        """Whether a response written now would belong to the request that is arriving."""
        if self._arriving == BODY:
            cycle = self._responding
            return cycle is not None and cycle is self.cycle and not cycle.response_started
        return not self._queue and not self._is_responding()

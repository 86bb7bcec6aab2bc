"""What every request gets, in one ASGI layer: an id, its route, an answer to failures, headers, a log line.

Each layer of its own would cost a call, and a function that sees each part of the answer. What is off by
default (CORS, metrics, spans) is a layer inside this one, and costs nothing while it is off.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from ..problems import INTERNAL_ERROR, UNKNOWN_PATH, respond
from ..routing.route_table import RouteTable
from .error_handlers import log_failure, respond_to_error
from .exchange import OF_REQUEST, Exchange, current_exchange

Layer = Callable[[ASGIApp], ASGIApp]
"""Wraps an ASGI application."""
Probe = Callable[[Request], Awaitable[Response]]
"""Answers requests of a path that belongs to the service, not to the contract."""
LogRequest = Callable[[Scope, int | None, float], None]
"""Logs a request: its scope, its status (None without a response), and its duration in seconds."""


@dataclass
class Lifecycle:
    """What a process is about to do."""

    is_stopping: bool = False
    """Whether it has received SIGTERM."""


_ENDLESS = Lifecycle()


class RequestMiddleware:
    """Answers the requests of contract routes and probes, and passes all others on.

    Args:
        app: the router of all other requests.
        routes: the routes of the application; contract routes at the start are answered directly.
        probes: what answers at the paths of the service itself. Those requests are not logged.
        log: logs each request, if the log is on.
        outer: layers around everything but request ids and security headers, the outermost first.
        inner: layers around what is logged, the outermost first.
        lifecycle: tells whether clients should open new connections, because this process ends.

    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        routes: Iterable[BaseRoute] = (),
        probes: Mapping[str, Probe] | None = None,
        log: LogRequest | None = None,
        outer: Iterable[Layer] = (),
        inner: Iterable[Layer] = (),
        lifecycle: Lifecycle = _ENDLESS,
    ) -> None:
        self._app = app
        self._table = RouteTable(routes)
        self.answers_routes = bool(self._table)
        """Whether contract routes are answered without the router."""
        self._probes = probes or {}
        self._log = log
        self._lifecycle = lifecycle
        self._inner = _wrapped(self._answer, inner)
        layers = [*outer]
        self._has_no_outer = not layers
        self._outer = _wrapped(self._probe_or_answer, layers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. Its id is in `scope["state"]["request_id"]`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = Exchange(scope, send, is_last=self._lifecycle.is_stopping)
        token = current_exchange.set(exchange)
        is_usual = self._has_no_outer and scope["path"] not in self._probes and not scope.get("root_path")
        try:
            await (self._inner if is_usual else self._outer)(scope, receive, exchange.send)
        finally:
            current_exchange.reset(token)
            scope["state"].pop(OF_REQUEST, None)

    def _probe_or_answer(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        path, root = scope["path"], scope.get("root_path")
        probe = self._probes.get(path.removeprefix(root) if root else path)
        if probe is None:
            return self._inner(scope, receive, send)
        return _answer_probe(probe, scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, and log it; 500 for an exception without a handler. The connection stays open."""
        started_at = perf_counter()
        try:
            await self._find_application(scope)(scope, receive, send)
        except ClientDisconnect:
            return  # the client is gone
        except Exception as error:  # noqa: BLE001 - each failure is answered
            await self._respond_to_error(error, scope, receive, send)
        finally:
            if self._log is not None:
                self._log(scope, current_exchange.get().status, perf_counter() - started_at)

    async def _respond_to_error(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        request, has_started = Request(scope), current_exchange.get().status is not None
        response = None if has_started else await respond_to_error(request, error)
        if response is None:
            log_failure(request, error)
            if has_started:  # too late for a response: the server closes the connection
                raise RuntimeError("a response was interrupted") from None
            response = respond(request, INTERNAL_ERROR)
        await response(scope, receive, send)

    def _find_application(self, scope: Scope) -> ASGIApp:
        raw_path: bytes = scope.get("raw_path") or b""
        if b"%" in raw_path and b"%2f" in raw_path.lower():  # decoded, it would separate segments
            return respond(Request(scope), UNKNOWN_PATH)  # RFC 3986, 2.2
        found = None if scope.get("root_path") else self._table.find(scope["method"], scope["path"])
        if found is None:
            return self._app
        route, scope["path_params"] = found
        scope["route"], scope["endpoint"] = route, route.endpoint
        return route.app


async def _answer_probe(probe: Probe, scope: Scope, receive: Receive, send: Send) -> None:
    response = await probe(Request(scope))
    response.headers["Cache-Control"] = "no-store"
    await response(scope, receive, send)


def _wrapped(app: ASGIApp, layers: Iterable[Layer]) -> ASGIApp:
    for layer in reversed([*layers]):
        app = layer(app)
    return app

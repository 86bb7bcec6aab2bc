"""The layer around every request finds what the router finds, and leaves hand-written code its place."""

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable
from itertools import product
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from generated.runtime.http.contract_route import ContractRoute
from generated.runtime.http.middleware import error_handlers
from generated.runtime.http.middleware.request_middleware import Lifecycle, RequestMiddleware
from generated.runtime.http.middleware.service_application import ServiceApplication
from generated.runtime.http.problems import Problem
from generated.runtime.http.routing.route_matching import arrange_routes
from generated.runtime.http.routing.route_table import RouteTable

SEGMENTS = ("tasks", "stats", "my%20tasks", "a.json", "{id}", "{id}.json", "{id}:done", "{kind}-{id}")
WORDS = ("tasks", "stats", "my tasks", "a.json", "b.json", "7:done", "x-y", "ü", "")
METHODS = ("GET", "POST", "HEAD", "DELETE")


def contract_routes(templates: list[tuple[str, str]]) -> list[BaseRoute]:
    router = APIRouter(route_class=ContractRoute)

    async def endpoint() -> None: ...

    for method, path in dict.fromkeys(templates):
        router.add_api_route(path, endpoint, methods=[method])
    return arrange_routes(router.routes)


def random_templates(chance: random.Random) -> list[tuple[str, str]]:
    def path() -> str:
        segments = chance.choices(SEGMENTS, k=chance.randrange(1, 4))
        return "/" + "/".join(
            text.replace("id}", f"id{n}}}").replace("kind", f"kind{n}") for n, text in enumerate(segments)
        )

    return [(chance.choice(METHODS[:2]), path()) for _ in range(chance.randrange(1, 12))]


def found_by_router(routes: list[BaseRoute], method: str, path: str) -> tuple[BaseRoute, Any] | None:
    scope: Scope = {"type": "http", "method": method, "path": path}
    for route in routes:
        match, found = route.matches(scope)
        if match is Match.FULL:
            return route, found["path_params"]
    return None


@pytest.mark.parametrize("seed", range(60))
def test_the_table_finds_what_the_router_finds(seed: int) -> None:
    chance = random.Random(seed)
    routes = contract_routes(random_templates(chance))
    table = RouteTable(routes)

    for method, depth in product(METHODS, range(1, 4)):
        for _ in range(12):
            path = "/" + "/".join(chance.choices(WORDS, k=depth)) + chance.choice(("", "", "/", "\n"))
            assert table.find(method, path) == found_by_router(routes, method, path), (method, path)


def service(*contract: str, kind: type[FastAPI] = ServiceApplication, **options: Any) -> FastAPI:
    """An application with contract routes at these paths, each of which says its path."""
    router = APIRouter(route_class=ContractRoute)
    for path in contract:
        router.add_api_route(path, endpoint_of(path), methods=["GET"])
    app = kind(routes=arrange_routes(router.routes), redirect_slashes=False, openapi_url=None)
    error_handlers.install(app)
    app.add_middleware(RequestMiddleware, routes=app.routes, **options)
    return app


def endpoint_of(path: str) -> Callable[[], Awaitable[str]]:
    async def endpoint() -> str:
        if path.startswith("/raise"):
            raise FAILURES[path.removeprefix("/raise-")]
        return path

    return endpoint


class OwnError(Exception):
    """An exception that an override raises, and that the project has a handler for."""


FAILURES: dict[str, Exception] = {
    "own": OwnError("CANARY"),
    "problem": Problem(409, "No."),
    "http": HTTPException(418, "Tea."),
    "bug": KeyError("CANARY"),
}


def ask(app: ASGIApp, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(run())


def test_a_hand_written_route_before_the_contract_has_precedence() -> None:
    app = service("/tasks")
    app.add_route("/tasks", lambda _: PlainTextResponse("mine"))
    app.router.routes.insert(0, app.router.routes.pop())

    assert ask(app, "/tasks").text == "mine"


def test_a_hand_written_route_after_the_contract_serves_what_is_left() -> None:
    app = service("/tasks")
    app.add_route("/tasks", lambda _: PlainTextResponse("deleted"), methods=["DELETE"])
    app.add_route("/other", lambda _: PlainTextResponse("other"))

    assert ask(app, "/tasks").json() == "/tasks"
    assert ask(app, "/tasks", "DELETE").text == "deleted"
    assert ask(app, "/other").text == "other"


def test_middleware_that_a_project_adds_surrounds_contract_routes() -> None:
    app = service("/tasks")
    app.add_middleware(GZipMiddleware, minimum_size=1)

    assert ask(app, "/tasks").headers["Content-Encoding"] == "gzip"


def test_the_layers_of_fastapi_are_passed_only_where_they_have_something_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passed: list[str] = []
    original = ServerErrorMiddleware.__call__

    async def record(self: ServerErrorMiddleware, scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope["path"])
        await original(self, scope, receive, send)

    monkeypatch.setattr(ServerErrorMiddleware, "__call__", record)
    surrounded = service("/tasks")
    surrounded.add_middleware(GZipMiddleware)
    mounted = service("/tasks")
    mounted.root_path = "/api"
    plain, empty = service("/tasks", kind=FastAPI), service()
    for app, passes in (
        (service("/tasks"), False),
        (plain, True),
        (surrounded, True),
        (mounted, True),
        (empty, True),
    ):
        ask(app, "/warm-up")  # the first request builds the layers
        passed.clear()
        path = f"{app.root_path}/tasks"
        assert ask(app, path).status_code == (404 if app is empty else 200)
        assert passed == ([path] if passes else [])


@pytest.mark.parametrize("routed", [False, True])
@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/raise-own", 402, "handled"),
        ("/raise-problem", 409, '"detail": "No."'),
        ("/raise-http", 418, '"detail": "Tea."'),
        ("/raise-bug", 500, "urn:request:"),
    ],
)
def test_handlers_of_exceptions_are_asked_as_the_router_asks_them(
    path: str, status: int, text: str, routed: bool
) -> None:
    app = service(*(f"/raise-{name}" for name in FAILURES))
    app.add_exception_handler(OwnError, lambda *_: PlainTextResponse("handled", 402))
    app.add_exception_handler(Exception, lambda *_: PlainTextResponse("never asked", 599))
    if routed:  # another route first, so that the router finds all
        app.add_route("/first", lambda _: PlainTextResponse(""))
        app.router.routes.insert(0, app.router.routes.pop())

    answer = ask(app, path)

    assert (answer.status_code, text in answer.text, "CANARY" in answer.text) == (status, True, False)
    assert all(error.__traceback__ is None for name, error in FAILURES.items() if name != "bug")


@pytest.mark.parametrize("path", ["/tasks", "/first", "/nothing", "/livez", "/raise-bug", "/tasks%2f7"])
def test_every_answer_has_the_same_headers(path: str) -> None:
    async def alive(_: Request) -> Response:
        return PlainTextResponse("alive")

    app = service("/tasks", "/raise-bug", probes={"/livez": alive})
    app.add_route("/first", lambda _: PlainTextResponse("", headers={"X-Request-Id": "theirs"}))

    answer = ask(app, path, **{"X-Request-Id": "one"})

    assert answer.headers.get_list("X-Request-Id") == ["one"]
    assert answer.headers.get_list("X-Content-Type-Options") == ["nosniff"]
    assert answer.headers.get_list("Cache-Control") == ["no-store"]


def test_what_an_answer_says_about_caching_is_kept() -> None:
    app = service()
    app.add_route("/kept", lambda _: PlainTextResponse("", headers={"Cache-Control": "max-age=1"}))
    app.add_route("/tagged", lambda _: PlainTextResponse("", headers={"ETag": '"1"'}))

    assert ask(app, "/kept").headers["Cache-Control"] == "max-age=1"
    assert ask(app, "/tagged").headers["Cache-Control"] == "private, no-cache"


def test_clients_are_asked_to_reconnect_while_the_process_stops() -> None:
    assert (
        ask(service("/tasks", lifecycle=Lifecycle(is_stopping=True)), "/tasks").headers["Connection"]
        == "close"
    )
    assert "Connection" not in ask(service("/tasks"), "/tasks").headers


def test_a_request_is_logged_once_with_its_status_and_its_template() -> None:
    logged: list[tuple[str | None, int | None]] = []

    def log(scope: Scope, status: int | None, seconds: float) -> None:
        assert seconds >= 0
        logged.append((getattr(scope.get("route"), "path", None), status))

    async def alive(_: Request) -> Response:
        return PlainTextResponse("alive")

    app = service("/tasks", "/raise-bug", log=log, probes={"/livez": alive})
    for path in ("/tasks", "/raise-bug", "/nothing", "/livez"):
        ask(app, path)

    assert logged == [("/tasks", 200), ("/raise-bug", 500), (None, 404)]


def test_an_answer_that_breaks_off_is_logged_and_ends_the_connection(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def parts() -> Any:
        yield b"begun"
        raise KeyError("CANARY")

    logged: list[int | None] = []
    app = service(log=lambda _scope, status, _seconds: logged.append(status))
    app.add_route("/parts", lambda _: StreamingResponse(parts()))

    with caplog.at_level(logging.ERROR), pytest.raises(RuntimeError, match="a response was interrupted"):
        asyncio.run(app(*exchange("/parts")))

    assert logged == [200]
    assert "KeyError at " in caplog.text
    assert "CANARY" not in caplog.text


def test_layers_are_around_what_they_are_named_for() -> None:
    seen: list[str] = []

    def layer(name: str) -> Callable[[ASGIApp], ASGIApp]:
        def wrap(app: ASGIApp) -> ASGIApp:
            async def pass_on(scope: Scope, receive: Receive, send: Send) -> None:
                seen.append(name)
                await app(scope, receive, send)

            return pass_on

        return wrap

    async def alive(_: Request) -> Response:
        return PlainTextResponse("alive")

    app = service(
        "/tasks",
        probes={"/livez": alive},
        outer=[layer("outer"), layer("second")],
        inner=[layer("inner")],
        log=lambda *_: seen.append("log"),
    )
    ask(app, "/tasks")
    assert seen == ["outer", "second", "inner", "log"]
    seen.clear()
    assert json.loads(json.dumps(ask(app, "/livez").text)) == "alive"
    assert seen == ["outer", "second"]


def exchange(path: str) -> tuple[Scope, Receive, Send]:
    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def send(_: Any) -> None: ...

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    return scope, receive, send

"""Where the CPU time of one request goes, by layer: `make bench-layers`.

The whole request is made in a loop, in this process, with a real PostgreSQL behind it; then without its
outermost layer, and so on. A layer is the difference: in a loop of its own it would find the caches of the
processor warm, and take a third. The figures are CPU time in microseconds, the smallest of many short loops.
"""

import os
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, redirect_stderr
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import uvloop
from fastapi import FastAPI
from starlette.requests import Request

from freehold.workbench import development_tokens
from tests.bench.service.database import cluster, create_database, user_name
from tests.bench.service.programs import ROOT

LOOPS, CALLS = 80, 40
"""Short loops, and the smallest of many: on a busy machine, some run undisturbed."""
USER = user_name(0)
Call = Callable[[], Awaitable[object] | object]


def main() -> None:
    """Print the table."""
    with TemporaryDirectory(prefix="freehold-layers-") as folder, cluster(Path(folder)) as postgres:
        database = create_database(postgres.server, "layers", ROOT)
        secret = secrets.token_urlsafe(48)
        os.environ |= {"DATABASE_URL": database.url, "BETTER_AUTH_SECRET": secret}
        with (Path(folder) / "log").open("w", encoding="utf-8") as log, redirect_stderr(log):
            uvloop.run(_measure(development_tokens.sign(secret, USER), database.ids[0][0]))


async def _measure(token: str, row_id: UUID) -> None:
    from generated.app import app  # noqa: PLC0415 - it reads its settings when it is imported

    async with _lifespan(app) as state:
        exchanges = _Exchanges(app, state, token)
        for title, path, query in (
            ("get", f"/api/tasks/{row_id}", b""),
            ("list 20", "/api/tasks", b"per_page=20"),
            ("list 100", "/api/tasks", b"per_page=100"),
        ):
            print(f"\n{title}")
            calls = exchanges.calls(path, query)
            figures = await _microseconds([*calls.values()])
            for layer, figure, inside in zip(calls, figures, [*figures[1:], 0.0], strict=True):
                print(f"  {figure - inside:7.1f}  {layer}")
            print(f"  {figures[0]:7.1f}  in all", flush=True)


class _Exchanges:
    """Makes calls of the layers that a request passes."""

    def __init__(self, app: FastAPI, state: dict[str, Any], token: str) -> None:
        self._app, self._state, self._token = app, state, token

    def calls(self, path: str, query: bytes) -> dict[str, Call]:
        """Calls for a request, by the layer that the next one lacks."""
        from generated.runtime.http.routing.route_table import RouteTable  # noqa: PLC0415
        from generated.runtime.identity.bearer_tokens import verified_token  # noqa: PLC0415

        found = RouteTable(self._app.routes).find("GET", path)
        assert found is not None
        route, parameters = found
        operation: Any = route.app
        layer: Any = self._app.user_middleware[0]
        surrounded = layer.cls(_ignore, **layer.kwargs)
        silent = layer.cls(_ignore, **{**layer.kwargs, "log": None})

        def scope() -> dict[str, Any]:
            return self._scope(path, query) | {"path_params": parameters}

        async def endpoint() -> object:
            arguments, _ = await operation._binding.bind(Request(scope(), _receive), None)
            if operation._row_source is not None:
                arguments[operation._row_source].skip_models()
            return await route.endpoint(**arguments)

        async def response() -> object:
            return operation._serialize(await endpoint(), 200)

        return {
            "the layers of FastAPI and Starlette": lambda: self._app(scope(), _receive, _ignore_message),
            "the line in the log": lambda: surrounded(scope(), _receive, _ignore_message),
            "request id, route, headers": lambda: silent(scope(), _receive, _ignore_message),
            "retries, problems, sending": lambda: route.app(scope(), _receive, _ignore_message),
            "the result as JSON": response,
            "the endpoint: repository, statement, asyncpg": endpoint,
            "parameters and headers": lambda: operation._binding.bind(Request(scope(), _receive), None),
            "the token, verified before": lambda: verified_token(Request(scope(), _receive)),
        }

    def _scope(self, path: str, query: bytes) -> dict[str, Any]:
        """What uvicorn makes of a request."""
        authorization = f"Bearer {self._token}".encode()
        return {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query,
            "headers": [(b"host", b"localhost"), (b"authorization", authorization)],
            "root_path": "",
            "app": self._app,
            "state": self._state | {"request_id": "measured", "owner": USER},
        }


async def _microseconds(calls: Sequence[Call]) -> list[float]:
    """The CPU time of each call. They take turns, so that what disturbs one disturbs all."""
    smallest = [float("inf")] * len(calls)
    for _ in range(LOOPS):
        for number, call in enumerate(calls):
            began = time.process_time()
            for _ in range(CALLS):
                result = call()
                if isinstance(result, Awaitable):
                    await result
            smallest[number] = min(smallest[number], (time.process_time() - began) / CALLS * 1e6)
    return smallest


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    async with app.router.lifespan_context(app) as state:
        yield dict(state or {})


async def _receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _ignore(_scope: Any, _receive: Any, _send: Any) -> None:
    """An application that does nothing."""


async def _ignore_message(_: Any) -> None:
    """A client that reads nothing."""


if __name__ == "__main__":
    main()

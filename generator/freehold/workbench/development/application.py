"""The application that `freehold dev` runs: that of the project, with a debugger and tracebacks.

`/` leads to the documentation page, unless the service has that path. The page asks for
/docs/development.json. The service answers `{}`; here it gets a token or, where another server signs the
tokens, how to get one. So no setting of a service can make it hand out tokens.
"""

import json
import logging
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freehold.ground.project import find_project
from freehold.workbench.development import debugger, tracebacks

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_VARIABLE = "FREEHOLD_DEV"
_PATH, _PAGE, _LIVENESS = "/docs/development.json", b"/docs", "/livez"
_HEADERS = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))
_LOOPBACK = re.compile(rb"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?")


@dataclass(frozen=True)
class Development:
    """What the documentation page is told. It is passed to the server in an environment variable."""

    package: str
    """The package of the generated service."""
    root: str
    """The folder of the project."""
    secret: str | None
    """Signs development tokens; None when another server signs them."""
    subject: str
    claims: Mapping[str, Any]
    """The claims of the token besides `sub`."""
    advice: tuple[str, ...]
    """How to get a token when another server signs them."""

    def variables(self) -> dict[str, str]:
        """Return the environment variable from which `create` reads this."""
        return {_VARIABLE: json.dumps(asdict(self))}


def create() -> "ASGIApp":
    """Create the application; a factory for uvicorn."""
    development = Development(**json.loads(os.environ[_VARIABLE]))
    places = tracebacks.Places.of(find_project(Path(development.root)))
    debugger.install()
    try:
        app = import_module(f"{development.package}.app").app
    except Exception as error:
        if not tracebacks.is_of_hand_written_code(error, places):
            raise
        text = tracebacks.format_exception(error, places)
        print(f"\n{text}\n", file=sys.stderr, flush=True)
        return _BrokenApp(text)
    runtime = logging.getLogger(f"{development.package}.runtime")
    tracebacks.install(runtime, places)
    return _DevelopmentApp(app, development)


class _BrokenApp:
    """Answers in place of a service that cannot be imported, until a change mends it."""

    def __init__(self, text: str) -> None:
        self._body = f"The service cannot be imported:\n{text}".encode()

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] == "lifespan":
            while (await receive())["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["type"] == "http":
            status = 200 if scope["path"] == _LIVENESS else 500
            headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": self._body})


class _DevelopmentApp:
    """Answers /docs/development.json and `/`, and passes everything else to the service."""

    def __init__(self, app: Any, development: Development) -> None:
        self._app, self._development = app, development
        self._has_root = any(getattr(route, "path", None) == "/" for route in app.routes)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] == "http" and scope["path"] == _PATH and _is_for_loopback(scope):
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await send({"type": "http.response.body", "body": self._answer()})
        elif scope["type"] == "http" and scope["path"] == "/" and not self._has_root:
            headers = [(b"location", _PAGE), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 307, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._app(scope, receive, send)

    def _answer(self) -> bytes:
        from freehold.workbench import development_tokens

        told = self._development
        token = told.secret and development_tokens.sign(told.secret, told.subject, claims=told.claims)
        return json.dumps({"token": token, "advice": told.advice}).encode()


def _is_for_loopback(scope: "Scope") -> bool:
    """Whether the request names this machine: a page of another host whose name leads here gets no token."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return len(hosts) == 1 and _LOOPBACK.fullmatch(hosts[0]) is not None

"""`overrides/app.py` adds routes and middleware: they are wired, listed, and never ignored in silence."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI

from tests.support import warm_python
from tests.support.contracts import Run
from tests.support.thoroughness import long
from tests.support.tool import MAIN

EXTENSION = """
from fastapi import APIRouter, FastAPI, Request, Response
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint

router = APIRouter(prefix="/internal")


@router.get("/version")
async def version() -> dict[str, str]:
    return {"version": "1"}


async def count(request: Request, call_next: RequestResponseEndpoint) -> Response:
    return await call_next(request)


def extend(app: FastAPI) -> None:
    app.include_router(router)
    app.add_middleware(BaseHTTPMiddleware, dispatch=count)
"""


def write(project: Path, text: str) -> None:
    (project / "overrides" / "app.py").write_text(text, "utf-8")


def test_the_application_calls_extend_where_it_is_defined(project: Path, freehold: Run) -> None:
    write(project, EXTENSION)

    assert "generated/app.py is out of date with overrides/" in freehold("check").stdout
    assert freehold("generate").exit_code == 0
    assert freehold("check").exit_code == 0
    application = (project / "generated" / "app.py").read_text("utf-8")
    assert "from overrides.app import extend\n" in application
    assert "    extend(app)" in application


def test_without_it_the_application_does_not_name_it(project: Path) -> None:
    assert "extend" not in (project / "generated" / "app.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("router = 1\n", "nothing uses it: it has no function extend"),
        ("def extend() -> None: ...\n", "the application cannot call extend"),
        ("def extend(app, settings) -> None: ...\n", "the application cannot call extend"),
        ("def extend(app, *, docs) -> None: ...\n", "the application cannot call extend"),
        ("async def extend(app) -> None: ...\n", "the application cannot call extend"),
        ("class extend: ...\n", "nothing uses it: it has no function extend"),
    ],
)
def test_a_module_that_is_not_used_is_reported(project: Path, freehold: Run, text: str, what: str) -> None:
    write(project, text)

    result = freehold("check")

    assert result.exit_code == 1
    assert f"error[FH825]: {what}" in result.stdout
    assert "def extend(app: FastAPI) -> None" in result.stdout


@pytest.mark.long
@pytest.mark.parametrize(
    "text",
    [
        "def extend(app, docs=True): ...\n",
        long("def extend(*apps): ...\n"),
        long("from overrides.routes import extend\n"),
        "from overrides.routes import add_routes as extend\n",
    ],
)
def test_a_function_that_takes_the_application_is_used(project: Path, freehold: Run, text: str) -> None:
    write(project, text)

    assert "FH825" not in freehold("check").stdout
    assert "generated/app.py is out of date with overrides/" in freehold("check").stdout


def test_a_router_starts_and_stops_with_the_service() -> None:
    """What FastAPI promises of routers with a lifespan, beside the lifespan of the generated application."""
    events: list[str] = []

    @asynccontextmanager
    async def service(_: FastAPI) -> AsyncIterator[dict[str, str]]:
        events.append("the service starts")
        yield {"database": "open"}
        events.append("the service stops")

    @asynccontextmanager
    async def own(_: FastAPI) -> AsyncIterator[None]:
        events.append("the router starts")
        yield
        events.append("the router stops")

    async def serve() -> None:
        app = FastAPI(lifespan=service)
        app.include_router(APIRouter(lifespan=own))
        async with app.router.lifespan_context(app) as state:
            assert state == {"database": "open"}

    asyncio.run(serve())
    assert events == ["the service starts", "the router starts", "the router stops", "the service stops"]


def test_explain_lists_what_it_adds_and_says_that_nobody_judges_it(project: Path) -> None:
    write(project, EXTENSION)

    done = warm_python.run(["-c", MAIN, "explain"], project, os.environ)

    lines = [line.split() for line in done.stdout.splitlines()]
    yours = ["yours", "-", "not", "judged", "-", "overrides/app.py"]
    assert ["GET", "/internal/version", "version", *yours] in lines
    assert ["middleware", "*", "count", *yours] in lines
    assert "outside of the isolation guarantee" in done.stdout


def test_explain_says_which_operation_hides_a_route(project: Path) -> None:
    route = '@router.get("/version")'
    hidden = '@router.get("/tasks/export")\n@router.post("/tasks/export")\n' + route
    write(project, EXTENSION.replace(route, hidden).replace("/internal", "/api"))

    done = warm_python.run(["-c", MAIN, "explain"], project, os.environ)

    ends = {
        tuple(line.split()[:2]): line.partition("overrides/app.py")[2] for line in done.stdout.splitlines()
    }
    assert ends["GET", "/api/tasks/export"] == " (hidden by getTask)"
    assert ends["POST", "/api/tasks/export"] == ""
    assert ends["GET", "/api/version"] == ""


def test_explain_says_why_an_extension_cannot_be_listed(project: Path) -> None:
    write(project, "def extend(app):\n    raise KeyError('nowhere')\n")

    done = warm_python.run(["-c", MAIN, "explain"], project, os.environ)

    assert done.returncode == 2
    assert "overrides.app.extend failed: KeyError: 'nowhere'" in done.stderr

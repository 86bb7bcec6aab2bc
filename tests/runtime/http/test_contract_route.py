"""The precedence of routes, and the logging of failures."""

import asyncio
import logging
from typing import Annotated
from urllib.parse import quote

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Path, Request, Response

from generated.runtime.http.contract_route import ContractRoute, location_header, own_location
from generated.runtime.http.middleware import error_handlers
from generated.runtime.http.middleware.request_middleware import RequestMiddleware
from generated.runtime.http.problems import Interrupted
from generated.runtime.http.routing.route_matching import arrange_routes
from generated.runtime.validation.problem_details.problem_codes import TITLES

router = APIRouter(route_class=ContractRoute)


@router.get("/tasks/{task_id}")
async def get_task(task_id: str) -> str:
    return f"task {task_id}"


@router.delete("/tasks/{task_id}")
async def delete_task(task_id: str) -> str:
    return f"no more {task_id}"


@router.get("/tasks/stats")
async def stats() -> str:
    return "stats"


@router.post("/{kind}/stats")
async def count(kind: str) -> str:
    return f"stats of {kind}"


@router.get("/tasks/{task_id}.json")
async def get_task_json(task_id: str) -> str:
    return f"task {task_id} as JSON"


@router.post("/tasks/{task_id}:complete")
async def complete(task_id: str) -> str:
    return f"complete {task_id}"


@router.get("/notes/{note-id}/lines/{line-number}")
async def line(
    note_id: Annotated[str, Path(alias="note-id")], number: Annotated[str, Path(alias="line-number")]
) -> str:
    return f"line {number} of {note_id}"


@router.get("/my%20tasks/f%C3%BCr/{name}")
async def mine(name: str) -> str:
    return f"my {name}"


@router.post("/cookies/{name}/", status_code=201)
async def set_cookies(request: Request, response: Response, name: str) -> str:
    for cookie in ("theme", "language"):
        response.set_cookie(cookie, "x")
    response.headers["Location"] = location_header(request, f"{name}/é {name}")
    response.headers["Content-Location"] = own_location(request)
    response.headers["Content-Type"] = "text/html"
    return name


@router.post("/retried")
async def retried(request: Request, response: Response) -> str:
    state = request.scope["state"]
    state["calls"] = state.get("calls", 0) + 1
    response.set_cookie("call", str(state["calls"]))
    if state["calls"] == 1:
        response.status_code = 202
        raise Interrupted(retryable=True)
    return "done"


@router.get("/broken")
async def broken() -> str:
    try:
        raise ValueError("CANARY")
    except ValueError as error:
        raise RuntimeError("CANARY") from error


@pytest.fixture(scope="module", params=["looked up", "found by the router"])
def app(request: pytest.FixtureRequest) -> FastAPI:
    made = FastAPI(routes=arrange_routes(router.routes), redirect_slashes=False)
    error_handlers.install(made)
    made.add_middleware(RequestMiddleware, routes=made.routes if request.param == "looked up" else ())
    return made


def ask(app: FastAPI, method: str, path: str) -> httpx.Response:
    async def run() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
            return await client.request(method, path)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", "/tasks/7", "task 7"),
        ("GET", "/tasks/stats", "stats"),
        ("DELETE", "/tasks/7", "no more 7"),
        ("POST", "/plants/stats", "stats of plants"),
        ("GET", "/tasks/7.json", "task 7 as JSON"),
        ("GET", "/tasks/7.xml", "task 7.xml"),
        ("DELETE", "/tasks/7.xml", "no more 7.xml"),
        ("POST", "/tasks/7:complete", "complete 7"),
        ("GET", "/tasks/7:done", "task 7:done"),
        ("GET", "/my%20tasks/f%C3%BCr/a%20b", "my a b"),
        ("GET", "/my tasks/für/a%2Db", "my a-b"),
        ("GET", "/notes/7/lines/8", "line 8 of 7"),
    ],
)
def test_the_more_specific_path_has_precedence(app: FastAPI, method: str, path: str, said: str) -> None:
    assert ask(app, method, path).json() == said


def test_what_an_interrupted_call_has_set_is_not_sent(app: FastAPI) -> None:
    answer = ask(app, "POST", "/retried")

    assert answer.status_code == 200
    assert answer.headers.get_list("set-cookie") == ["call=2; Path=/; SameSite=lax"]


@pytest.mark.parametrize("name", ["ab-1_~.c", "a b", "ä", "a+(b)"])
def test_a_response_has_all_headers_that_were_added(app: FastAPI, name: str) -> None:
    answer = ask(app, "POST", f"/cookies/{quote(name)}/")

    assert answer.status_code == 201, answer.text
    assert answer.headers.get_list("set-cookie") == [
        f"{cookie}=x; Path=/; SameSite=lax" for cookie in ("theme", "language")
    ]
    path = f"/cookies/{quote(name, safe='+()')}"
    assert answer.headers["location"] == f"{path}/{quote(f'{name}/é {name}', safe='')}"
    assert answer.headers["content-location"] == f"{path}/"
    assert answer.headers.get_list("content-type") == ["application/json"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/tasks/stats", "GET, HEAD, OPTIONS"),
        ("POST", "/tasks/stats", "GET, HEAD, OPTIONS"),
        ("PUT", "/tasks/7", "DELETE, GET, HEAD, OPTIONS"),
        ("GET", "/plants/stats", "OPTIONS, POST"),
        ("DELETE", "/tasks/7.json", "GET, HEAD, OPTIONS"),
        ("GET", "/tasks/7:complete", "OPTIONS, POST"),
    ],
)
def test_a_method_belongs_to_the_path_with_precedence(
    app: FastAPI, method: str, path: str, allowed: str
) -> None:
    response = ask(app, method, path)

    assert (response.status_code, response.headers["Allow"]) == (405, allowed)


def test_the_message_of_an_exception_is_not_logged(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    response = ask(app, "GET", "/broken")

    assert response.status_code == 500
    assert "CANARY" not in response.text + caplog.text
    assert response.headers["X-Request-Id"] in caplog.text
    assert "RuntimeError at " in caplog.text
    assert "after ValueError at test_contract_route.py:" in caplog.text


@pytest.mark.parametrize(
    ("status", "title"), [(413, "Content Too Large"), (422, "Unprocessable Content"), (409, "Conflict")]
)
def test_titles_are_those_of_rfc_9110_on_every_python_version(status: int, title: str) -> None:
    assert TITLES[status] == title

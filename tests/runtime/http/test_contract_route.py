"""The precedence of routes, and the logging of failures."""

import asyncio
import logging

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from generated.runtime.http import problems
from generated.runtime.http.contract_route import ContractRoute, sort_by_specificity
from generated.runtime.http.request_ids import RequestIdMiddleware
from generated.runtime.validation.problem_codes import TITLES

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


@router.get("/broken")
async def broken() -> str:
    try:
        raise ValueError("CANARY")
    except ValueError as error:
        raise RuntimeError("CANARY") from error


@pytest.fixture(scope="module")
def app() -> FastAPI:
    made = FastAPI(routes=sort_by_specificity(router.routes), redirect_slashes=False)
    problems.install(made)
    made.add_middleware(RequestIdMiddleware)
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
    ],
)
def test_the_more_specific_path_has_precedence(app: FastAPI, method: str, path: str, said: str) -> None:
    assert ask(app, method, path).json() == said


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/tasks/stats", "GET, OPTIONS"),
        ("POST", "/tasks/stats", "GET, OPTIONS"),
        ("PUT", "/tasks/7", "DELETE, GET, OPTIONS"),
        ("GET", "/plants/stats", "OPTIONS, POST"),
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

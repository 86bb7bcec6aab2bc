"""Routes that people add to the application fail with problems too, in the words of the service."""

import asyncio
from typing import Annotated, Any, Literal

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Header, HTTPException
from pydantic import BaseModel, Field, field_validator

from generated.runtime.http.middleware import error_handlers
from generated.runtime.http.middleware.request_middleware import RequestMiddleware


class Order(BaseModel):
    count: Annotated[int, Field(le=9)]
    kind: Literal["a", "b"]
    name: str = ""

    @field_validator("name")
    @classmethod
    def check(cls, name: str) -> str:
        if name:
            raise ValueError(f"{name} is not a name")
        return name


app = FastAPI()
error_handlers.install(app)
app.add_middleware(RequestMiddleware)


@app.post("/orders")
async def order(_order: Order, page: int, x_kind: Annotated[str, Header(max_length=3)]) -> None: ...


@app.get("/teapot")
async def teapot() -> None:
    raise HTTPException(418, "I am a teapot.")


router = APIRouter(prefix="/parts")


@router.get("/{part_id}")
async def part(part_id: int) -> int:
    return part_id


app.include_router(router)


def ask(method: str, path: str, **options: Any) -> httpx.Response:
    async def run() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
            return await client.request(method, path, **options)

    return asyncio.run(run())


def test_all_faults_have_a_code_and_a_place_and_nothing_of_the_values() -> None:
    response = ask(
        "POST",
        "/orders?page=CANARY",
        json={"count": 10, "kind": "CANARY", "name": "CANARY"},
        headers={"X-Kind": "CANARY"},
    )

    assert (response.status_code, response.json()["code"]) == (422, "invalid")
    errors = {fault.get("parameter", fault.get("pointer")): fault for fault in response.json()["errors"]}
    assert errors == {
        "page": {
            "parameter": "page",
            "code": "type",
            "limit": "integer",
            "detail": "Must be an integer.",
        },
        "x-kind": {
            "parameter": "x-kind",
            "code": "maxLength",
            "limit": 3,
            "detail": "Must be at most 3 characters long.",
        },
        "/count": {"pointer": "/count", "code": "maximum", "limit": 9, "detail": "Must be at most 9."},
        "/kind": {
            "pointer": "/kind",
            "code": "enum",
            "limit": "'a' or 'b'",
            "detail": "Must be 'a' or 'b'.",
        },
        "/name": {"pointer": "/name", "code": "schema", "detail": "Does not match its schema."},
    }
    assert "CANARY" not in response.text


def test_a_body_that_is_not_json_is_a_fault() -> None:
    response = ask(
        "POST",
        "/orders?page=1",
        content=b"{CANARY",
        headers={"X-Kind": "a", "Content-Type": "application/json"},
    )

    assert response.status_code == 422
    assert [fault["code"] for fault in response.json()["errors"]] == ["malformed"]
    assert "CANARY" not in response.text


def test_an_http_exception_is_a_problem_with_the_code_of_its_status() -> None:
    response = ask("GET", "/teapot")

    assert (response.status_code, response.json()["code"]) == (418, "im_a_teapot")
    assert response.json()["detail"] == "I am a teapot."


@pytest.mark.parametrize(("method", "code"), [("PUT", "method_not_allowed"), ("GET", "method_not_allowed")])
def test_another_method_is_a_405(method: str, code: str) -> None:
    response = ask(method, "/orders")

    assert (response.status_code, response.json()["code"]) == (405, code)
    assert response.headers["Allow"] == "OPTIONS, POST"


def test_the_methods_of_an_included_router_are_allowed() -> None:
    response = ask("DELETE", "/parts/1")

    assert (response.status_code, response.headers["Allow"]) == (405, "GET, OPTIONS")
    assert ask("OPTIONS", "/parts/1").headers["Allow"] == "GET, OPTIONS"
    assert ask("GET", "/parts/x").json()["code"] == "invalid"

"""What is around the application, such as the agent of a monitoring service, sees its responses."""

from typing import Any

from fastapi import APIRouter
from starlette.types import Message

from generated.runtime.http.contract_route import ContractRoute
from generated.runtime.http.middleware.request_middleware import RequestMiddleware
from generated.runtime.http.middleware.service_application import ServiceApplication
from generated.runtime.http.routing.route_matching import arrange_routes
from generated.runtime.server.client_deadlines import DeadlineProtocol
from tests.runtime.server.exchanges import exchange


def test_what_surrounds_the_application_sees_its_responses() -> None:
    router = APIRouter(route_class=ContractRoute)

    @router.get("/tasks")
    async def endpoint() -> list[int]:
        return [1]

    app = ServiceApplication(routes=arrange_routes(router.routes), openapi_url=None)
    app.add_middleware(RequestMiddleware, routes=app.routes)

    async def surrounding(scope: Any, receive: Any, send: Any) -> None:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-added", b"1")]
            await send(message)

        await app(scope, receive, add)

    request = b"GET /tasks HTTP/1.1\r\nHost: a\r\n\r\n"
    apps: list[Any] = [app, surrounding]
    written = [b"".join(exchange(DeadlineProtocol, each, [request]).transport.writes) for each in apps]

    assert [b"x-added: 1" in answer for answer in written] == [False, True]
    assert all(answer.endswith(b"\r\n\r\n[1]") for answer in written)

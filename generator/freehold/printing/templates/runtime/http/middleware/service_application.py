"""FastAPI, whose own layers around requests are left out while they have nothing to do."""

from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import override

from .request_middleware import RequestMiddleware


class ServiceApplication(FastAPI):
    """The application. A request goes straight to RequestMiddleware, if no other middleware is around it.

    The layers of FastAPI and Starlette answer exceptions, as RequestMiddleware does; they limit bodies, as
    contract routes do; and they make spans: with spans, all layers are passed.
    """

    _direct: RequestMiddleware | None = None

    @override
    def build_middleware_stack(self) -> ASGIApp:
        """Build the layers, and find out which of them a request needs."""
        stack = layer = super().build_middleware_stack()
        outermost: Any = self.user_middleware[0].cls if self.user_middleware else None
        if outermost is RequestMiddleware:
            while not isinstance(layer, RequestMiddleware):
                layer = vars(layer)["app"]
            self._direct = layer if layer.answers_routes else None
        return stack

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. An application that is mounted in another one passes all layers."""
        if self._direct is None or scope["type"] != "http" or scope.get("root_path") or self.root_path:
            await super().__call__(scope, receive, send)
            return
        scope["app"] = self
        await self._direct(scope, receive, send)

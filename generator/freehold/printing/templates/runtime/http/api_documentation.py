"""The contract and its documentation, as pages that need nothing from elsewhere."""

from collections.abc import Awaitable, Callable
from html import escape
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

_ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}


def install(app: FastAPI, contract: Path, *, pages: bool) -> None:
    """Serve the effective contract, byte for byte, at /openapi.json; `pages`: and one to read it at /docs."""
    content = contract.read_bytes()

    async def openapi(_: Request) -> Response:
        return Response(content, media_type="application/json")

    app.add_route("/openapi.json", openapi, methods=["GET"])
    if pages:
        _install_pages(app)


def _install_pages(app: FastAPI) -> None:
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title=escape(app.title),
        swagger_js_url="/docs/swagger-ui-bundle.js",
        swagger_css_url="/docs/swagger-ui.css",
        swagger_favicon_url="/docs/favicon-32x32.png",
        swagger_ui_parameters={"validatorUrl": None},  # it would show the contract to a server elsewhere
    )

    async def docs(_: Request) -> HTMLResponse:
        return page

    app.add_route("/docs", docs, methods=["GET"])
    for name, media_type in _ASSETS.items():
        app.add_route(f"/docs/{name}", _asset(name, media_type), methods=["GET"])


def _asset(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    path = Path(str(files("fastapi_swagger") / "resources" / name))

    async def asset(_: Request) -> Response:
        return FileResponse(path, media_type=media_type)

    return asset

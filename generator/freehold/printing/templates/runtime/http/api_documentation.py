"""Serves the contract and its documentation, without assets from other hosts."""

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


def install(app: FastAPI, contract: Path, *, with_docs: bool) -> None:
    """Serve the effective contract at /openapi.json, byte for byte, and `with_docs` Swagger UI at /docs."""
    content = contract.read_bytes()

    async def openapi(_: Request) -> Response:
        return Response(content, media_type="application/json")

    app.add_route("/openapi.json", openapi, methods=["GET"])
    if with_docs:
        _install_docs(app)


def _install_docs(app: FastAPI) -> None:
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title=escape(app.title),
        swagger_js_url="/docs/swagger-ui-bundle.js",
        swagger_css_url="/docs/swagger-ui.css",
        swagger_favicon_url="/docs/favicon-32x32.png",
        swagger_ui_parameters={"validatorUrl": None},  # it would send the contract to another server
    )

    async def docs(_: Request) -> HTMLResponse:
        return page

    app.add_route("/docs", docs, methods=["GET"])
    for name, media_type in _ASSETS.items():
        app.add_route(f"/docs/{name}", _asset_endpoint(name, media_type), methods=["GET"])


def _asset_endpoint(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    path = Path(str(files("fastapi_swagger") / "resources" / name))

    async def asset(_: Request) -> Response:
        return FileResponse(path, media_type=media_type)

    return asset

"""Serves the contract and its documentation, without assets from other hosts."""

from collections.abc import Awaitable, Callable
from html import escape
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

_SWAGGER_UI = Path(str(files("fastapi_swagger") / "resources"))
_HERE = Path(__file__).parent
_ASSETS = {
    "swagger-ui-bundle.js": (_SWAGGER_UI, "text/javascript"),
    "swagger-ui.css": (_SWAGGER_UI, "text/css"),
    "favicon-32x32.png": (_SWAGGER_UI, "image/png"),
    "page.js": (_HERE, "text/javascript"),
    "page.css": (_HERE, "text/css"),
    "operation.css": (_HERE, "text/css"),
    "responses.css": (_HERE, "text/css"),
}
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" type="image/png" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/page.css">
<link rel="stylesheet" href="docs/operation.css">
<link rel="stylesheet" href="docs/responses.css">
</head>
<body>
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript. The contract is <a href="openapi.json">openapi.json</a>.</noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/page.js"></script>
</body>
</html>
"""
# Markdown of the contract is shown on the page: it can load nothing, run nothing and send nothing elsewhere.
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # the icons of Swagger UI's stylesheet
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in _POLICY.items()),
    "Referrer-Policy": "no-referrer",
}


def add_documentation(app: FastAPI, contract: Path, *, with_docs: bool) -> None:
    """Serve the effective contract at /openapi.json, byte for byte, and `with_docs` Swagger UI at /docs."""
    content = contract.read_bytes()

    async def openapi(_: Request) -> Response:
        return Response(content, media_type="application/json")

    app.add_route("/openapi.json", openapi, methods=["GET"])
    if with_docs:
        _install_docs(app)


def _install_docs(app: FastAPI) -> None:
    page = HTMLResponse(_PAGE.format(title=escape(app.title)), headers=_HEADERS)

    async def docs(_: Request) -> Response:
        return page

    async def development(_: Request) -> Response:
        return JSONResponse({})  # `freehold dev` answers in its place, with a token: the service has none

    app.add_route("/docs", docs, methods=["GET"])
    app.add_route("/docs/development.json", development, methods=["GET"])
    for name, (folder, media_type) in _ASSETS.items():
        app.add_route(f"/docs/{name}", _asset_endpoint(folder / name, media_type), methods=["GET"])


def _asset_endpoint(path: Path, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    async def asset(_: Request) -> Response:
        return FileResponse(path, media_type=media_type)

    return asset

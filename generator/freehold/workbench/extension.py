"""Lists what `overrides/app.py` adds to the application: its routes and its middleware."""

import sys
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

from freehold.building.service import EXTENSION_FUNCTION, EXTENSION_MODULE
from freehold.ground.problems import UsageError
from freehold.ground.project import Project

if TYPE_CHECKING:
    from fastapi import FastAPI


def added_parts(project: Project) -> list[tuple[str, str, str]]:
    """Return the method, the path and the name of each route, and the class of each middleware.

    It calls `extend` with an application of its own, which never runs. Raises UsageError when that fails.
    """
    from fastapi import FastAPI  # noqa: PLC0415 - it is slow to import, and few projects need it

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    module = f"{project.overrides.name}.{EXTENSION_MODULE}"
    if str(project.root) not in sys.path:
        sys.path.insert(0, str(project.root))
    try:
        getattr(import_module(module), EXTENSION_FUNCTION)(app)
    except Exception as error:  # noqa: BLE001 - code of the project may raise anything
        raise UsageError(f"{module}.{EXTENSION_FUNCTION} failed: {type(error).__name__}: {error}") from None
    return [*_routes(app), *_middleware(app)]


def _routes(app: "FastAPI") -> Iterator[tuple[str, str, str]]:
    from fastapi.routing import iter_route_contexts  # noqa: PLC0415 - as above

    for route in iter_route_contexts(app.routes):
        kind = ",".join(sorted(route.methods or ())) or type(route.original_route).__name__.lower()
        yield kind, route.path or "/", route.name or "-"


def _middleware(app: "FastAPI") -> Iterator[tuple[str, str, str]]:
    for middleware in app.user_middleware:
        added: Any = middleware.cls
        dispatch = middleware.kwargs.get("dispatch")
        yield "middleware", "*", str(getattr(dispatch or added, "__name__", added))

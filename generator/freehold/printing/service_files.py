"""Renders the templates. The tables below say which template makes which file."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

import jinja2

from freehold.building.model import ApiModel
from freehold.ground.literals import docstring, literal, require_code
from freehold.ground.project import CONTRACT_COPY, SERVED_DOCUMENT
from freehold.printing.python_sources import HEADER, PAGE_FILES, Files, format_sources
from freehold.reading.document import Document

SERVICE_TEMPLATES = {
    "app.py.jinja": "app.py",
    "__main__.py.jinja": "__main__.py",
    "wiring.py.jinja": "wiring.py",
    "project_functions.py.jinja": "runtime/database/project_functions.py",
}
RESOURCE_TEMPLATES = {
    "resource/table.py.jinja": "table.py",
    "resource/repository.py.jinja": "repository.py",
    "resource/routes.py.jinja": "routes.py",
}
STATIC_FILES = ("requirements.txt",)
_TEMPLATES = files("freehold") / "printing" / "templates"
_VALIDATION = files("freehold") / "contract" / "validation"


def emit(api: ApiModel, effective: Document, served: Document) -> Files:
    """Render every generated file except schemas.py."""
    rendered: Files = {PurePosixPath("__init__.py"): '"""The service that the contract describes."""\n'}
    for template, target in SERVICE_TEMPLATES.items():
        rendered[PurePosixPath(target)] = _render(template, api=api)
    for resource in api.resources:
        package = PurePosixPath(resource.plural)
        rendered[package / "__init__.py"] = f'"""The {resource.plural}: table, repository, routes."""\n'
        for template, name in RESOURCE_TEMPLATES.items():
            rendered[package / name] = _render(template, resource=resource)
    if api.service_operations:
        package = PurePosixPath(api.service_operations.plural)
        rendered[package / "__init__.py"] = (
            '"""The operations that belong to no resource: methods, routes."""\n'
        )
        rendered[package / "methods.py"] = _render("operations/methods.py.jinja", api=api)
        rendered[package / "routes.py"] = _render("resource/routes.py.jinja", resource=api.service_operations)
    documents = {CONTRACT_COPY: as_json(effective), SERVED_DOCUMENT: as_json(served)}
    return format_sources(rendered, api.overrides_package) | _static_files() | documents


def as_json(document: Document) -> str:
    """Return a document as JSON, with one key or element on each line."""
    return json.dumps(document.root, indent=2, ensure_ascii=False) + "\n"


def _static_files() -> Files:
    """Return the files that are the same for every contract: the runtime, its page, and the requirements."""
    runtime = PurePosixPath("runtime")
    files = [
        *_python_files(_TEMPLATES / "runtime", runtime),
        *_python_files(_VALIDATION, runtime / "validation"),
    ]
    return (
        {name: HEADER + text for name, text in files}
        | {PurePosixPath(name): HEADER + (_TEMPLATES / name).read_text("utf-8") for name in STATIC_FILES}
        | {name: _TEMPLATES.joinpath(*name.parts).read_text("utf-8") for name in PAGE_FILES}
    )


def _python_files(folder: Traversable, path: PurePosixPath) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield the path in `generated/` and the text of every Python file below a folder."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _python_files(item, path / item.name)
        elif item.name.endswith(".py"):
            yield path / item.name, item.read_text("utf-8")


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(values)


@cache
def _environment() -> jinja2.Environment:
    filters: dict[str, Callable[..., object]] = {"literal": literal, "doc": docstring}
    environment = jinja2.Environment(  # noqa: S701 - it prints Python, and `require_code` guards what it prints
        loader=jinja2.FunctionLoader(lambda name: (_TEMPLATES / name).read_text("utf-8")),
        undefined=jinja2.StrictUndefined,
        finalize=require_code,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= filters
    return environment

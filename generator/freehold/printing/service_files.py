"""From the model to text: which file comes from which template is data."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

import jinja2

from freehold.building.model import ApiModel
from freehold.ground.literals import docstring, literal, require_code
from freehold.printing.python_sources import HEADER, Files, pretty
from freehold.reading.document import Document

ONCE = {
    "app.py.jinja": "app.py",
    "__main__.py.jinja": "__main__.py",
    "wiring.py.jinja": "wiring.py",
}
PER_RESOURCE = {
    "resource/table.py.jinja": "table.py",
    "resource/repository.py.jinja": "repository.py",
    "resource/routes.py.jinja": "routes.py",
}
AS_IS = ("requirements.txt",)
_TEMPLATES = files("freehold") / "printing" / "templates"


def emit(api: ApiModel, effective: Document) -> Files:
    """Every file but the schemas: rendered, its imports sorted, formatted."""
    rendered: Files = {PurePosixPath("__init__.py"): '"""The service, as the contract says."""\n'}
    for template, target in ONCE.items():
        rendered[PurePosixPath(target)] = _render(template, api=api)
    for resource in api.resources:
        package = PurePosixPath(resource.plural)
        rendered[package / "__init__.py"] = f'"""The {resource.plural}: table, repository, routes."""\n'
        for template, name in PER_RESOURCE.items():
            rendered[package / name] = _render(template, resource=resource)
    served = {PurePosixPath("openapi.json"): contract_text(effective)}
    return pretty(rendered, api.overrides_package) | _plain() | served


def contract_text(effective: Document) -> str:
    """The effective contract as it is served."""
    return json.dumps(effective.root, indent=2, ensure_ascii=False) + "\n"


def _plain() -> Files:
    """The files that are the same for every contract."""
    runtime = _TEMPLATES / "runtime"
    sources = {name: HEADER + text for name, text in _sources(runtime, PurePosixPath("runtime"))}
    return sources | {PurePosixPath(name): HEADER + (_TEMPLATES / name).read_text("utf-8") for name in AS_IS}


def _sources(folder: Traversable, place: PurePosixPath) -> Iterator[tuple[PurePosixPath, str]]:
    """Every Python file below a folder, by its path in `generated/`."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _sources(item, place / item.name)
        elif item.name.endswith(".py"):
            yield place / item.name, item.read_text("utf-8")


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

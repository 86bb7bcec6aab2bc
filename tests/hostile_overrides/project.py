"""Makes a project of overrides: one contract with an operation for each, and the modules of `overrides/`."""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from freehold.ground.naming import pluralize
from tests.dialects.projects import freehold
from tests.hostile_overrides.entry import Override, Place
from tests.support.service import ROOT, Database

HERE = Path(__file__).parent
IMPORTS = (HERE / "imports.txt").read_text("utf-8")
_HOOKS = "from sqlalchemy.ext.compiler import compiles\n"
_TASKS = '''
class TaskRow(table.TaskRow):
    """A task with the time of its deletion."""

    deleted_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class TaskRepository(repository.TaskRepository):
    """The tasks of one owner, without the deleted ones."""

    row = TaskRow

    @override
    @classmethod
    def visible(cls) -> ColumnElement[bool]:
        return TaskRow.deleted_at.is_(None)
'''
_COMMENTS = '''
class CommentRepository(repository.CommentRepository):
    """The comments of one owner."""
'''
_ANNOUNCEMENTS = '''
from generated.tasks.table import TaskRow


class AnnouncementRepository(repository.AnnouncementRepository):
    """The announcements, which all users share."""
'''
_OPERATIONS = '''
class Operations(methods.Operations):
    """The operations that belong to no resource."""
'''
_STARTS = {Place.TASK: _TASKS, Place.COMMENT: _COMMENTS, Place.SHARED: _ANNOUNCEMENTS}
_OWN = '''
from generated.TASKS.table import TaskRow


class TaskRepository(repository.TaskRepository):
    """The rows of one owner."""
'''


@dataclass(frozen=True)
class Module:
    """A module of `overrides/`, and the lines of each override in it."""

    name: str
    text: str
    lines: Mapping[str, set[int]]


def pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def module_of(override: Override) -> str:
    """The name of the module that the override is in."""
    return pluralize(override.name) if override.place is Place.OWN else override.place.value


def contract(overrides: Sequence[Override]) -> str:
    """The contract with an operation for each override, and a resource for those which need one."""
    document: dict[str, Any] = yaml.safe_load((HERE / "contract.yaml").read_text("utf-8"))
    paths, schemas = document["paths"], document["components"]["schemas"]
    for override in overrides:
        if override.place is Place.COMMENT:
            row = "/tasks/{task_id}/comments/{comment_id}"
            paths[f"{row}/{override.name}"] = _operation(paths[row], override.name, "Comment")
        elif override.place is Place.SHARED:
            row = "/announcements/{announcement_id}"
            shared = _operation(paths["/announcements/{announcement_id}"], override.name, "Announcement")
            shared["post"]["security"] = [{"bearerAuth": ["write"]}]
            paths[f"{row}/{override.name}"] = shared
        elif override.place is Place.SERVICE:
            desk = _operation(paths["/tasks/{task_id}"], override.name, "Task")
            desk["post"]["x-operation"] = "custom"
            paths[f"/desk/{{task_id}}/{override.name}"] = desk
        elif override.place is Place.TASK:
            row = "/tasks/{task_id}"
            paths[f"{row}/{override.name}"] = _operation(paths[row], override.name, "Task")
        else:
            schemas[pascal(override.name)] = schemas["Task"]
            paths |= _own_paths(paths, override.name)
    return yaml.safe_dump(document, sort_keys=False)


def _operation(row: Mapping[str, Any], name: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    answer = {"200": {"description": "The row.", "content": content}}
    return {"parameters": row["parameters"], "post": {"operationId": name, "responses": answer}}


def _own_paths(paths: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The paths of a resource like the tasks."""
    schema = pascal(name)
    own = yaml.safe_dump({key: paths[key] for key in ("/tasks", "/tasks/{task_id}")})
    for word in ("list", "create", "get", "delete"):
        own = re.sub(rf"{word}Tasks?\b", f"{word}_{name}", own)
    own = own.replace("/schemas/Task'", f"/schemas/{schema}'").replace("/tasks", f"/{name}")
    row: dict[str, Any] = yaml.safe_load(own)
    row[f"/{name}/{{task_id}}/{name}"] = _operation(row[f"/{name}/{{task_id}}"], name, schema)
    return row


def modules(overrides: Sequence[Override]) -> list[Module]:
    """The modules of `overrides/`."""
    made = [
        _module(place.value, start, [o for o in overrides if o.place is place])
        for place, start in _STARTS.items()
    ]
    if of_service := [o for o in overrides if o.place is Place.SERVICE]:
        made.append(_module(Place.SERVICE.value, _OPERATIONS, of_service))
    return made + [_own_module(o) for o in overrides if o.place is Place.OWN]


def _module(name: str, start: str, overrides: Sequence[Override]) -> Module:
    text, lines = _imports(name, overrides), dict[str, set[int]]()
    parts = [(o.name, o.above.strip("\n"), "\n\n") for o in overrides if o.above]
    parts += [("", start.strip("\n"), "\n\n"), *((o.name, o.body, "\n") for o in overrides)]
    for override, code, space in parts:
        text += space
        first = text.count("\n") + 1
        text += f"{code}\n"
        lines.setdefault(override, set()).update(range(first, text.count("\n") + 1))
    return Module(name, text, lines)


def _imports(resource: str, overrides: Sequence[Override]) -> str:
    """What a module imports. Only those that hook into the compiler import what `freehold prove` warns of."""
    hooks = _HOOKS if any("@compiles" in override.above for override in overrides) else ""
    imports = IMPORTS.replace("RESOURCE", resource) + hooks
    is_service = resource == Place.SERVICE.value
    return imports.replace("import repository, table\n", "import methods\n") if is_service else imports


def _own_module(override: Override) -> Module:
    """The module of an override with a resource of its own: it says Task, and means that resource."""
    schema = pascal(override.name)
    imports = _imports(module_of(override), [override])
    start = "" if "class TaskRepository" in override.code else _OWN
    body = override.body if start else override.code.strip()
    code = f"{imports}\n\n{override.above.strip()}\n\n{start}\n{body}\n"
    text = re.sub(r"\bTask(?=Row\b|Repository\b|\b)", schema, code).replace("TASKS", module_of(override))
    return Module(module_of(override), text, {override.name: set(range(1, text.count("\n") + 1))})


def create(overrides: Sequence[Override], folder: Path, database: Database) -> Path:
    """Create the project with its generated code, and migrate its database."""
    write(overrides, folder)
    (folder / "migrations" / "versions").mkdir(parents=True)
    for part in ("env.py", "script.py.mako"):
        shutil.copy(ROOT / "migrations" / part, folder / "migrations" / part)
    freehold(folder, database.url, "generate", "migrate new -m Everything", "migrate up")
    return folder


def generate(overrides: Sequence[Override], folder: Path) -> Path:
    """Create the project with its generated code, without a database."""
    write(overrides, folder)
    freehold(folder, "", "generate")
    return folder


def write(overrides: Sequence[Override], folder: Path) -> None:
    """Write what a person writes: the contract, the project's settings and the overrides."""
    (folder / "overrides").mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[tool.freehold]\ncontract = "contract.yaml"\n', "utf-8")
    (folder / "contract.yaml").write_text(contract(overrides), "utf-8")
    (folder / "overrides" / "__init__.py").write_text('"""Overrides."""\n', "utf-8")
    for module in modules(overrides):
        (folder / "overrides" / f"{module.name}.py").write_text(module.text, "utf-8")

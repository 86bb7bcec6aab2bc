"""Collects what a proof needs to know about a service: its tables, and every shape of its statements."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from freehold.building.model import ApiModel, ResourceModel
from freehold.ground.problems import UsageError
from freehold.ground.project import Project
from freehold.proof.sql.facts import Facts, Query, Table

_TIMEOUT = 120  # seconds: an override that waits at its import is stopped
_ANY_CLAIM = "*"
"""The owner of an idempotency key: whatever the owner of the repository is that it is used with."""
_IDEMPOTENCY_KEYS = "_IdempotencyKeys"
_EXISTENCE = "_exists_for_another_owner"


@dataclass(frozen=True)
class Place:
    """A line of a file."""

    file: Path
    line: int


@dataclass(frozen=True)
class CollectedStatement:
    """A statement of a repository in all of its shapes."""

    repository: str
    name: str
    operations: tuple[str, ...]
    """The ids of the operations that run it."""
    place: Place
    queries: tuple[tuple[str, Query], ...]
    """A label and the query of each shape."""
    problems: tuple[str, ...]
    """Why some shapes are unknown."""


@dataclass(frozen=True)
class Service:
    """What is known about a service."""

    facts: Facts
    statements: tuple[CollectedStatement, ...]


class ImportFailure(Exception):
    """Hand-written code keeps the service from being imported."""

    def __init__(self, failures: Sequence[tuple[str, Place]]) -> None:
        super().__init__(failures[0][0])
        self.failures = failures
        """Each message, and the line that it is about."""


class Collector:
    """Imports the service in a process of its own, while this one reads the contract."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._folder = tempfile.TemporaryDirectory(prefix="freehold-prove-")
        self._output = Path(self._folder.name) / "statements.json"
        program = [sys.executable, "-m", "freehold.proof.collect"]
        arguments = [str(project.root), project.generated.name, project.overrides.name, str(self._output)]
        self._process = subprocess.Popen(  # noqa: S603 - the program is this one
            [*program, *arguments],
            cwd=project.root,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Collector":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()

    def collect(self, api: ApiModel, calls: Mapping[str, Sequence[Sequence[object]]]) -> Service:
        """Return the statements. `calls` are the constant arguments with which overrides call each of them.

        Raises ImportFailure when hand-written code keeps the service from being imported, and UsageError when
        something else does.
        """
        found = self._ask(
            {
                "repositories": {str(r.repository_class): _wanted(r) for r in api.resources},
                "has_idempotency_keys": api.has_idempotency_keys,
                "calls": {name: [list(call) for call in known] for name, known in calls.items()},
            }
        )
        if "errors" in found:
            raise self._import_failure(found["errors"])
        facts = Facts(_tables(api, found["tables"]), frozenset(self._project.functions))
        statements = [
            _statement(repository, statement, api, self._project)
            for repository in _with_readers(found["repositories"])
            for statement in _with_nested_shapes(repository)
        ]
        return Service(facts, tuple(statements))

    def _ask(self, request: Mapping[str, object]) -> dict[str, Any]:
        try:
            _, errors = self._process.communicate(json.dumps(request), timeout=_TIMEOUT)
        except subprocess.TimeoutExpired:
            raise UsageError(
                f"{self._project.generated.name}/ cannot be imported within {_TIMEOUT} seconds."
            ) from None
        if not self._output.is_file():
            last = errors.strip().splitlines()[-1:] or ["it ended without an error"]
            raise UsageError(f"{self._project.generated.name}/ cannot be imported: {last[0]}")
        content: dict[str, Any] = json.loads(self._output.read_text("utf-8"))
        return content

    def _import_failure(self, errors: Sequence[Mapping[str, Any]]) -> Exception:
        package = self._project.generated.name
        failures = {
            Place(Path(error["place"]["file"]), error["place"]["line"]): (
                f"{package}/ cannot be imported: {error['text']}"
            )
            for error in errors
        }
        written = [
            (text, place)
            for place, text in failures.items()
            if place.file.is_absolute() and not place.file.is_relative_to(self._project.generated)
        ]
        if written:
            return ImportFailure(written)
        return UsageError(f"{failures.popitem()[1]}. Run `freehold generate`, then `freehold check`.")


def _wanted(resource: ResourceModel) -> dict[str, object]:
    """The methods of a repository that routes call, its keys, and the column of the parent in a path."""
    is_nested = any(".below(" in str(operation.rows) for operation in resource.operations)
    return {
        "keys": sorted(
            {str(operation.key_column) for operation in resource.operations if operation.key_column}
        ),
        "operations": [
            str(operation.name)
            for operation in resource.operations
            if operation.id not in resource.reading_operations
        ],
        "reading": [
            str(operation.name)
            for operation in resource.operations
            if operation.id in resource.reading_operations
        ],
        "parent": str(resource.parent.column) if resource.parent and is_nested else None,
        "tells": any("telling_foreign" in str(operation.repository) for operation in resource.operations),
    }


def _tables(api: ApiModel, known: Sequence[Mapping[str, Any]]) -> dict[str, Table]:
    """The tables of the service. For those of the contract, the contract decides who owns a row."""
    resources = {resource.table: resource for resource in api.resources}
    claims = {resource.owner.claim for resource in api.resources if resource.owner}
    only_claim = claims.pop() if len(claims) == 1 else None
    tables: dict[str, Table] = {}
    for table in known:
        name, resource = table["name"], resources.get(table["name"])
        columns = frozenset(table["columns"])
        if resource is not None:
            owner = resource.owner
            tables[name] = Table(
                name,
                columns,
                str(owner.column) if owner else None,
                owner.claim if owner else None,
                str(resource.parent.column) if resource.parent else None,
                resource.readers,
            )
        elif name == "idempotency_keys":
            tables[name] = Table(name, columns, "owner_id", _ANY_CLAIM)
        elif table["owner_column"] is not None:
            tables[name] = Table(name, columns, table["owner_column"], only_claim)
    return tables


def _statement(
    repository: Mapping[str, Any], statement: Mapping[str, Any], api: ApiModel, project: Project
) -> CollectedStatement:
    resource = _resource(repository, api)
    read_by = resource.readers if resource and repository.get("reads_all_owners") else ""
    claim = None if read_by else _claim(repository, api)
    queries = tuple(
        (
            shape["label"],
            Query(
                shape["sql"],
                tuple(shape["parameters"]),
                claim,
                _parent(shape, repository, api),
                only_existence=statement["name"] == _EXISTENCE,
                readers=read_by,
            ),
        )
        for shape in statement["shapes"]
    )
    ids = {
        str(operation.name): operation.id for resource in api.resources for operation in resource.operations
    }
    operations = tuple(
        ids.get(method, method)
        for method, names in repository["operations"].items()
        if statement["name"] in names
    )
    place = _reported_place(repository["place"], statement["place"], project)
    return CollectedStatement(
        repository["name"], statement["name"], operations, place, queries, tuple(statement["problems"])
    )


def _with_readers(repositories: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield each repository, and once more where it reads the rows of all owners."""
    for repository in repositories:
        yield repository
        if repository["readers"] is not None:
            yield {**repository, **repository["readers"], "reads_all_owners": True}


def _with_nested_shapes(repository: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the statements of a repository, each with its shapes below a parent."""
    nested = {statement["name"]: statement for statement in repository["nested_statements"]}
    for statement in repository["statements"]:
        below = nested.get(statement["name"], {"shapes": [], "problems": []})
        shapes = [*statement["shapes"], *({**shape, "is_nested": True} for shape in below["shapes"])]
        problems = dict.fromkeys([*statement["problems"], *below["problems"]])
        yield {**statement, "shapes": shapes, "problems": list(problems)}


def _parent(shape: Mapping[str, Any], repository: Mapping[str, Any], api: ApiModel) -> tuple[str, str] | None:
    """In a nested operation: the table, and the parameter of the parent."""
    resource = _resource(repository, api)
    if not shape.get("is_nested") or resource is None or resource.parent is None:
        return None
    return resource.table, f"_parent_{resource.parent.column}"


def _resource(repository: Mapping[str, Any], api: ApiModel) -> ResourceModel | None:
    """The resource of a repository: that of its generated class."""
    names = {repository["served_as"], *repository["bases"]}
    return next((r for r in api.resources if str(r.repository_class) in names), None)


def _claim(repository: Mapping[str, Any], api: ApiModel) -> str | None:
    """The claim that a repository binds to `_owner`: that of the resource of its generated class."""
    if repository["name"] == _IDEMPOTENCY_KEYS:
        return _ANY_CLAIM
    resource = _resource(repository, api)
    return resource.owner.claim if resource and resource.owner else None


def _reported_place(of_class: Mapping[str, Any], of_statement: Mapping[str, Any], project: Project) -> Place:
    """The line of hand-written code that decides about a statement, else that of its builder."""
    generated = project.generated.resolve()
    found = Place(Path(of_statement["file"]), int(of_statement["line"]))
    written = Place(Path(of_class["file"]), int(of_class["line"]))
    if found.file.resolve().is_relative_to(generated) and written.file.is_file():
        return written
    return found

"""What an operation is: whose rows it is about, who has written it, and the statements that it runs."""

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from freehold import pipeline
from freehold.building import service
from freehold.building.model import ApiModel, ResourceModel
from freehold.contract import possible_problems
from freehold.contract.operations import ContractOperation, operations, sort_parameter
from freehold.contract.resources import owner, resources
from freehold.database import service_statements
from freehold.database.service_statements import Statement
from freehold.ground.naming import snake_case
from freehold.ground.problems import UsageError
from freehold.ground.project import Project
from freehold.overrides import override_modules
from freehold.overrides.override_modules import OverrideClass, OverrideModule
from freehold.reading.document import Document

_WIDTH = 100
_CLAUSES = re.compile(r" (?=AND |ORDER BY |OFFSET |LIMIT |RETURNING |\(SELECT )|\s*\n\s*")


@dataclass(frozen=True)
class Summary:
    """An operation in a line."""

    method: str
    path: str
    id: str
    kind: str
    resource: str
    owner: str
    scopes: str
    written: str
    """Where its method stands: generated, in a file of `overrides/`, or nowhere yet."""


@dataclass(frozen=True)
class Explanation:
    """An operation, what it answers, and what it asks of the database."""

    summary: Summary
    statuses: tuple[str, ...]
    statements: tuple[Statement, ...]


def table(project: Project) -> list[Summary]:
    """All operations, in the contract's order. Raises ContractError when the contract is wrong."""
    whole, api, written = _read(project)
    return [_summary(operation, whole, api, written) for operation in operations(whole)]


def names(project: Project) -> list[str]:
    """The operationIds of the contract. Raises ContractError when it is wrong."""
    return [operation.id for operation in operations(pipeline.load_effective_contract(project))]


def explain(project: Project, name: str) -> Explanation:
    """One operation, by its operationId.

    Raises UsageError for one that is not there, or when what is generated cannot be imported.
    """
    whole, api, written = _read(project)
    found = {operation.id: operation for operation in operations(whole)}
    if name not in found:
        close = get_close_matches(name, found, 1, 0.5)
        hint = f"Did you mean {close[0]}? " if close else ""
        raise UsageError(f"The contract has no operation {name}. {hint}There is: {', '.join(found)}.")
    operation = found[name]
    summary = _summary(operation, whole, api, written)
    resource = _resource(api, operation)
    of_it = (
        service_statements.of(project, resource.repository_class, snake_case(name), _order(operation))
        if resource
        else []
    )
    return Explanation(summary, tuple(_statuses(operation)), tuple(of_it))


def formatted(sql: str) -> str:
    """A statement with a line for each clause, indented in brackets, and none longer than a screen."""
    lines: list[str] = []
    depth = 0
    for line in _CLAUSES.sub("\n", sql.strip()).splitlines():
        indent = "  " * (depth + line.startswith("AND "))
        lines += textwrap.wrap(
            indent + line, _WIDTH, subsequent_indent=indent + "    ", break_long_words=False
        )
        depth += line.count("(") - line.count(")")
    return "\n".join(lines)


def _read(project: Project) -> tuple[Document, ApiModel, Mapping[str, OverrideModule]]:
    whole = pipeline.load_effective_contract(project)
    written = override_modules.read_overrides(project.overrides)
    return whole, service.build(whole, override_modules.class_names(written), project.overrides.name), written


def _summary(
    operation: ContractOperation, whole: Document, api: ApiModel, written: Mapping[str, OverrideModule]
) -> Summary:
    schema = resources(whole).get(operation.resource or "")
    whose = owner(schema) if schema else None
    rows = whose.claim if whose else "shared"
    return Summary(
        operation.method.upper(),
        operation.path,
        operation.id,
        operation.kind,
        operation.resource or "-",
        "anybody" if operation.is_public else rows,
        " ".join(operation.scopes()) or "-",
        _written(operation, api, written),
    )


def _written(operation: ContractOperation, api: ApiModel, written: Mapping[str, OverrideModule]) -> str:
    resource = _resource(api, operation)
    override = written.get(resource.plural) if resource else None
    cls = override.classes.get(resource.repository_class) if override and resource else None
    if override and cls and snake_case(operation.id) in _methods(cls, override):
        return override_modules.relative_path(override.file)
    return "not written" if operation.kind == "custom" else "generated"


def _methods(cls: OverrideClass, override: OverrideModule) -> Iterator[str]:
    """Those of a class, and of its bases in the same module."""
    yield from cls.methods
    for base in cls.bases:
        if base in override.classes and override.classes[base] is not cls:
            yield from override.classes[base].methods


def _resource(api: ApiModel, operation: ContractOperation) -> ResourceModel | None:
    return next((r for r in api.resources if any(o.id == operation.id for o in r.operations)), None)


def _order(operation: ContractOperation) -> str:
    """The order of a list that nobody has asked for another."""
    sort = sort_parameter(operation)
    said = sort.get_path("schema", "default") if sort else None
    return str(said.value) if said else "default"


def _statuses(operation: ContractOperation) -> list[str]:
    declared = operation.node.get("responses")
    said = [status for status, _ in declared.items()] if declared else []
    return sorted({*said, *possible_problems.possible_statuses(operation)})

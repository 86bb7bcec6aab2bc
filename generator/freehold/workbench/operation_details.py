"""Describes operations: resource, owner, scopes, implementation, responses, and the SQL that they run."""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from freehold import pipeline
from freehold.building import service
from freehold.building.model import ApiModel, ResourceModel
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import default_sort
from freehold.contract.operations.path_parameters import split_path_parameters
from freehold.contract.problems import possible_problems
from freehold.contract.resources import owner, readers, resources
from freehold.contract.rows.readers import reads_all_owners
from freehold.database import service_statements
from freehold.database.service_statements import Statement
from freehold.ground.naming import operation_name
from freehold.ground.problems import UsageError
from freehold.ground.project import Project
from freehold.overrides import override_modules
from freehold.overrides.compatibility import generated_classes
from freehold.overrides.override_modules import OverrideClass, OverrideModule
from freehold.reading.document import Document, Node
from freehold.workbench import extension

_LINE_WIDTH = 100
_PARAMETER = re.compile(r"(\{[^{}]*\})")
_CLAUSE_BREAK = re.compile(r" (?=AND |ORDER BY |OFFSET |LIMIT |RETURNING |\(SELECT )|\s*\n\s*")


@dataclass(frozen=True)
class Summary:
    """One row of the table of operations. The names of the fields are its headers."""

    method: str
    path: str
    id: str
    kind: str
    resource: str
    owner: str
    scopes: str
    implementation: str
    """`generated`, a file of `overrides/`, or `not written`."""


@dataclass(frozen=True)
class OperationDetails:
    """An operation with the statuses of its responses and its SQL statements."""

    summary: Summary
    statuses: tuple[str, ...]
    statements: tuple[Statement, ...]


def summaries(project: Project) -> list[Summary]:
    """Summarize all operations, in the order of the contract. Raises ContractError when it is wrong."""
    return contract_with_summaries(project)[1]


def contract_with_summaries(project: Project) -> tuple[Document, list[Summary]]:
    """Return the effective contract, and the summaries of all its operations. Raises ContractError."""
    contract, api, overrides = _read(project)
    return contract, [_summary(operation, contract, api, overrides) for operation in operations(contract)]


def extensions(project: Project) -> list[Summary]:
    """Summarize the routes and the middleware that `overrides/app.py` adds to the application.

    Freehold does not judge them. Raises UsageError when the module cannot be imported or fails.
    """
    file = project.overrides / f"{service.EXTENSION_MODULE}.py"
    modules = override_modules.read_overrides(project.overrides)
    if service.EXTENSION_FUNCTION not in override_modules.wired_names(modules).get(file.stem, ()):
        return []
    where = override_modules.relative_path(file)
    declared = operations(pipeline.load_effective_contract(project))
    return [
        Summary(*part, "yours", "-", "not judged", "-", where + _hidden_by(part[0], part[1], declared))
        for part in extension.added_parts(project)
    ]


def _hidden_by(methods: str, path: str, declared: Sequence[ContractOperation]) -> str:
    """Say which operation of the contract answers in place of a route, or return an empty text."""
    for operation in declared:
        pattern = "".join(
            "[^/]+" if part.startswith("{") else re.escape(part) for part in _PARAMETER.split(operation.path)
        )
        if operation.method.upper() in methods.split(",") and re.fullmatch(pattern, path):
            return f" (hidden by {operation.id})"
    return ""


def operation_ids(project: Project) -> list[str]:
    """Return the operationIds of the contract. Raises ContractError when it is wrong."""
    return [operation.id for operation in operations(pipeline.load_effective_contract(project))]


def details(project: Project, operation_id: str) -> OperationDetails:
    """Describe one operation.

    Raises UsageError when it does not exist, or the generated code cannot be imported.
    """
    contract, api, overrides = _read(project)
    by_id = {operation.id: operation for operation in operations(contract)}
    if operation_id not in by_id:
        matches = get_close_matches(operation_id, by_id, 1, 0.5)
        hint = f"Did you mean {matches[0]}? " if matches else ""
        raise UsageError(
            f"The contract has no operation {operation_id}. {hint}Available operations: {', '.join(by_id)}."
        )
    operation = by_id[operation_id]
    summary = _summary(operation, contract, api, overrides)
    resource = _resource(api, operation)
    statements = _statements(project, operation, resource) if resource else []
    return OperationDetails(summary, tuple(_response_statuses(operation)), tuple(statements))


def _statements(project: Project, operation: ContractOperation, resource: ResourceModel) -> list[Statement]:
    method, sort = operation_name(operation.id), _default_sort(operation)
    schema = resources(operation.node.document)[str(operation.resource)]
    is_nested = bool(split_path_parameters(operation, schema)[0])
    parents = (resource.parent.column,) if resource.parent and is_nested else ()
    found = next(found for found in resource.operations if found.id == operation.id)
    return service_statements.statements_of(
        project,
        service_statements.View(
            resource.repository_class, parents, found.key_column, operation.id in resource.reading_operations
        ),
        method,
        sort,
        answers_rows=operation.response_schema() is not None,
    )


def format_sql(sql: str) -> str:
    """Format a statement: a line for each clause, indented by parentheses, wrapped at _LINE_WIDTH."""
    lines: list[str] = []
    depth = 0
    for line in _CLAUSE_BREAK.sub("\n", sql.strip()).splitlines():
        indent = "  " * (depth + line.startswith("AND "))
        lines += textwrap.wrap(
            indent + line, _LINE_WIDTH, subsequent_indent=indent + "    ", break_long_words=False
        )
        depth += line.count("(") - line.count(")")
    return "\n".join(lines)


def _read(project: Project) -> tuple[Document, ApiModel, Mapping[str, OverrideModule]]:
    contract = pipeline.load_effective_contract(project)
    overrides = override_modules.read_overrides(project.overrides)
    api = service.build(
        contract, override_modules.wired_names(overrides), project.overrides.name, project.functions
    )
    return contract, api, overrides


def _summary(
    operation: ContractOperation, contract: Document, api: ApiModel, overrides: Mapping[str, OverrideModule]
) -> Summary:
    schema = resources(contract).get(operation.resource or "")
    owner_claim = owner(schema) if schema else None
    rows = owner_claim.claim if owner_claim else "shared" if schema else "sub"
    return Summary(
        operation.method.upper(),
        operation.path,
        operation.id,
        operation.kind,
        operation.resource or "-",
        _whose(operation, schema, rows),
        " | ".join(map(" ".join, operation.scope_alternatives())) or "-",
        _implementation(operation, api, overrides),
    )


def _whose(operation: ContractOperation, schema: Node | None, rows: str) -> str:
    """The claim whose rows an operation reaches, or who reads the rows of all owners."""
    if operation.is_public:
        return "anybody"
    return readers(schema) if schema is not None and reads_all_owners(operation, schema) else rows


def _implementation(
    operation: ContractOperation, api: ApiModel, overrides: Mapping[str, OverrideModule]
) -> str:
    found = (c for c in generated_classes(api) if any(o.id == operation.id for o in c.operations))
    generated = next(found, None)
    override = overrides.get(generated.package) if generated else None
    cls = override.classes.get(generated.name) if override and generated else None
    if override and cls and operation_name(operation.id) in _method_names(cls, override):
        return override_modules.relative_path(override.file)
    model = next((o for o in generated.operations if o.id == operation.id), None) if generated else None
    needed = operation.kind == "custom" or (model is not None and model.needs_override)
    return "not written" if needed else "generated"


def _method_names(cls: OverrideClass, override: OverrideModule) -> Iterator[str]:
    """Yield the methods of a class, and of its base classes in the same module."""
    yield from cls.methods
    for base in cls.bases:
        if base in override.classes and override.classes[base] is not cls:
            yield from override.classes[base].methods


def _resource(api: ApiModel, operation: ContractOperation) -> ResourceModel | None:
    return next((r for r in api.resources if any(o.id == operation.id for o in r.operations)), None)


def _default_sort(operation: ContractOperation) -> str:
    """Return the sort order of a list when the request asks for none."""
    return default_sort(operation) or "default"


def _response_statuses(operation: ContractOperation) -> list[str]:
    responses = operation.node.get("responses")
    declared = [status for status, _ in responses.items()] if responses else []
    return sorted({*declared, *possible_problems.possible_statuses(operation)})

"""Builds the model of the whole service from a contract."""

from collections.abc import Collection, Mapping
from typing import Any

from freehold.building import declared_headers
from freehold.building.model import ApiModel, OperationModel, OwnerModel, ParentModel, ResourceModel
from freehold.building.operations import build_operation
from freehold.building.repository_names import dependency_name, package_name, readers_name
from freehold.building.service_operations import build_service_operations
from freehold.building.shown import embedded_rows
from freehold.building.tables import columns, keys_and_indexes
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import uses_cursor_pagination
from freehold.contract.resources import (
    columns_of,
    foreign_is_forbidden,
    id_property,
    is_singleton,
    owner,
    readers,
    resources,
    table_name,
)
from freehold.contract.rows.hidden_parts import hidden_paths
from freehold.contract.rows.readers import reads_all_owners
from freehold.ground.literals import Code
from freehold.ground.naming import class_name, column_name, identifier, singular_name
from freehold.reading.document import Document, Node

_WHO_READS = {
    "owner": Code(""),
    "signed-in": Code("everybody with a token"),
    "anybody": Code("anybody"),
}
EXTENSION_MODULE, EXTENSION_FUNCTION = "app", "extend"
"""The module of `overrides/` with routes and middleware of its own, and the function that adds them."""


def build(
    document: Document,
    overrides: Mapping[str, Collection[str]],
    overrides_package: str,
    functions: Collection[str] = (),
) -> ApiModel:
    """Build the model of the effective contract.

    `overrides` has the names that the service uses of each module of `overrides_package`: classes, and
    `extend` of `app`. `functions` are those that the project allows in statements.
    """
    declared = operations(document)
    built = tuple(
        _resource(name, schema, [o for o in declared if o.resource == name], overrides, overrides_package)
        for name, schema in resources(document).items()
    )
    return ApiModel(
        title=document.root_node.get("info").get_value("title"),  # type: ignore[union-attr]  # a rule requires it
        version=document.root_node.get("info").get_value("version"),  # type: ignore[union-attr]
        overrides_package=Code(overrides_package),
        resources=built,
        service_operations=build_service_operations(declared, overrides, overrides_package),
        has_extension=EXTENSION_FUNCTION in overrides.get(EXTENSION_MODULE, ()),
        has_idempotency_keys=any(
            operation.idempotency_decorator for resource in built for operation in resource.operations
        ),
        functions=tuple(sorted(set(functions))),
        has_cursors=any(map(uses_cursor_pagination, declared)),
        request_headers=declared_headers.request_headers(declared),
        response_headers=declared_headers.response_headers(declared),
    )


def _resource(
    name: str,
    schema: Node,
    declared: list[ContractOperation],
    overrides: Mapping[str, Collection[str]],
    overrides_package: str,
) -> ResourceModel:
    plural, repository = package_name(schema), Code(f"{class_name(name)}Repository")
    base_module, base = _repository_base(schema)
    table = table_name(name, schema)
    built = tuple(build_operation(operation, schema) for operation in declared)
    is_overridden = plural in overrides and repository in overrides[plural]
    parent = keys_and_indexes.parent_model(schema, table)
    return ResourceModel(
        schema_class=class_name(name),
        singular=identifier(singular_name(name)),
        plural=plural,
        repository_dependency=dependency_name(schema),
        table=table,
        row_class=Code(f"{class_name(name)}Row"),
        repository_class=repository,
        owner=_owner(schema),
        repository_base=base,
        repository_base_module=base_module,
        **_fields_of_readers(schema, declared),
        foreign_is_forbidden=foreign_is_forbidden(schema),
        embedded=embedded_rows.embedded_rows(schema),
        each_statements=embedded_rows.each_statements(schema),
        parent=parent,
        response_columns=_response_columns(schema),
        hidden_parts={column_name(name): paths for name, paths in hidden_paths(schema).items()},
        omit_when_null=columns.omit_when_null(schema),
        counted_below=_counted_below(built, parent) if is_overridden else (),
        **_table_fields(schema, table, columns.version_column(schema, declared)),
        operations=built,
        schema_classes=_schema_classes(class_name(name), built),
        repository_dependencies=_repository_dependencies(built),
        repository_module=Code(f"{overrides_package}.{plural}" if is_overridden else f".{plural}.repository"),
    )


def _fields_of_readers(schema: Node, declared: list[ContractOperation]) -> dict[str, Any]:
    """The fields that say who reads the rows of all owners, and by which operations."""
    return {
        "readers": "" if readers(schema) == "owner" else readers(schema),
        "who_reads": _WHO_READS[readers(schema)],
        "reading_operations": tuple(o.id for o in declared if reads_all_owners(o, schema)),
        "readers_dependency": readers_name(schema) if readers(schema) != "owner" else None,
    }


def _table_fields(schema: Node, table: str, version_column: str | None) -> dict[str, Any]:
    """The fields that describe the table: columns, constraints, indexes, and what the database sets."""
    return {
        "id_column": None if is_singleton(schema) else column_name(id_property(schema)),
        "updated_at_columns": columns.updated_at_columns(schema),
        "version_column": version_column,
        "foreign_keys": keys_and_indexes.foreign_keys(schema, table),
        "reference_pointers": keys_and_indexes.reference_pointers(schema, table),
        "columns": columns.columns(schema, version_column),
        "check_constraints": columns.check_constraints(schema),
        "indexes": keys_and_indexes.indexes(schema, table),
    }


def _counted_below(
    built: tuple[OperationModel, ...], parent: ParentModel | None
) -> tuple[tuple[str, ...], ...]:
    """The columns of the parents that counted lists name in their paths, each set of columns once."""
    counted = (op for op in built if op.pagination and op.pagination.has_count_statement)
    columns = ((parent.column,) if parent and op.parent_checks else () for op in counted)
    return tuple(dict.fromkeys(columns))


def _repository_base(schema: Node) -> tuple[Code, Code]:
    """The module and the name of the class that the repository extends."""
    if owner(schema) is None:
        return Code("rows.shared_repository"), Code("SharedRepository")
    return Code("rows.owned_repository"), Code("OwnedRepository")


def _response_columns(schema: Node) -> tuple[str, ...]:
    """The columns of responses: those of all properties that are not writeOnly."""
    shown = (key for key, prop in columns_of(schema).items() if not prop.get_value("writeOnly"))
    return tuple(map(column_name, shown))


def _owner(schema: Node) -> OwnerModel | None:
    declared = owner(schema)
    if declared is None:
        return None
    parse = {"uuid": "UUID", "int32": "int32_owner", "int64": "int64_owner"}.get(declared.format or "", "str")
    python_type = Code("int" if declared.is_integer else parse)
    return OwnerModel(identifier(declared.column), declared.claim, python_type, Code(parse))


def _schema_classes(own: Code, built: tuple[OperationModel, ...]) -> tuple[Code, ...]:
    """The class of the resource, and those that the operations use."""
    return tuple(sorted({own} | {cls for operation in built for cls in operation.schema_classes}))


def _repository_dependencies(built: tuple[OperationModel, ...]) -> tuple[Code, ...]:
    """The annotations of the repository parameters of the routes."""
    parameters = {parameter for operation in built for parameter in operation.repository_parameters}
    return tuple(sorted({Code(parameter.partition(": ")[2]) for parameter in parameters}))

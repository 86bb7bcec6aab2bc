"""From a contract to the model that the templates print. Every decision is made here."""

from collections.abc import Collection, Mapping

from freehold.building import columns, keys_and_indexes, operations
from freehold.building.model import ApiModel, OperationModel, OwnerModel, ResourceModel
from freehold.building.titles import module, title
from freehold.contract.operations import ContractOperation as Found
from freehold.contract.operations import operations as found_operations
from freehold.contract.operations import uses_cursor_pagination, version_column
from freehold.contract.resources import (
    foreign_is_forbidden,
    id_property,
    owner,
    properties,
    resources,
    table_name,
)
from freehold.ground.literals import Code
from freehold.ground.naming import class_name, identifier, snake_case
from freehold.reading.document import Document, Node


def build(document: Document, overrides: Mapping[str, Collection[str]], home: str) -> ApiModel:
    """The whole service; `overrides` has the class names of each module of `home`, the overrides package."""
    found = found_operations(document)
    made = tuple(
        _resource(name, schema, [o for o in found if o.resource == name], overrides, home)
        for name, schema in resources(document).items()
    )
    return ApiModel(
        title=document.root_node.get("info").get_value("title"),  # type: ignore[union-attr]  # the rules want one
        version=document.root_node.get("info").get_value("version"),  # type: ignore[union-attr]
        overrides_package=Code(home),
        resources=made,
        has_idempotency_keys=any(
            operation.idempotency_decorator for resource in made for operation in resource.operations
        ),
        has_cursors=any(map(uses_cursor_pagination, found_operations(document))),
    )


def _resource(
    name: str, schema: Node, found: list[Found], overrides: Mapping[str, Collection[str]], home: str
) -> ResourceModel:
    plural, repository = module(schema), Code(f"{class_name(name)}Repository")
    there, version = table_name(name, schema), version_column(schema, found)
    made = tuple(operations.operation(operation, schema) for operation in found)
    mine = plural in overrides and repository in overrides[plural]
    said = owner(schema)
    return ResourceModel(
        schema_class=class_name(name),
        singular=identifier(name),
        plural=plural,
        repository_dependency=title(schema),
        table=there,
        row_class=Code(f"{class_name(name)}Row"),
        repository_class=repository,
        owner=_owner(schema),
        repository_base=Code("OwnedRepository" if said else "SharedRepository"),
        repository_base_module=Code("rows.owned_repository" if said else "rows.shared_repository"),
        foreign_is_forbidden=foreign_is_forbidden(schema),
        id_column=snake_case(id_property(schema)),
        updated_at_columns=columns.touched(schema),
        version_column=version,
        foreign_keys=keys_and_indexes.foreign_keys(schema, there),
        parent=keys_and_indexes.parent_of(schema, there),
        reference_pointers=keys_and_indexes.pointers(schema, there),
        columns=columns.columns(schema, version),
        check_constraints=columns.checks(schema),
        indexes=keys_and_indexes.indexes(schema, there),
        response_columns=tuple(
            snake_case(key) for key, prop in properties(schema).items() if not prop.get_value("writeOnly")
        ),
        omit_when_null=columns.optional(schema),
        operations=made,
        schema_classes=_models(class_name(name), made),
        repository_dependencies=_wired(made),
        repository_module=Code(f"{home}.{plural}" if mine else f".{plural}.repository"),
    )


def _owner(schema: Node) -> OwnerModel | None:
    said = owner(schema)
    kind = Code("UUID" if said and said.format == "uuid" else "str")
    return OwnerModel(identifier(said.column), said.claim, kind) if said else None


def _models(schema: Code, made: tuple[OperationModel, ...]) -> tuple[Code, ...]:
    """The classes of `schemas` that the signatures name."""
    named = {schema} | {model for operation in made for model in operation.schema_classes}
    return tuple(sorted(named))


def _wired(made: tuple[OperationModel, ...]) -> tuple[Code, ...]:
    """The types of the repositories that the routes name."""
    named = {Code(r.partition(": ")[2]) for operation in made for r in operation.repository_parameters}
    return tuple(sorted(named))

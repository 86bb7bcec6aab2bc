"""Builds the model of the operations that belong to no resource."""

from collections.abc import Collection, Iterator, Mapping

from freehold.building import signatures
from freehold.building.model import OperationModel, ServiceOperationsModel
from freehold.building.operations import fields_of_contract, owner_check, scope_check
from freehold.building.shown.answers import build_answer
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.resources import owner
from freehold.contract.rows.keys import resource_above
from freehold.ground.literals import Code

CLASS, PACKAGE = "Operations", "operations"
"""The class that implements them, and the module of `overrides/` that it is in."""
_CALLER = "sub"
"""The claim that names the owner in a path below no rows of owners."""


def build_service_operations(
    declared: list[ContractOperation], overrides: Mapping[str, Collection[str]], overrides_package: str
) -> ServiceOperationsModel | None:
    """Build the model of the operations without a resource; None when there are none.

    `overrides` has the names of the classes in each module of `overrides_package`.
    """
    own = [operation for operation in declared if operation.resource is None]
    if not own:
        return None
    built = tuple(map(_build_operation, own))
    is_overridden = CLASS in overrides.get(PACKAGE, ())
    return ServiceOperationsModel(
        module=Code(f"{overrides_package}.{PACKAGE}" if is_overridden else f".{PACKAGE}.methods"),
        operations=built,
        schema_classes=tuple(sorted({cls for operation in built for cls in operation.schema_classes})),
        repository_dependencies=tuple(sorted({_dependency(operation) for operation in own})),
        has_optional_tokens=any(o.accepts_token and not o.requires_token for o in own),
    )


def _dependency(operation: ContractOperation) -> Code:
    if operation.requires_token:
        return Code("CallerOperations")
    return Code("AnyCallerOperations" if operation.accepts_token else "PublicOperations")


def _build_operation(operation: ContractOperation) -> OperationModel:
    answer = build_answer(operation)
    return OperationModel(
        **fields_of_contract(operation, answer),
        route_parameters=signatures.route_parameters(operation, request=False, response=False),
        execute_method=Code("_fetch"),
        repository_parameters=(Code(f"operations: {_dependency(operation)}"),),
        repository=Code("operations"),
        rows=Code("self"),
        result_assignment=answer.result_assignment,
        response_statements=answer.statements,
        schema_classes=answer.schema_classes,
        access_checks=tuple(_access_checks(operation)),
    )


def _access_checks(operation: ContractOperation) -> Iterator[Code]:
    """The checks of the token that run before the request is read: its scopes, and the owner in the path."""
    yield from scope_check(operation, is_verified=True)
    above = resource_above(operation)
    row_owner = owner(above) if above else None
    yield from owner_check(operation, row_owner.claim if row_owner else _CALLER)

"""Finds properties that the contract requires in responses, and that neither a client nor any code sets."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from freehold.building.model import ApiModel, ResourceModel
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.resources import resources
from freehold.contract.rows.unset_properties import required_from_code
from freehold.ground.naming import identifier
from freehold.ground.problems import Problem
from freehold.overrides.override_modules import OverrideModule
from freehold.reading.document import Document


def find_unset_properties(
    document: Document, api: ApiModel, modules: Mapping[str, OverrideModule], folder: Path
) -> Iterator[Problem]:
    """Yield the required readOnly properties that the override of their resource does not mention (FH813)."""
    models = dict(zip(resources(document), api.resources, strict=True))
    for operation in operations(document):
        if operation.kind == "create" and operation.resource in models:
            model = models[operation.resource]
            module = modules.get(model.plural)
            known = module.names if module else frozenset()
            for name, prop in required_from_code(resources(document)[operation.resource]):
                if identifier(name) not in known:
                    what = f"{name} of {operation.resource} is required and readOnly, and nothing sets it"
                    yield prop.problem(what, _override_to_write(model, operation, name, folder), "FH813")


def _override_to_write(model: ResourceModel, operation: ContractOperation, name: str, folder: Path) -> str:
    method = next(found for found in model.operations if found.id == operation.id)
    parameters = ", ".join(["self", *method.method_parameters])
    return (
        f"Set {identifier(name)} in class {model.repository_class} in {folder.name}/{model.plural}.py:\n\n"
        f"    @override\n"
        f"    async def {method.name}({parameters}) -> {method.return_type}: ...\n\n"
        f"Or give it a `default`, let it be null, or remove it from `required`."
    )

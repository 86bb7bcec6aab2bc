"""From a contract to the text of the generated files: read, check, complete, build, publish, print.

Each step is a function of the room it is named after. Nothing is written to disk here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from freehold.building import service
from freehold.building.model import ApiModel
from freehold.contract import effective_contract, loading
from freehold.ground.problems import ContractError, Problem, during
from freehold.ground.project import CONTRACT_COPY, Project
from freehold.overrides import compatibility, override_modules
from freehold.overrides.override_modules import OverrideModule
from freehold.printing import pydantic_models, service_files
from freehold.printing.python_sources import Files
from freehold.publishing.served_document import build_served_document
from freehold.reading.document import Document
from freehold.rules import registry, warnings
from freehold.writing import checksums

_WIRED = ("app.py", "wiring.py")  # what imports from overrides/


@dataclass(frozen=True)
class GenerationResult:
    """The generated files, and what the project still has to do."""

    files: Files
    override_problems: list[Problem]
    """What is missing in `overrides/`, unused, or does not match the contract."""
    warnings: list[Problem]
    """The warnings that the project does not allow."""
    api: ApiModel
    document: Document
    """The contract as it was read."""
    contract: Document
    """The effective contract."""


def generate(project: Project) -> GenerationResult:
    """Generate the text of every file of `generated/`.

    Raises ContractError with every problem of the contract, or of an override that cannot be parsed.
    """
    document = _read(project)
    _check(document)
    contract = _complete(document)
    overrides = _read_overrides(project)
    api = _build(project, contract, override_modules.wired_names(overrides))
    files = _print(contract, api)
    return GenerationResult(
        files,
        override_problems=_compare_overrides(project, contract, api, overrides),
        warnings=_find_warnings(project, contract),
        api=api,
        document=document,
        contract=contract,
    )


def load_effective_contract(project: Project) -> Document:
    """Read, check and complete the contract. Raises ContractError with all of its problems."""
    document = _read(project)
    _check(document)
    return _complete(document)


def build_model(project: Project, contract: Document) -> ApiModel:
    """Build the model of the service from its effective contract, without printing it.

    Raises ContractError when an override cannot be parsed.
    """
    return _build(project, contract, override_modules.wired_names(_read_overrides(project)))


def regenerate(project: Project) -> Files | None:
    """Generate the files again from what `generated/` itself records, with this version of the tool.

    contract.json stands for the contract, and the imports of app.py and wiring.py for the overrides. Returns
    None when one of them cannot be read any more.
    """
    try:
        contract = load_effective_contract(replace(project, contract=project.generated / CONTRACT_COPY))
        files = [project.generated / name for name in _WIRED]
        names = override_modules.read_wired_names(files, project.overrides.name)
        return _print(contract, _build(project, contract, names))
    except (ContractError, OSError):
        return None


def _read(project: Project) -> Document:
    with during("reading the contract"):
        return loading.load(project.contract)


def _check(document: Document) -> None:
    with during("checking the contract"):
        registry.check(document)


def _complete(document: Document) -> Document:
    with during("completing the contract"):
        return effective_contract.build_effective_contract(document)


def _read_overrides(project: Project) -> dict[str, OverrideModule]:
    with during("reading the overrides"):
        return override_modules.read_overrides(project.overrides)


def _build(project: Project, contract: Document, names: Mapping[str, Collection[str]]) -> ApiModel:
    with during("building the model of the service"):
        return service.build(contract, names, project.overrides.name, project.functions)


def _print(contract: Document, api: ApiModel) -> Files:
    with during("printing the code"):
        return checksums.add_checksums(print_files(contract, api))


def print_files(contract: Document, api: ApiModel) -> Files:
    """Print every generated file, without checksums."""
    models = pydantic_models.begin(contract, api.overrides_package)
    files = service_files.emit(api, contract, build_served_document(contract))
    return files | models()


def _compare_overrides(
    project: Project, contract: Document, api: ApiModel, overrides: Mapping[str, OverrideModule]
) -> list[Problem]:
    with during("comparing the overrides with the contract"):
        return compatibility.find_problems(contract, api, overrides, project.overrides)


def _find_warnings(project: Project, contract: Document) -> list[Problem]:
    with during("looking for what to warn of"):
        found = warnings.find_warnings(contract)
        return [problem for problem in found if problem.code not in project.allowed_warnings]

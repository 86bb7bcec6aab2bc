"""From a contract to the files it stands for. Nothing is written here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from freehold.building import service
from freehold.building.model import ApiModel
from freehold.contract import effective_contract, loading
from freehold.ground.problems import ContractError, Problem, during
from freehold.ground.project import Project
from freehold.overrides import compatibility, scan
from freehold.printing import pydantic_models, service_files
from freehold.printing.python_sources import Files
from freehold.reading.document import Document
from freehold.rules import registry, warnings
from freehold.writing import checksums

_SERVED, _WIRING = "openapi.json", "wiring.py"


@dataclass(frozen=True)
class Result:
    """What a contract makes, and what it leaves to people and they have not written."""

    files: Files
    unwritten: list[Problem]
    warnings: list[Problem]
    """What a team should know, and has not allowed."""
    api: ApiModel


def generate(project: Project) -> Result:
    """The text of every file of `generated/`. Raises ContractError when the contract is wrong."""
    whole = understand(project)
    with during("reading the overrides"):
        written = scan.scan(project.overrides)
    api, files = _make(project, whole, scan.class_names(written))
    with during("comparing the overrides with the contract"):
        unwritten = compatibility.unwritten(whole, api, written, project.overrides)
    return Result(files, unwritten, _warnings(project, whole), api)


def understand(project: Project) -> Document:
    """The effective contract. Raises ContractError with everything that is wrong with the contract."""
    with during("reading the contract"):
        document = loading.load(project.contract)
    with during("checking the contract"):
        registry.check(document)
    with during("completing the contract"):
        return effective_contract.build_effective_contract(document)


def _warnings(project: Project, whole: Document) -> list[Problem]:
    with during("looking for what to warn of"):
        return [
            problem
            for problem in warnings.find_warnings(whole)
            if problem.code not in project.allowed_warnings
        ]


def again(project: Project) -> Files | None:
    """What this tool makes of the contract and the overrides that `generated/` was made from.

    Both are still to be read there: the effective contract makes the same as the contract did. Nothing, when
    one of them cannot be read any more.
    """
    try:
        whole = understand(replace(project, contract=project.generated / _SERVED))
        written = scan.wired(project.generated / _WIRING, project.overrides.name)
        return _make(project, whole, written)[1]
    except (ContractError, OSError):
        return None


def _make(
    project: Project, whole: Document, written: Mapping[str, Collection[str]]
) -> tuple[ApiModel, Files]:
    with during("building the model of the service"):
        api = service.build(whole, written, project.overrides.name)
    with during("printing the code"):
        return api, checksums.add_checksums(
            service_files.emit(api, whole) | pydantic_models.emit(whole, api.overrides_package)
        )

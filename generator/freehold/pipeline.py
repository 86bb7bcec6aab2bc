"""From a contract to the files it stands for. Nothing is written here."""

from dataclasses import dataclass

from freehold import build, contract, effective, emit, fit, overrides, rules, schemas
from freehold.contract import Document
from freehold.problems import Problem
from freehold.project import Project
from freehold.sources import Files


@dataclass(frozen=True)
class Result:
    """What a contract makes, and what it leaves to people and they have not written."""

    files: Files
    unwritten: list[Problem]


def generate(project: Project) -> Result:
    """The text of every file of `generated/`. Raises ContractError when the contract is wrong."""
    whole = understand(project)
    written = overrides.scan(project.overrides)
    api = build.build(whole, written, project.overrides.name)
    files = emit.emit(api, whole) | schemas.emit(whole, api.overrides)
    return Result(files, fit.unwritten(whole, api, written, project.overrides))


def understand(project: Project) -> Document:
    """The effective contract. Raises ContractError with everything that is wrong with the contract."""
    document = contract.load(project.contract)
    rules.check(document)
    return effective.complete(document)

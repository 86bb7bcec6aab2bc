"""Which schemas the tool refuses, found by generating in this process and leaving out what is refused.

A schema for which the tool crashes, or whose service cannot be migrated or started, is found by halving.
"""

import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from freehold import pipeline
from freehold.ground.problems import ContractError
from freehold.ground.project import find_project
from tests.support.service import Database, Service
from tests.values.contracts import Contract, Entry, compose
from tests.values.json_text import write
from tests.values.served import running

_ROUNDS = 12
Problems = dict[str, list[str]]
"""What is wrong with each schema, by the name of its entry."""


@dataclass
class Sieved:
    """A contract that is not refused, its files, and the problems of the schemas that were left out."""

    contract: Contract
    entries: list[Entry]
    files: Mapping[str, str]
    refused: Problems
    crashed: Problems = field(default_factory=dict)
    """Schemas that are not refused, and make no service either."""


def sieve(entries: Sequence[Entry], folder: Path, version: str = "3.1.0") -> Sieved:
    """Generates, leaves out the schemas that are refused, and generates again until nothing is refused."""
    refused: Problems = {}
    crashed: Problems = {}
    left = list(entries)
    for _ in range(_ROUNDS):
        contract = compose(left, version)
        try:
            return Sieved(contract, left, generate(contract, folder), refused, crashed)
        except ContractError as error:
            refused |= _located(error, contract)
        except Exception:  # noqa: BLE001 whatever it is, the tool crashed
            crashed |= _crashing(left, folder, version)
        left = [entry for entry in left if entry.name not in refused and entry.name not in crashed]
    raise AssertionError(f"the contract is still refused after {_ROUNDS} rounds")


@contextmanager
def sieved_service(
    entries: Sequence[Entry],
    folder: Path,
    make: Callable[[], Database],
    version: str = "3.1.0",
    python: str | None = None,
) -> Iterator[tuple[Sieved, Service]]:
    """The service of the schemas that are left, without those for which no service starts."""
    sieved = sieve(entries, folder, version)
    with ExitStack() as stack:
        try:
            service = stack.enter_context(running(sieved.files, folder, make(), python))
        except AssertionError:
            broken = _without_service(sieved.entries, make, version)
            left = [entry for entry in sieved.entries if entry.name not in broken]
            again = sieve(left, folder / "again", version)
            again.refused, again.crashed = sieved.refused, sieved.crashed | broken
            sieved = again
            service = stack.enter_context(running(sieved.files, folder / "again", make(), python))
        yield sieved, service


def generate(contract: Contract, folder: Path) -> Mapping[str, str]:
    """The files of a contract, whose project is laid into a folder. Raises ContractError."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text('[tool.freehold]\ncontract = "contract.json"\n', "utf-8")
    (folder / "contract.json").write_text(contract.text, "utf-8")
    with warnings.catch_warnings(action="ignore"):  # those of the maker of models: the tool goes on
        return {str(path): text for path, text in pipeline.generate(find_project(folder)).files.items()}


def _located(error: ContractError, contract: Contract) -> Problems:
    """The problems by the schema that their lines belong to. At least one must lie in a schema."""
    found: Problems = {}
    for problem in error.problems:
        name = contract.lines.get(problem.line)
        if name is not None:
            found.setdefault(name, []).append(f"{problem.code}: {problem.message}")
    if not found:
        raise AssertionError(f"a problem that is located in no schema: {error.problems[0]}")
    return found


def _crashing(entries: Sequence[Entry], folder: Path, version: str) -> Problems:
    """The schemas for which the tool raises something else than a refusal."""
    try:
        generate(compose(entries, version), folder)
    except ContractError:
        return {}
    except Exception as error:  # noqa: BLE001 whatever it is, the tool crashed
        if len(entries) == 1:
            return {entries[0].name: [f"the tool crashes: {type(error).__name__}: {str(error)[:100]}"]}
        half = len(entries) // 2
        found = _crashing(entries[:half], folder, version) | _crashing(entries[half:], folder, version)
        return found or {entries[0].name: [f"the tool crashes beside others: {type(error).__name__}"]}
    return {}


def _failure(entries: Sequence[Entry], make: Callable[[], Database], version: str) -> str:
    """The last line of what keeps the service of these schemas from starting; nothing if it starts."""
    if not entries:
        return ""
    with tempfile.TemporaryDirectory() as folder:
        files = generate(compose(entries, version), Path(folder))
        try:
            with running(files, Path(folder), make()):
                return ""
        except AssertionError as error:
            return str(error).strip().rpartition("\n")[2] or "it does not start"


def _without_service(entries: Sequence[Entry], make: Callable[[], Database], version: str) -> Problems:
    """Of schemas whose service does not start, those that are to blame. Suspects are looked at first."""
    suspects = [entry for entry in entries if "\\u0000" in write(entry.schema)]
    others = [entry for entry in entries if entry not in suspects]
    if suspects and others and not _failure(others, make, version):
        return _blamed(suspects, make, version)
    return _blamed(entries, make, version)


def _blamed(entries: Sequence[Entry], make: Callable[[], Database], version: str) -> Problems:
    """Halves the schemas until single ones are left for which no service starts."""
    failure = _failure(entries, make, version)
    if not failure or len(entries) == 1:
        return {entry.name: [f"no service: {failure}"] for entry in entries if failure}
    half = len(entries) // 2
    return _blamed(entries[:half], make, version) | _blamed(entries[half:], make, version)

"""How far `freehold init --from` gets with the untouched contract of somebody else, without a human.

What is left in its list is not repaired here: each operation that a problem concerns is taken out of the
copied contract, until code can be generated from the rest. Those are the refused ones; the others are
generated, or custom.
"""

import contextlib
import copy
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner
from typing_extensions import override

from freehold.cli.main import main
from freehold.contract import loading
from freehold.contract.effective_contract import build_effective_contract
from freehold.contract.normalizing.steps import normalize
from freehold.contract.operations.contract_operation import METHODS
from freehold.contract.operations.inference import operations
from freehold.ground.problems import ContractError, Problem
from freehold.publishing.served_document import build_served_document
from freehold.reading.document import Document
from freehold.reading.json_pointers import escape_token
from freehold.workbench.importing import checklist
from freehold.workbench.importing.repair import repair
from tests.real_contracts.public_api import Change, breaking_changes
from tests.support.contracts import build_api_model
from tests.support.service import ROOT

CONTRACTS = ROOT.parent / "shared" / "contracts"
"""Where the contracts are, outside of this repository: they belong to their authors."""
_ROUNDS = 20
_COMPONENT = re.compile(r"#(/components/[^/]+/[^/]+)")


@dataclass(frozen=True)
class Reached:
    """How far a contract gets: a row of the table."""

    name: str
    operations: int
    generated: int
    custom: int
    problems: tuple[Problem, ...] | None = None
    """What is left in its list; None if `init --from` made no project of it."""
    breaking: tuple[Change, ...] = ()
    """What its clients would notice in the operations that are served."""
    unexplained: tuple[Change, ...] = ()
    """Those of them that `freehold check` prints no reason for."""

    @property
    def refused(self) -> int:
        """How many operations have to wait for a human."""
        return self.operations - self.generated - self.custom

    @override
    def __str__(self) -> str:
        """Format the row."""
        problems = "not in" if self.problems is None else len(self.problems)
        changes = (len(self.breaking), len(self.unexplained))
        counts = (self.operations, self.generated, self.custom, self.refused, problems, *changes)
        return f"{self.name:<24}" + "".join(f"{count:>12}" for count in counts)


HEADING = f"{'contract':<24}" + "".join(
    f"{word:>12}"
    for word in ("operations", "generated", "custom", "refused", "problems", "breaking", "unexplained")
)


def measure(source: Path, desk: Path) -> Reached:
    """Create a project from a contract in an empty folder, and go on as far as it gets."""
    with _working_directory(desk):
        result = CliRunner().invoke(main, ["init", "api", "--from", str(source)], catch_exceptions=False)
        if result.exit_code != 0:
            return Reached(source.name, _count_operations(source), 0, 0)
        contract = desk / "api" / "openapi" / source.name
        document = normalize(repair(loading.load_tolerantly(contract)).document)
        total = len(list(_operation_pointers(document.root)))
        problems = tuple(step.problem for step in checklist.steps(contract))
        kept = _without_problems(document)
        kinds = [operation.kind for operation in operations(kept)]
        custom = kinds.count("custom")
        breaking, unexplained = _breaking_changes(source, kept)
        return Reached(source.name, total, len(kinds) - custom, custom, problems, breaking, unexplained)


def _breaking_changes(source: Path, kept: Document) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """Return the breaking changes of what is served, and those that nothing explains."""
    effective = build_effective_contract(kept)
    served = build_served_document(effective).root
    # statuses are numbers in some contracts; as in JSON, each key is a text
    original = json.loads(json.dumps(yaml.safe_load(source.read_text("utf-8")), default=str))
    original["paths"] = {
        path: {key: part for key, part in item.items() if key not in METHODS or key in served["paths"][path]}
        for path, item in original["paths"].items()
        if path in served["paths"]
    }
    found = breaking_changes(original, served)
    reasons = [note.message for note in (*kept.notes, *effective.notes)]
    return tuple(found), tuple(change for change in found if not _is_explained(change, reasons))


def _is_explained(change: Change, reasons: list[str]) -> bool:
    """Whether a warning is about what a change is about."""
    if change.what == "the body is required":
        return any(
            reason.endswith("is required: its schema does not accept an empty object") for reason in reasons
        )
    subject = change.what.split()[1 if change.kind == "parameter" else 0]
    return any(subject in reason.split() for reason in reasons)


def _count_operations(source: Path) -> int:
    root = yaml.safe_load(source.read_text("utf-8"))
    return len(list(_operation_pointers(root)))


def _without_problems(document: Document) -> Document:
    """Take the operations that a problem concerns out of a contract, until it has no problem."""
    for _ in range(_ROUNDS):
        try:
            build_api_model(document)
        except ContractError as error:
            concerned = _concerned(document, error.problems)
            if not concerned:
                break
            document = _pruned(document, concerned)
        else:
            return document
    return _pruned(document, set(_operation_pointers(document.root)))


def _concerned(document: Document, problems: tuple[Problem, ...]) -> set[str]:
    """Return the operations with a problem: in them, in their path, or in what they refer to.

    A problem at none of these concerns all of them.
    """
    places: dict[tuple[str, int, int], list[str]] = {}
    for pointer, place in document.positions.items():
        for at in (place, place.key or place):
            places.setdefault((at.file, at.line, at.column), []).append(pointer)
    reach = {pointer: _reach(document, pointer) for pointer in _operation_pointers(document.root)}
    found: set[str] = set()
    for problem in problems:
        at_place = places.get((problem.file, problem.line, problem.column), [""])
        touched = {
            op
            for op, inside in reach.items()
            if op.rpartition("/")[0] in at_place or any(_is_inside(at, inside) for at in at_place)
        }
        found |= touched or set(reach)
    return found


def _is_inside(pointer: str, inside: set[str]) -> bool:
    return any(pointer == at or pointer.startswith(f"{at}/") for at in inside)


def _reach(document: Document, operation: str) -> set[str]:
    """Return an operation, the parameters of its path, its security schemes, and all that it refers to."""
    item = operation.rpartition("/")[0]
    found = {operation, f"{item}/parameters"}
    if sum(other.rpartition("/")[0] == item for other in _operation_pointers(document.root)) == 1:
        found.add(item)
    node = document.node_at(operation)
    required = (node.value if node else {}).get("security", document.root.get("security", []))
    found |= {f"/components/securitySchemes/{name}" for entry in required for name in entry}
    left = list(found)
    while left:
        part = document.node_at(left.pop())
        for reference in _references(part.value if part else None):
            if reference not in found:
                found.add(reference)
                left.append(reference)
    return found


def _references(value: Any) -> Iterator[str]:
    """Yield the pointers of the components that a value refers to, also with a word of Freehold."""
    if isinstance(value, dict):
        for key, part in value.items():
            named = _COMPONENT.match(part) if key == "$ref" and isinstance(part, str) else None
            if named:
                yield named[1]
            if key in ("x-references", "parent"):
                resource = part.get("resource") if isinstance(part, dict) else part
                yield f"/components/schemas/{resource}"
            yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


def _pruned(document: Document, left_out: set[str]) -> Document:
    """Return a contract without some operations, and without what only they refer to."""
    root = copy.deepcopy(document.root)
    for pointer in left_out:
        _, _, path, method = pointer.split("/")
        del root["paths"][path.replace("~1", "/").replace("~0", "~")][method]
    root["paths"] = {path: item for path, item in root["paths"].items() if item.keys() & set(METHODS)}
    left = document.with_root(root)
    used = set().union(*(_reach(left, pointer) for pointer in _operation_pointers(root)))
    for kind in ("schemas", "parameters", "responses", "requestBodies"):
        parts = root.get("components", {}).get(kind, {})
        for name in [name for name in parts if f"/components/{kind}/{escape_token(name)}" not in used]:
            del parts[name]
    return left


def _operation_pointers(root: Any) -> Iterator[str]:
    for path, item in root.get("paths", {}).items():
        yield from (f"/paths/{escape_token(path)}/{method}" for method in item if method in METHODS)


@contextlib.contextmanager
def _working_directory(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)

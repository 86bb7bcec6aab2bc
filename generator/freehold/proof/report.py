"""Proves a project: judges its statements, and lists the code that no proof covers."""

import re
from collections.abc import Iterable, Iterator

from freehold import pipeline
from freehold.contract.operations.inference import operations
from freehold.ground.project import Project
from freehold.overrides import override_modules
from freehold.overrides.raised_statuses import find_undeclared_statuses
from freehold.proof import override_source
from freehold.proof.entries import Entry, Report, Verdict
from freehold.proof.service_facts import CollectedStatement, Collector, ImportFailure
from freehold.proof.sql import parse_tree
from freehold.proof.sql.facts import Facts
from freehold.proof.sql.judge import Judgement, judge


def prove(project: Project) -> Report:
    """Judge every statement of a project, and list what cannot be judged.

    Raises ContractError when the contract is wrong, and UsageError when the service cannot be imported.
    """
    parse_tree.load_parser()
    with Collector(project) as collector:
        contract = pipeline.load_effective_contract(project)
        api = pipeline.build_model(project, contract)
        source = override_source.read(project, api)
        modules = override_modules.read_overrides(project.overrides)
        undeclared = tuple(find_undeclared_statuses(contract, api, modules))
        try:
            service = collector.collect(api, source.calls)
        except ImportFailure as error:
            return Report((*_failed_imports(error), *map(_unproven_code, source.unproven)), undeclared)
    public = frozenset(operation.id for operation in operations(contract) if operation.is_public)
    statements = [
        _judge_statement(statement, service.facts, public)
        for statement in service.statements
        if statement.queries or statement.problems  # the others have no shape: nothing can call them
    ]
    return Report((*statements, *map(_unproven_code, source.unproven)), undeclared)


def _failed_imports(error: ImportFailure) -> Iterator[Entry]:
    fix = "Correct it: until then, no statement can be judged, and the service does not start."
    for text, place in error.failures:
        file = override_modules.relative_path(place.file)
        yield Entry(file, place.line, "the service", "unproven", (text,), fix)


def _unproven_code(found: override_source.UnprovenCode) -> Entry:
    return Entry(
        override_modules.relative_path(found.place.file),
        found.place.line,
        found.kind,
        "unproven",
        (found.what,),
        found.fix,
    )


def _judge_statement(statement: CollectedStatement, facts: Facts, public: frozenset[str]) -> Entry:
    judgements = {query: judge(query, facts) for query in {query for _, query in statement.queries}}
    in_order = [judgements[query] for query in dict.fromkeys(query for _, query in statement.queries)]
    verdict = _verdict(statement, in_order, facts)
    return Entry(
        override_modules.relative_path(statement.place.file),
        statement.place.line,
        statement.name,
        verdict,
        _reasons(statement, in_order),
        _BROKEN
        if any("cannot be built" in problem for problem in statement.problems)
        else _FIXES.get(verdict, ""),
        statement.repository,
        statement.operations,
        _distinct(judgement.tables for judgement in in_order),
        (*_readers(statement), *_evidence(in_order)),
        is_statement=True,
        is_public=not public.isdisjoint(statement.operations),
        shapes=len(in_order),
    )


_PARAMETER = re.compile(r"\$\d+")
_BROKEN = "Correct the method: the service would fail with it as well."
_FIXES = {
    "reaches": (
        "Build it from `_select_one()`, `_select_page()`, `_update_one()`, `_delete_one()` or `_insert()`: "
        "they contain the owner condition. Add to what they return."
    ),
    "unproven": "Give each argument a type with few values (bool, Literal, Enum), or write several builders.",
}


def _verdict(statement: CollectedStatement, judgements: list[Judgement], facts: Facts) -> Verdict:
    if any(judgement.faults for judgement in judgements):
        return "reaches"
    if statement.problems or not judgements:
        return "unproven"
    if any(query.only_existence for _, query in statement.queries):
        return "existence"
    if any(query.readers for _, query in statement.queries):
        return "readable"
    owned = any(facts.tables[name].owner_column for judgement in judgements for name in judgement.tables)
    return "proven" if owned else "shared"


def _reasons(statement: CollectedStatement, judgements: list[Judgement]) -> tuple[str, ...]:
    return _distinct([*(judgement.faults for judgement in judgements), statement.problems])


def _evidence(judgements: Iterable[Judgement]) -> tuple[str, ...]:
    """Where the proof is. The number of a parameter differs between shapes: that of the first one is kept."""
    found = _distinct(judgement.evidence for judgement in judgements)
    return tuple({_PARAMETER.sub("$", text): text for text in reversed(found)}.values())[::-1]


def _readers(statement: CollectedStatement) -> tuple[str, ...]:
    """What the contract says of a statement that reads the rows of all owners."""
    return tuple(dict.fromkeys(f"read: {query.readers}" for _, query in statement.queries if query.readers))


def _distinct(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for group in groups for text in group))

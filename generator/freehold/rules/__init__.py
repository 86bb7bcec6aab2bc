"""Everything that a contract must not say, or must say and does not. All of it is found in one run."""

from collections.abc import Callable, Iterator

from freehold.contract import Document
from freehold.problems import ContractError, Problem
from freehold.rules import (
    answers,
    bodies,
    filters,
    ids,
    limits,
    lists,
    names,
    operations,
    parameters,
    resources,
    schemas,
    scopes,
    security,
)
from freehold.rules import document as documents

Rule = Callable[[Document], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    documents.version,
    documents.paths,
    schemas.names,
    schemas.keywords,
    schemas.defaults,
    schemas.references,
    security.tokens,
    security.schemes,
    operations.ids,
    operations.successes,
    operations.kinds,
    operations.answers,
    operations.bodies,
    parameters.paths,
    parameters.names,
    parameters.types,
    resources.options,
    resources.tables,
    resources.properties,
    resources.keys,
    resources.fields,
    resources.creatable,
    lists.bounded,
    lists.pages,
    lists.parameters,
    lists.sorts,
    answers.media_types,
    answers.named,
    answers.located,
    bodies.objects,
    bodies.columns,
    filters.read,
    filters.defaults,
    filters.compared,
    filters.sorted_by,
    ids.made,
    ids.paths,
    ids.owners,
    limits.ranges,
    names.tables,
    names.columns,
    names.keys,
    names.relations,
    names.calls,
    names.parameters,
    names.bodies,
    scopes.words,
)


def check(document: Document) -> None:
    """Raise ContractError with every problem of the contract."""
    problems = list(documents.shape(document))
    problems = problems or [problem for rule in RULES for problem in rule(document)]
    if problems:
        raise ContractError(problems)

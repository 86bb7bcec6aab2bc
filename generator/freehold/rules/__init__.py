"""Everything that a contract must not say, or must say and does not. All of it is found in one run."""

from collections.abc import Callable, Iterator

from freehold.contract import Document
from freehold.problems import ContractError, Problem
from freehold.rules import (
    answers,
    bodies,
    choices,
    filters,
    headers,
    ids,
    limits,
    links,
    lists,
    names,
    operations,
    parameters,
    resources,
    responses,
    schemas,
    scopes,
    security,
    sizes,
    values,
)
from freehold.rules import document as documents

Rule = Callable[[Document], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    documents.version,
    documents.paths,
    schemas.names,
    schemas.fields,
    schemas.keywords,
    schemas.defaults,
    schemas.references,
    values.patterns,
    values.allowed,
    choices.discriminators,
    security.tokens,
    security.schemes,
    security.shared,
    security.owners,
    operations.ids,
    operations.successes,
    operations.kinds,
    operations.answers,
    operations.bodies,
    parameters.paths,
    parameters.names,
    parameters.types,
    parameters.marks,
    headers.sent,
    headers.answered,
    headers.compared,
    headers.versions,
    resources.options,
    resources.tables,
    resources.properties,
    resources.keys,
    resources.fields,
    resources.creatable,
    resources.generated,
    resources.marked,
    links.parents,
    links.targets,
    links.under,
    links.names,
    lists.bounded,
    lists.pages,
    lists.parameters,
    lists.sorts,
    lists.keysets,
    responses.declared,
    answers.media_types,
    answers.failures,
    answers.located,
    answers.single,
    answers.bodies,
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


FIRST: tuple[Rule, ...] = (documents.shape, sizes.counted, sizes.composed)
"""What every other rule relies on: each of these is asked only when those before it have nothing to say."""


def check(document: Document) -> None:
    """Raise ContractError with every problem of the contract."""
    problems = next(filter(None, (list(rule(document)) for rule in FIRST)), [])
    problems = problems or [problem for rule in RULES for problem in rule(document)]
    if problems:
        raise ContractError(problems)

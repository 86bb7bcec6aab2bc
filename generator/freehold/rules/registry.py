"""Everything that a contract must not say, or must say and does not. All of it is found in one run."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from freehold.ground.problems import ContractError, Problem
from freehold.reading.document import Document
from freehold.rules import (
    answers,
    bodies,
    filters,
    headers,
    ids,
    keywords,
    limits,
    lists,
    names,
    operations,
    parameters,
    relationships,
    resources,
    responses,
    schemas,
    scopes,
    security,
    sizes,
    unions,
    values,
)
from freehold.rules import document as documents

Rule = Callable[[Document], Iterator[Problem]]

RULES: Mapping[str, Rule] = {
    "FH102": keywords.known,
    "FH110": documents.version,
    "FH111": documents.paths,
    "FH120": sizes.counted,
    "FH121": sizes.composed,
    "FH201": schemas.names,
    "FH202": schemas.keywords,
    "FH203": schemas.defaults,
    "FH204": schemas.references,
    "FH205": unions.discriminators,
    "FH206": limits.ranges,
    "FH207": schemas.fields,
    "FH208": values.patterns,
    "FH209": values.allowed,
    "FH210": values.directions,
    "FH301": operations.ids,
    "FH302": operations.successes,
    "FH303": operations.kinds,
    "FH304": operations.answers,
    "FH305": operations.bodies,
    "FH310": parameters.paths,
    "FH311": parameters.names,
    "FH312": parameters.types,
    "FH313": parameters.marks,
    "FH320": headers.sent,
    "FH321": headers.answered,
    "FH322": headers.compared,
    "FH323": headers.versions,
    "FH330": responses.declared,
    "FH331": answers.media_types,
    "FH332": answers.failures,
    "FH333": answers.located,
    "FH334": answers.single,
    "FH335": answers.bodies,
    "FH340": bodies.objects,
    "FH341": bodies.columns,
    "FH401": resources.options,
    "FH402": resources.tables,
    "FH403": resources.properties,
    "FH404": resources.keys,
    "FH405": resources.fields,
    "FH406": resources.creatable,
    "FH407": resources.generated,
    "FH408": resources.marked,
    "FH410": relationships.parents,
    "FH411": relationships.targets,
    "FH412": relationships.under,
    "FH413": relationships.names,
    "FH420": ids.made,
    "FH421": ids.paths,
    "FH501": lists.bounded,
    "FH502": lists.pages,
    "FH503": lists.parameters,
    "FH504": lists.sorts,
    "FH505": lists.keysets,
    "FH510": filters.read,
    "FH511": filters.defaults,
    "FH512": filters.compared,
    "FH513": filters.sorted_by,
    "FH601": security.tokens,
    "FH602": security.schemes,
    "FH603": security.shared,
    "FH604": security.owners,
    "FH605": ids.owners,
    "FH606": scopes.words,
    "FH701": names.tables,
    "FH702": names.columns,
    "FH703": names.keys,
    "FH704": names.relations,
    "FH705": names.calls,
    "FH706": names.parameters,
    "FH707": names.bodies,
}
"""Each rule by the code of its problems, which it keeps for good. Gaps are for what comes."""

PREREQUISITES = ("FH102", "FH120", "FH121")
"""What the other rules rely on: each is asked only when those before it, and the shape, say nothing."""


def check(document: Document) -> None:
    """Raise ContractError with every problem of the contract."""
    problems = [*documents.shape(document), *problems_of(PREREQUISITES[0], document)]
    for code in PREREQUISITES[1:]:
        problems = problems or problems_of(code, document)
    problems = problems or [
        found for code in RULES if code not in PREREQUISITES for found in problems_of(code, document)
    ]
    if problems:
        raise ContractError(problems)


def problems_of(code: str, document: Document) -> list[Problem]:
    """What one rule has to say."""
    return [replace(problem, code=code) for problem in RULES[code](document)]

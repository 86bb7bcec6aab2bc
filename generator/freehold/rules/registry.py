"""The registry of rules by code. A run reports all problems at once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from freehold.ground.problems import ContractError, Problem
from freehold.reading.document import Document
from freehold.rules import (
    bodies,
    contract_size,
    defaults,
    discriminators,
    filters,
    headers,
    keywords,
    limits,
    lists,
    misplaced,
    operations,
    parameters,
    paths,
    problem_responses,
    relationships,
    reserved_names,
    resources,
    rewritten_formats,
    row_ids,
    schemas,
    scopes,
    security,
    shown_rows,
    success_responses,
    values,
)
from freehold.rules import document as documents

Rule = Callable[[Document], Iterator[Problem]]

RULES: Mapping[str, Rule] = {
    "FH102": keywords.unknown_keys,
    "FH110": documents.version,
    "FH111": paths.served_paths,
    "FH120": contract_size.part_counts,
    "FH121": contract_size.composition,
    "FH201": schemas.schema_names,
    "FH202": schemas.supported_keywords,
    "FH203": defaults.valid_defaults,
    "FH204": schemas.ref_siblings,
    "FH205": discriminators.discriminators,
    "FH206": limits.empty_ranges,
    "FH207": schemas.property_names,
    "FH208": values.patterns,
    "FH209": values.enum_values,
    "FH210": values.nested_directions,
    "FH211": rewritten_formats.stable_texts,
    "FH301": operations.operation_ids,
    "FH302": operations.success_responses,
    "FH303": operations.operation_kinds,
    "FH304": operations.returned_rows,
    "FH305": operations.request_bodies,
    "FH310": parameters.path_parameters,
    "FH311": parameters.parameter_names,
    "FH312": parameters.parameter_types,
    "FH313": parameters.filter_extensions,
    "FH314": parameters.repeated_parameters,
    "FH315": parameters.parameter_contents,
    "FH320": headers.request_headers,
    "FH321": headers.response_headers,
    "FH322": headers.conditional_requests,
    "FH323": headers.version_column_names,
    "FH330": problem_responses.declared_problems,
    "FH331": success_responses.media_types,
    "FH332": success_responses.reserved_problem_schema,
    "FH333": success_responses.location_headers,
    "FH334": success_responses.several_successes,
    "FH335": success_responses.request_schemas,
    "FH336": problem_responses.problem_bodies,
    "FH340": bodies.plain_objects,
    "FH341": bodies.column_compatibility,
    "FH342": bodies.closed_bodies,
    "FH343": shown_rows.stored_values,
    "FH401": resources.options,
    "FH402": resources.resource_names,
    "FH403": resources.property_columns,
    "FH404": resources.resource_ids,
    "FH405": resources.known_columns,
    "FH406": resources.writable_bodies,
    "FH407": resources.generated_columns,
    "FH408": misplaced.misplaced_extensions,
    "FH409": resources.plain_resources,
    "FH410": relationships.parents,
    "FH411": relationships.reference_targets,
    "FH412": relationships.parent_paths,
    "FH413": relationships.parent_names,
    "FH420": row_ids.generated_ids,
    "FH421": row_ids.path_ids,
    "FH501": lists.pagination,
    "FH502": lists.page_schemas,
    "FH503": lists.query_parameters,
    "FH504": lists.sort_enums,
    "FH505": lists.cursor_orders,
    "FH510": filters.unused_query_parameters,
    "FH511": filters.null_defaults,
    "FH512": filters.boolean_comparisons,
    "FH513": filters.sort_properties,
    "FH601": security.required_tokens,
    "FH602": security.security_schemes,
    "FH603": security.shared_writes,
    "FH604": security.owner_parameters,
    "FH605": row_ids.owner_types,
    "FH606": scopes.scope_names,
    "FH607": security.owner_claims,
    "FH608": security.foreign_readers,
    "FH701": reserved_names.table_names,
    "FH702": reserved_names.column_names,
    "FH703": reserved_names.index_directions,
    "FH704": reserved_names.index_names,
    "FH705": reserved_names.operation_names,
    "FH706": reserved_names.parameter_names,
    "FH707": reserved_names.body_names,
}
"""The rules by code. Codes are permanent. Gaps leave room for new rules."""

PREREQUISITES = ("FH102", "FH315", "FH120", "FH121")
"""Rules that all others rely on. Each runs only if `shape` and those before it find no problem."""


def check(document: Document) -> None:
    """Check a contract. Raises ContractError with all problems."""
    problems = [*documents.shape(document), *problems_of(PREREQUISITES[0], document)]
    for code in PREREQUISITES[1:]:
        problems = problems or problems_of(code, document)
    problems = problems or [
        found for code in RULES if code not in PREREQUISITES for found in problems_of(code, document)
    ]
    if problems:
        raise ContractError(problems)


def problems_of(code: str, document: Document) -> list[Problem]:
    """Return the problems that one rule finds."""
    return [replace(problem, code=code) for problem in RULES[code](document)]

"""Which declared error responses the service can fill, beside problem details (RFC 9457)."""

from collections.abc import Iterator

from jsonschema_rs import ReferencingError

from freehold.contract.problems.possible_problems import sample_problem
from freehold.contract.resources import properties
from freehold.contract.rows.column_types import contract_schemas
from freehold.contract.rows.shown_rows import all_properties, required_names
from freehold.contract.validation.problem_details.error_properties import fill_object, only_values
from freehold.contract.validation.problem_details.error_shapes import fill_shape
from freehold.reading.document import Node

_PROBLEM = "application/problem+json"
_SAMPLES = (404, 422)
_DEEPEST = 2  # levels of objects in an error
_TIME = "2026-01-31T09:30:00Z"
_REQUESTS = ({"time": _TIME, "path": "/"}, {"time": _TIME, "path": "/a%20~b" * 2000})
"""Of the shortest and of a very long path: a schema has to take all of them."""


def has_known_shape(content: Node, status: str, *, is_raised: bool = False) -> bool:
    """Whether the content of an error response is JSON in a shape that the service can fill.

    `status` may be a range or `default`. An error that `is_raised` by hand-written code alone may have any of
    the codes that its schema lists. An invalid schema is one, too, because another rule reports it.
    """
    schema = content.get_path("application/json", "schema")
    if schema is None:
        return False
    schemas = contract_schemas(schema.document)
    problems = list(map(sample_problem, [int(status)] if status.isdecimal() else _SAMPLES))
    codes = [{}, *({"code": code} for code in _listed_texts(schema))] if is_raised else [{}]
    try:
        return any(
            all(
                fill_shape(schemas, schema.pointer, problem | code, request) is not None
                for problem in problems
                for request in _REQUESTS
            )
            for code in codes
        )
    except (LookupError, ValueError, ReferencingError):
        return True


def _listed_texts(schema: Node, depth: int = _DEEPEST) -> Iterator[str]:
    """Yield the texts that a schema and those of its properties list as their values."""
    values = schema.get_value("enum")
    yield from (value for value in values if isinstance(value, str)) if isinstance(values, list) else ()
    for place in properties(schema).values() if depth else ():
        yield from _listed_texts(place, depth - 1)


def accepts_problem(schema: Node) -> bool:
    """Whether the schema of an error accepts problem details."""
    try:
        validator = contract_schemas(schema.document).validator(schema.pointer)
        return all(validator.is_valid(sample_problem(status)) for status in _SAMPLES)
    except (LookupError, ValueError, ReferencingError):
        return False


def looks_like_error(content: Node) -> bool:
    """Whether content is that of an error: problem details, or JSON that mostly says what a problem says."""
    if _PROBLEM in content.value:
        return True
    schema = content.get_path("application/json", "schema")
    if schema is None:
        return False
    problem, schemas = sample_problem(_SAMPLES[0]), contract_schemas(schema.document)
    try:
        body = fill_shape(schemas, schema.pointer, problem, _REQUESTS[0], envelopes=False)
        told = fill_object(schemas, schema.pointer, problem) or {}
        fixed = {name for name, prop in properties(schema).items() if only_values(schemas, prop.pointer)}
    except (LookupError, ValueError, ReferencingError):
        return False
    is_told = isinstance(body, dict) and body is not problem
    return is_told and len(properties(schema)) < 2 * len((told or body).keys() - fixed)


def unfilled_names(content: Node) -> list[str]:
    """Return the required properties of an error in JSON that nothing which a problem says can fill."""
    schema = content.get_path("application/json", "schema")
    if schema is None:
        return []
    try:
        problem = sample_problem(_SAMPLES[1]) | _REQUESTS[1]
        filled = fill_object(contract_schemas(schema.document), schema.pointer, problem)
    except (LookupError, ValueError, ReferencingError):
        return []
    return [name for name in all_properties(schema) if name in required_names(schema) - (filled or {}).keys()]

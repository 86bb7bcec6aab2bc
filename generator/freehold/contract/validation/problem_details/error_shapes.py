"""The shapes of errors besides problem details (RFC 9457) that frameworks use, filled from a problem."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..json_values import steps_of
from ..validators import ContractSchemas
from .error_properties import all_alternatives, alternatives, fill_entries, fill_envelope, fill_object

_JSON, _PROBLEM = "application/json", "application/problem+json"


def other_shape(content: Mapping[str, str | None]) -> str | None:
    """Return the pointer of the schema of an error that is JSON and no problem details, or None."""
    has_problem = any(kind in content for kind in (_PROBLEM, "application/*", "*/*"))
    return None if has_problem else content.get(_JSON)


def fill_shape(
    schemas: ContractSchemas,
    pointer: str,
    problem: Mapping[str, Any],
    request: Mapping[str, str],
    *,
    envelopes: bool = True,
) -> Any:
    """Return the problem in the shape of the schema at a JSON pointer; None if nothing that it tells fits.

    `request` has the `time` and the `path` of the request, which only a shape that names them has. With
    `envelopes`, an object inside may say what is wrong.
    """
    validator = schemas.validator(pointer)
    for place in (*alternatives(schemas, pointer, problem["status"]), pointer):
        body = _fill(schemas, place, problem, request, envelopes=envelopes)
        if body is not None and validator.is_valid(body):
            return body
    return None


def _fill(
    schemas: ContractSchemas,
    pointer: str,
    problem: Mapping[str, Any],
    request: Mapping[str, str],
    *,
    envelopes: bool,
) -> Any:
    validator, names = schemas.validator(pointer), _property_names(schemas, pointer)
    for body in (*_shapes(problem), problem):
        is_named = names is None or body is problem or body.keys() <= names
        if is_named and validator.is_valid(body):
            return body
    told = {**problem, **request}
    for own in (fill_object(schemas, pointer, told), _filled_array(schemas, pointer, told)):
        if own and validator.is_valid(own):
            return own
    enveloped = fill_envelope(schemas, pointer, told) if envelopes else None
    return enveloped if enveloped is not None and validator.is_valid(enveloped) else None


def _filled_array(
    schemas: ContractSchemas, pointer: str, problem: Mapping[str, Any]
) -> list[dict[str, Any]] | None:
    """Return an entry for each fault; None where an entry needs a place and the problem has none."""
    entries = [*fill_entries(schemas, pointer, problem)]
    return entries if entries and not any("" in entry.values() for entry in entries) else None


def _shapes(problem: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the problem in each known shape; that of a list of errors comes first."""
    detail, code, errors = problem["detail"], problem["code"], problem.get("errors", ())
    entries = [
        {"loc": _location(error), "msg": error["detail"], "type": error.get("code", code)} for error in errors
    ]
    yield {"detail": entries or [{"loc": [], "msg": detail, "type": code}]}
    yield {"detail": detail}
    for name in ("message", "error", "msg", "title"):
        yield {name: detail}
        yield {"code": code, name: detail}
        yield {"status": problem["status"], name: detail}
    yield {"error": {"message": detail}}
    yield {"error": {"code": code, "message": detail}}


def _location(error: Mapping[str, Any]) -> list[str]:
    """Where an error is, as FastAPI writes it: `["body", "title"]` or `["query", "limit"]`."""
    if "parameter" in error:
        return ["query", str(error["parameter"])]
    return ["body", *steps_of(str(error.get("pointer", "")))]


def _property_names(schemas: ContractSchemas, pointer: str) -> set[str] | None:
    """The properties of the schema at a pointer and of its alternatives; None if one does not list them."""
    places = [*all_alternatives(schemas, pointer)] or [pointer]
    found = [schemas.at(schemas.resolve(place)) for place in places]
    if not all(isinstance(schema, Mapping) and "properties" in schema for schema in found):
        return None
    return {name for schema in found for name in schema["properties"]}

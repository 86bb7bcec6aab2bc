"""Rules about error responses."""

from collections.abc import Iterator

from jsonschema_rs import ReferencingError

from freehold.contract.operations.contract_operation import IF_NONE_MATCH, ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.problems.declared_problems import extend_problem_schema
from freehold.contract.problems.error_bodies import has_known_shape, unfilled_names
from freehold.contract.problems.possible_problems import (
    STATUSES,
    possible_statuses,
    sample_problem,
    statuses_to_declare,
)
from freehold.contract.validation.faults import find_faults
from freehold.contract.validation.validators import ContractSchemas
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_PROBLEM_TYPES = ("application/problem+json", "application/*", "*/*")
_STANDARD_FIX = "Remove it, and set `x-problems: standard` at the root: it declares what the service sends."


def declared_problems(document: Document) -> Iterator[Problem]:
    """Without `x-problems: standard`, an operation declares every error status that it can return."""
    standard = _is_standard(document)
    for operation in operations(document):
        is_read = operation.request_header(IF_NONE_MATCH) is not None and not operation.is_write
        can_be = ["304"] if is_read else []
        can_be += [] if standard else statuses_to_declare(operation)
        missing = [status for status in can_be if not _declares(operation, status)]
        if not missing:
            continue
        declare = f'declare it: `"{missing[-1]}": {{description: ...}}`.'
        fix = f"Add `x-problems: standard` at the root, or {declare}"
        if missing == ["304"]:
            fix = f"{declare[0].upper()}{declare[1:]}"
        place = operation.node.get("responses") or operation.node
        what = f"{operation.id} can respond with {_and(missing)}, which is not declared"
        yield place.problem(what, fix.replace("declare it", "declare each") if len(missing) > 1 else fix)


def problem_bodies(document: Document) -> Iterator[Problem]:
    """A declared error response has the body that the service sends: problem details (RFC 9457)."""
    document = document.copied()  # the schemas below are extended
    found = list(_error_responses(document))
    places = {response.pointer: (response, status) for response, status, _ in found}
    sent = {response.pointer for response, _, is_sent in found if is_sent}
    for response, status in places.values():
        content = response.get("content")
        kinds = dict(content.items()) if content else {}
        media = next((kinds[kind] for kind in _PROBLEM_TYPES if kind in kinds), None)
        if (
            content is not None
            and kinds
            and media is None
            and not has_known_shape(content, status, is_raised=response.pointer not in sent)
        ):
            yield _other_content(content)
        schema = media.get("schema") if media else None
        if schema is not None:
            yield from _unfit_schema(schema, status)
    named = document.root_node.get_path("components", "schemas", "Problem")
    if named is not None and _is_standard(document):
        yield from _unfit_schema(named, "default")


def _other_content(content: Node) -> Problem:
    """An error that the service cannot tell: in another media type, or with what it does not know."""
    unfilled = unfilled_names(content)
    if not unfilled:
        what = f"an error response is {_PROBLEM_TYPES[0]}, and not {_and(list(content.value))}"
        return content.problem(what, _STANDARD_FIX)
    what = f"an error response requires {_and(unfilled)}, which the service does not know"
    return content.problem(what, f"{_STANDARD_FIX} Or take {_and(unfilled)} out of `required`.")


def _error_responses(document: Document) -> Iterator[tuple[Node, str, bool]]:
    """Yield the declared error responses, and whether the service sends them without hand-written code.

    Those that `x-problems: standard` would add are among them.
    """
    for operation in operations(document):
        responses, own = operation.node.get("responses"), set(possible_statuses(operation))
        for status, response in responses.items() if responses else ():
            if status[0] in "45" or status == "default":
                yield response, status, status in own or not status.isdecimal()
    shared = document.root_node.get_path("components", "responses")
    for name, response in shared.items() if shared and _is_standard(document) else ():
        status = name.removeprefix("Problem")
        if status in STATUSES and name != status:
            yield response, status, True


def _unfit_schema(schema: Node, status: str) -> Iterator[Problem]:
    """The schema of an error response accepts what the service sends."""
    extend_problem_schema(schema, set())
    schemas = ContractSchemas(schema.document.root)
    statuses = [int(status)] if status.isdecimal() else [404, 422]
    for body in map(sample_problem, statuses):
        try:
            if schemas.validator(schema.pointer).is_valid(body):
                continue
            fault = find_faults(schemas, schema.pointer, body)[0]
        except (LookupError, ValueError, ReferencingError):
            return  # the schema is invalid, which another rule reports
        place = fault["pointer"] or "the whole body"
        what = f"the body that the service sends with an error does not fit: {fault['code']} of {place} fails"
        yield schema.problem(what, _STANDARD_FIX)
        return


def _is_standard(document: Document) -> bool:
    return bool(document.root_node.get_value("x-problems") == "standard")


def _declares(operation: ContractOperation, status: str) -> bool:
    """Whether a status is declared, directly, by a range such as `4XX`, or by `default`."""
    declared = operation.node.get_value("responses", {})
    return any(word in declared for word in (status, f"{status[0]}XX", "default"))


def _and(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last

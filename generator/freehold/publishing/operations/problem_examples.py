"""Examples of problems (RFC 9457): each is what the service answers to a request of this contract."""

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from freehold.contract.messages import MERGE_PATCH
from freehold.contract.operations.contract_operation import IDEMPOTENCY_KEY, ContractOperation
from freehold.contract.operations.request_bodies import accepted_media_types
from freehold.contract.problems.possible_problems import possible_statuses
from freehold.contract.validation.fault_texts import make_fault
from freehold.contract.validation.faults import find_faults
from freehold.contract.validation.operation_schemas import OperationSchemas, operation_schemas
from freehold.contract.validation.problem_details.problem_codes import CODES, DETAILS, TITLES, default_code
from freehold.contract.validation.validators import ContractSchemas
from freehold.publishing.tree import Part

_INSTANCE = "urn:request:0b6c1c0e-52a1-4c1d-8f5e-3f6d2a9b7c10"
_BODY_LIMIT = 1_048_576  # bytes, the default of MAX_BODY_BYTES
_STATUSES = {"default": 500, "4XX": 422, "5XX": 503}
_UNKNOWN = "unknown"


def make_problem(status: int, code: str = "", detail: str = "", **more: object) -> dict[str, Any]:
    """Return the body of a problem with a code, or with the first one of its status."""
    code = code or default_code(status)
    title = TITLES.get(status, "Unknown")
    text = detail or DETAILS.get(code) or CODES.get(status, {}).get(code) or f"{title}."
    known = {"type": "about:blank", "title": title, "status": status, "code": code}
    return {**known, "detail": text, "instance": _INSTANCE, **more}


class ProblemExamples:
    """Makes the examples for the problems of operations, by the schemas of one document."""

    def __init__(self, schemas: ContractSchemas) -> None:
        self._schemas = schemas

    def of(self, status: str, found: Iterable[ContractOperation]) -> dict[str, Part]:
        """The examples by name for a status that these operations have, as the document writes it."""
        number = _STATUSES.get(status) or int(status.replace("X", "0"))
        examples: dict[str, Part] = {}
        for operation in found:
            for name, problem in self._of_operation(number, operation):
                examples.setdefault(name, problem)
        if len(examples) > 1:
            examples.pop(_UNKNOWN, None)
        return examples

    def _of_operation(self, status: int, operation: ContractOperation) -> Iterator[tuple[str, Part]]:
        match status:
            case HTTPStatus.UNAUTHORIZED:
                yield from ((code, make_problem(status, code)) for code in ("unauthorized", "token_expired"))
            case HTTPStatus.FORBIDDEN:
                code = "insufficient_scope" if operation.scopes() else "forbidden"
                yield code, make_problem(status, code)
            case HTTPStatus.CONFLICT:
                yield _conflict(operation)
            case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                yield "too_large", make_problem(status, detail=DETAILS["too_large"].format(_BODY_LIMIT))
            case HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
                yield _unsupported(operation)
            case HTTPStatus.UNPROCESSABLE_ENTITY:
                yield from self._invalid(operation)
            case HTTPStatus.BAD_REQUEST:
                yield _bad_request(operation)
            case _:
                yield default_code(status), make_problem(status)

    def _invalid(self, operation: ContractOperation) -> Iterator[tuple[str, Part]]:
        found = operation_schemas(self._schemas, operation.path, operation.method)
        body = self._faults_of_body(found) if found else []
        query = self._faults_of_query(found) if found else []
        if body:
            yield "body", make_problem(422, "invalid", errors=body)
        elif query:
            yield "parameter", make_problem(422, "invalid", errors=query)
        if operation.request_header(IDEMPOTENCY_KEY):
            fault = make_fault("reused", parameter="Idempotency-Key")
            yield "key_reused", make_problem(422, "key_reused", errors=[fault])
        if not body and not query:
            yield _UNKNOWN, make_problem(422, "invalid", errors=[make_fault(_UNKNOWN, parameter=_UNKNOWN)])

    def _faults_of_body(self, found: OperationSchemas) -> list[Any]:
        """What is wrong with an empty object, where something is required."""
        pointer = next(iter(found.body.values()), None)
        if pointer is None or self._schemas.validator(pointer).is_valid({}):
            return []
        return [dict(fault) for fault in find_faults(self._schemas, pointer, {})]

    def _faults_of_query(self, found: OperationSchemas) -> list[Any]:
        """What is wrong with the first value that a query parameter refuses."""
        for parameter in (p for p in found.parameters if p.place == "query"):
            validator = self._schemas.validator(parameter.pointer)
            wrong = next(
                (value for value in self._candidates(parameter.pointer) if not validator.is_valid(value)),
                None,
            )
            if wrong is not None:
                fault = find_faults(self._schemas, parameter.pointer, wrong)[0]
                return [{"parameter": parameter.name} | {k: v for k, v in fault.items() if k != "pointer"}]
        return []

    def _candidates(self, pointer: str) -> Iterator[object]:
        """Values of the type of a schema, which its other keywords may refuse."""
        kind = self._schemas.at(pointer).get("type")
        if kind == "integer":
            yield from (0, -1, 1_000_000)
        elif kind == "string":
            yield from ("unknown", "")


def _bad_request(operation: ContractOperation) -> tuple[str, Part]:
    """For an operation without a body: the precondition that none of these operations declares."""
    if operation.body_schema() is not None:
        return "malformed", make_problem(400, "malformed")
    code = "unsupported_precondition"
    return code, make_problem(400, code, DETAILS[code].format("If-Unmodified-Since"))


def _conflict(operation: ContractOperation) -> tuple[str, Part]:
    if "409" in possible_statuses(operation):
        code = "in_use" if operation.kind == "delete" else "taken"
        return code, make_problem(409, code)
    response = operation.node.get_path("responses", "409")  # which an override sends
    text = str(response.get_value("description", "")) if response else ""
    return "conflict", make_problem(409, "conflict", text)


def _unsupported(operation: ContractOperation) -> tuple[str, Part]:
    """The types have a name of their own for a response that several operations share."""
    accepted = accepted_media_types(operation) or ["application/json"]
    kind = accepted[0].partition("/")[2].replace("x-www-form-urlencoded", "form")
    name = "merge_patch" if MERGE_PATCH in accepted else re.sub("[^a-z]+", "_", kind)
    return name, make_problem(415, detail=DETAILS["unsupported_media_type"].format(", ".join(accepted)))

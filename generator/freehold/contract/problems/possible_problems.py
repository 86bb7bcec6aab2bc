"""Determines which error statuses an operation can return."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from freehold.contract.operations.contract_operation import IF_MATCH, ContractOperation
from freehold.contract.operations.path_parameters import owner_parameter
from freehold.contract.resources import chosen_key, foreign_is_forbidden, is_singleton, links, resources
from freehold.contract.rows.chosen_keys import creates_row, makes_row
from freehold.contract.validation.problem_details.problem_codes import CODES
from freehold.reading.document import Document

STATUSES = ("400", "401", "403", "404", "409", "412", "413", "415", "422", "428", "429", "503", "504")
"""All error statuses that the service itself can return."""


def sample_problem(status: int) -> dict[str, Any]:
    """Return a body that the service sends with an error status."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": next(iter(CODES.get(status, ("error",)))),
        "detail": "A sentence for the client.",
        "instance": "urn:request:1",
    }
    fault = {"pointer": "/name", "code": "maxLength", "limit": 9, "detail": "Must be shorter."}
    return body | ({"errors": [fault]} if status == HTTPStatus.UNPROCESSABLE_ENTITY else {})


def possible_statuses(operation: ContractOperation) -> Iterator[str]:
    """Yield the error statuses in ascending order, with that of a precondition which is not declared."""
    yield from ["400"] if operation.is_write and operation.body_schema() is None else []
    yield from statuses_to_declare(operation)


def statuses_to_declare(operation: ContractOperation) -> Iterator[str]:
    """Yield the error statuses that answer a request which the contract describes, in ascending order."""
    condition = operation.request_header(IF_MATCH)
    takes_a_body = operation.takes_file or operation.body_schema() is not None
    answers = {
        "400": takes_a_body and not operation.takes_file,
        "401": operation.accepts_token,
        "403": _can_be_forbidden(operation),
        "404": _has_row_in_path(operation)
        or _can_be_absent(operation)
        or _foreign_owner_status(operation) == "404",
        "409": _can_conflict(operation),
        "412": condition is not None or (creates_row(operation) and operation.is_conditional),
        "413": takes_a_body,
        "415": takes_a_body,
        "422": True,
        "428": condition is not None and condition.get_value("required") is True,
        "429": operation.accepts_token,
        "503": True,
        "504": True,
    }
    yield from (status for status, can_be in answers.items() if can_be)


def _can_be_forbidden(operation: ContractOperation) -> bool:
    """Whether the operation can return 403: for a missing scope, or for a row or path of another owner."""
    resource = resources(operation.node.document).get(operation.resource or "")
    tells = resource is not None and foreign_is_forbidden(resource)
    return (
        bool(operation.scopes())
        or (tells and "{" in operation.path)
        or _foreign_owner_status(operation) == "403"
    )


def _foreign_owner_status(operation: ContractOperation) -> str | None:
    """Return the status for another owner in the path, or None if the path has no owner."""
    if owner_parameter(operation) is None:
        return None
    return "403" if operation.node.get_path("responses", "403") else "404"


def _has_row_in_path(operation: ContractOperation) -> bool:
    named = operation.path.count("{") - (owner_parameter(operation) is not None)
    return named > 0


def _can_be_absent(operation: ContractOperation) -> bool:
    """Whether the operation can return 404 for a singleton that nothing has made yet."""
    resource = resources(operation.node.document).get(operation.resource or "")
    if resource is None or not is_singleton(resource):
        return False
    has_condition = operation.request_header(IF_MATCH) is not None  # with one, nothing is made
    kinds = {
        "update": has_condition or not makes_row(resource),
        "delete": True,
        "replace": not creates_row(operation),
    }
    return kinds.get(operation.kind, False)


def _can_conflict(operation: ContractOperation) -> bool:
    """Whether the operation can return 409: for a unique key, or for a row that is still referenced."""
    document: Document = operation.node.document
    schema = resources(document).get(operation.resource or "")
    if schema is None:
        return False
    if schema.get_path("x-resource", "unique") and operation.body_schema() is not None:
        return True
    if operation.kind == "create" and (chosen_key(schema) is not None or is_singleton(schema)):
        return True
    if creates_row(operation) and not is_singleton(schema):
        return True
    return operation.kind == "delete" and _delete_is_restricted(document, schema.name, set())


def _delete_is_restricted(document: Document, name: str, seen: set[str]) -> bool:
    """Whether a reference with `restrict`, directly or behind a cascade, can prevent a delete."""
    seen.add(name)
    for other, schema in resources(document).items():
        ways = {link.on_delete for link in links(schema) if link.resource == name}
        if "restrict" in ways or (
            "cascade" in ways and other not in seen and _delete_is_restricted(document, other, seen)
        ):
            return True
    return False

"""Builds the model of an operation: its route and its repository method."""

from collections.abc import Iterator
from typing import Any

from freehold.building import lists, parameters, signatures, written_rows
from freehold.building.model import OperationModel
from freehold.building.repository_names import dependency_name, package_name, readers_name
from freehold.building.shown.answers import AnswerModel
from freehold.building.shown.row_answers import build_message, build_row_answer
from freehold.contract.normalizing.updates.merge_patches import object_properties
from freehold.contract.operations.contract_operation import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    ContractOperation,
)
from freehold.contract.operations.path_parameters import (
    ancestors,
    owner_parameter,
    path_parents,
    split_path_parameters,
)
from freehold.contract.resources import id_property, owner, parent, properties, references
from freehold.contract.rows.chosen_keys import creates_row, makes_row, repeated_key
from freehold.contract.rows.hidden_parts import hidden_paths
from freehold.contract.rows.keys import item_path, key_property, location_property, sends_location
from freehold.contract.rows.readers import reads_all_owners, tells_foreign
from freehold.contract.rows.unset_properties import required_from_code
from freehold.contract.validation.json_values import escape_step
from freehold.ground.literals import Code, literal
from freehold.ground.naming import column_name, identifier, operation_name
from freehold.ground.project import CONTRACT_COPY
from freehold.reading.document import Node


def build_operation(operation: ContractOperation, resource: Node) -> OperationModel:
    """Build the model of one operation on a resource."""
    parents, item = split_path_parameters(operation, resource)
    kind_fields = _fields_of_kind(operation, resource, signatures.body_name(operation))
    links = kind_fields["pagination"].links if operation.kind == "list" else ()
    answer = written_rows.build_put_answer(operation, resource)
    row_answer, message = build_row_answer(operation, resource), build_message(operation, resource)
    added_statements = tuple(_response_statements(operation, resource, links))
    response_statements = (*added_statements, *answer.statements)
    return OperationModel(
        **fields_of_contract(operation, answer),
        needs_override=_inserts(operation) and any(True for _ in required_from_code(resource)),
        route_parameters=_route_parameters(operation, added_statements, has_links=bool(links)),
        execute_method=Code("_fetch" if operation.response_schema() and message is None else "_run"),
        message=message,
        repository_parameters=_repository_parameters(operation, resource, parents),
        parent_checks=tuple(_parent_checks(operation, resource, parents)),
        result_assignment=_result_assignment(operation, answer, response_statements),
        response_statements=response_statements,
        idempotency_decorator=_idempotency_decorator(operation),
        schema_classes=tuple(dict.fromkeys((*answer.schema_classes, *row_answer.schema_classes))),
        answer_start=row_answer.start,
        answer_end=row_answer.end,
        access_checks=tuple(_access_checks(operation, resource)),
        repository=_repository(operation, resource, parents),
        rows=Code(f"self{_narrowed(operation, resource, parents)}"),
        makes_row=operation.kind in ("get", "update") and makes_row(resource),
        row_conditions=tuple(_row_conditions(operation)),
        id_argument=parameters.python_name(item) if item else None,
        key_column=_key_column(operation, resource),
        **_key_fields(operation, resource, item),
        if_match_argument=_precondition_argument(operation),
        object_properties=_object_properties(operation, resource),
        **kind_fields,
    )


def _precondition_argument(operation: ContractOperation) -> Code | None:
    if creates_row(operation):
        return Code("precondition") if operation.is_conditional else None
    return Code("if_match") if operation.request_header(IF_MATCH) else None


def _inserts(operation: ContractOperation) -> bool:
    return operation.kind in ("create", "bulk") or creates_row(operation)


def _repository(operation: ContractOperation, resource: Node, parents: list[Node]) -> Code:
    """The repository that a route calls, with what the operation says of its rows."""
    told = ".telling_foreign()" if tells_foreign(operation, resource) else ""
    narrowed = _narrowed(operation, resource, parents)
    return Code(f"{package_name(resource)}{told}{narrowed}{_in_envelope(operation, resource)}")


def fields_of_contract(operation: ContractOperation, answer: AnswerModel) -> dict[str, Any]:
    """Return the fields of a model that the operation alone decides, whether or not it has a resource."""
    template = "put" if creates_row(operation) else operation.kind
    return {
        "id": operation.id,
        "name": operation_name(operation.id),
        "constant_prefix": Code(f"_{operation_name(operation.id).upper()}"),
        "repository_template": f"repository_methods/{template}.jinja",
        "is_custom": operation.kind == "custom",
        "http_method": Code(operation.method),
        "path": operation.path,
        "success_status": _success_status(operation),
        "summary": str(operation.node.get_value("summary") or operation.id),
        "method_parameters": signatures.method_parameters(operation),
        "call_arguments": signatures.call_arguments(operation),
        "return_type": answer.return_type,
        "route_type": answer.route_type,
        "return_keyword": Code("return " if operation.response_schema() else ""),
        "body_argument": signatures.body_name(operation),
    }


def _success_status(operation: ContractOperation) -> Code | None:
    """The status of the response; None for 200, which is the default."""
    success = operation.success_response()
    if creates_row(operation) and operation.response_schema() is not None:
        return Code("201") if success and success[0] == "204" else None  # one that has a body
    return Code(f"{int(success[0])}") if success and success[0] != "200" else None


def _route_parameters(
    operation: ContractOperation, response_statements: tuple[Code, ...], *, has_links: bool
) -> tuple[Code, ...]:
    """The parameters of the route, with the request and the response where its statements use them."""
    return signatures.route_parameters(
        operation,
        request=sends_location(operation) or has_links or written_rows.has_location(operation),
        response=bool(response_statements) and not has_links,
    )


def _fields_of_kind(operation: ContractOperation, resource: Node, body: Code | None) -> dict[str, Any]:
    """The fields that only lists, creates and replaces have."""
    if operation.kind == "list":
        return lists.list_fields(operation, resource)
    if operation.kind == "bulk":
        return written_rows.written_fields(operation, resource, Code("row"))
    if operation.kind in ("create", "replace") and body:
        return written_rows.written_fields(operation, resource, body)
    return {}


def _key_fields(operation: ContractOperation, resource: Node, item: Node | None) -> dict[str, Any]:
    """The fields of an operation whose body repeats the key that clients choose."""
    key, body = repeated_key(operation, resource), signatures.body_name(operation)
    if key is None or body is None or item is None:
        return {}
    sent, pointer = f"{body}.{column_name(key)}", literal(f"/{escape_step(key)}")
    return {
        "key_check": Code(f"require_key({sent}, {parameters.python_name(item)}, {pointer})"),
        "fixed_fields": Code(f", {literal(column_name(key))}"),
    }


def _object_properties(operation: ContractOperation, resource: Node) -> dict[str, str]:
    """The columns that an update merges, with the places of their schemas.

    The served document shows a property where answers have it; only the contract has a writeOnly one.
    """
    return {
        column_name(name): f"{CONTRACT_COPY}#{pointer}" if _is_hidden(resource, name) else pointer
        for name, pointer in object_properties(operation).items()
    }


def _is_hidden(resource: Node, name: str) -> bool:
    """Whether answers do not show a property, or not all parts of its value."""
    return properties(resource)[name].get_value("writeOnly") is True or name in hidden_paths(resource)


def _repository_parameters(
    operation: ContractOperation, resource: Node, parents: list[Node]
) -> tuple[Code, ...]:
    """The repositories of the parents in the path, and that of the resource."""
    parent_schemas = [node for _, node in ancestors(resource)][-len(parents) :] if parents else []
    is_reading = reads_all_owners(operation, resource)
    return tuple(
        Code(
            f"{package_name(node)}: {(readers_name if is_reading and owner(node) else dependency_name)(node)}"
        )
        for node in (*parent_schemas, resource)
    )


def _parent_checks(operation: ContractOperation, resource: Node, parents: list[Node]) -> Iterator[Code]:
    """Each parent in the path must exist, below the parent before it."""
    parent_links = ancestors(resource)[-len(parents) :] if parents else []
    fields = path_parents(operation, resource)
    for (_, node), parameter in zip(parent_links, parents, strict=True):
        link = parent(node)
        grandparents = [p for p in parents if link and fields[str(p.get_value("name"))] == link.field]
        within = "".join(
            f", {identifier(fields[str(p.get_value('name'))])}={parameters.python_name(p)}"
            for p in grandparents
        )
        yield Code(f"{package_name(node)}.require_row({parameters.python_name(parameter)}{within})")


def _result_assignment(
    operation: ContractOperation, answer: AnswerModel, response_statements: tuple[Code, ...]
) -> Code:
    """What precedes the call of the repository method in the route."""
    if response_statements and not answer.statements:
        return Code(f"{_result_variable(operation)} = ")
    return answer.result_assignment


def _result_variable(operation: ContractOperation) -> str:
    if creates_row(operation):
        return written_rows.RESULT
    return "created" if operation.kind == "create" else "found"


def _response_statements(
    operation: ContractOperation, resource: Node, links: tuple[tuple[str, ...], ...]
) -> Iterator[Code]:
    """The statements that set headers, complete the links of a page, and return the result."""
    result = _result_variable(operation)
    if creates_row(operation):
        yield from written_rows.response_statements(operation, build_row_answer(operation, resource).field)
        return
    if sends_location(operation):
        field = build_row_answer(operation, resource).field
        row = f"{result}.{field}" if field else result
        row_id = f"{row}.{column_name(location_property(operation, resource))}"
        end = ', "/"' if (item_path(operation) or "").endswith("/") else ""
        yield Code(f'response.headers["Location"] = location_header(request, {row_id}{end})')
    if operation.request_header(IF_NONE_MATCH):
        yield Code(f"raise_if_not_modified(response, {result}, if_none_match)")
    elif operation.has_etag:
        yield Code(f"set_etag(response, {result})")
    if links:
        field = build_row_answer(operation, resource).field
        page = f"{result}.{field}" if field else result
        yield Code(f"resolve_links(request, {page}, {', '.join(map(literal, links))})")
    if sends_location(operation) or operation.has_etag or links:
        yield Code(f"return {result}")


def _idempotency_decorator(operation: ContractOperation) -> Code | None:
    key = operation.request_header(IDEMPOTENCY_KEY)
    if key is None:
        return None
    return Code("idempotent(required=True)" if key.get_value("required") else "idempotent()")


def _access_checks(operation: ContractOperation, resource: Node) -> Iterator[Code]:
    """The checks of the token that run before the request is read."""
    declared_owner = owner(resource)
    is_verified = declared_owner is not None and not reads_all_owners(operation, resource)
    yield from scope_check(operation, is_verified=is_verified)
    if declared_owner is not None:
        yield from owner_check(operation, declared_owner.claim)


def scope_check(operation: ContractOperation, *, is_verified: bool) -> Iterator[Code]:
    """The check of the scopes, which verifies a token too; without scopes, unless `is_verified` elsewhere."""
    alternatives = operation.scope_alternatives()
    if operation.accepts_token and (alternatives or not is_verified):
        check = "require_scopes" if operation.requires_token else "require_scopes_of_any_caller"
        arguments = [literal(scope) for scope in alternatives[0]] if alternatives else []
        if len(alternatives) > 1:
            others = [list(scopes) for scopes in alternatives[1:]]
            arguments.append(Code(f"alternatives={literal(others)}"))
        yield Code(f"{check}({', '.join(arguments)})")


def owner_check(operation: ContractOperation, claim: str) -> Iterator[Code]:
    """The check that an owner in the path is the one that a claim of the token names."""
    parameter = owner_parameter(operation)
    if parameter is not None:
        status = 403 if operation.node.get_path("responses", "403") else 404
        name = literal(parameter.replace("-", "_"))
        yield Code(f"require_owner_in_path({name}, {literal(claim)}, {status})")


def _narrowed(operation: ContractOperation, resource: Node, parents: list[Node]) -> str:
    """The calls that restrict a repository to the rows below the parent in the path, and name their key."""
    link, key = parent(resource), _key_column(operation, resource)
    below = (
        f".below({identifier(link.field)}={parameters.python_name(parents[-1])})" if link and parents else ""
    )
    return below + (f".found_by({literal(key)})" if key else "")


def _in_envelope(operation: ContractOperation, resource: Node) -> str:
    """The call that tells a repository where the row is in the body, for faults that only it finds."""
    row = operation.written_row()
    has_faults = bool(references(resource) or object_properties(operation))
    return f".in_envelope({literal(row.envelope)})" if row and row.envelope and has_faults else ""


def _key_column(operation: ContractOperation, resource: Node) -> Code | None:
    key = key_property(operation, resource)
    return None if key == id_property(resource) else identifier(key)


def _row_conditions(operation: ContractOperation) -> Iterator[Code]:
    if operation.request_header(IF_MATCH):
        yield Code("cls._version_condition()")

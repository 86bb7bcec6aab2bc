"""Builds the parameters of a route and of a repository method, and the call between them."""

from freehold.building import parameters
from freehold.contract.messages import (
    FORM,
    JSON,
    MERGE_PATCH,
    MULTIPART,
    own_header_parameters,
    own_response_headers,
)
from freehold.contract.operations.contract_operation import IF_MATCH, IF_NONE_MATCH, ContractOperation
from freehold.contract.operations.path_parameters import split_path_parameters
from freehold.contract.operations.request_bodies import accepted_media_types
from freehold.contract.resources import resources
from freehold.contract.rows.chosen_keys import creates_row
from freehold.contract.rows.collection_paths import array_item_name
from freehold.contract.rows.column_types import base_type
from freehold.ground.literals import Code, literal
from freehold.ground.naming import class_name, identifier, singular_name
from freehold.reading.document import Node

_BODY_NAMES = {"update": "changes", "bulk": "rows"}
_MEDIA_TYPES = {JSON: "JSON", MERGE_PATCH: "MERGE_PATCH", FORM: "FORM", MULTIPART: "MULTIPART"}
_OWN_HEADERS = Code("response_headers")
"""The parameter of a method that sets response headers."""


def route_parameters(operation: ContractOperation, *, request: bool, response: bool) -> tuple[Code, ...]:
    """The parameters of a route; with `request` and `response`, it takes these objects too."""
    named = [*_parameters_in(operation, "query"), *own_headers(operation)]
    required = [parameters.route_parameter(p) for p in named if p.get_value("required")]
    optional = [parameters.route_parameter(p) for p in named if not p.get_value("required")]
    path = map(parameters.route_parameter, _parameters_in(operation, "path"))
    objects = [Code("request: Request")] if request else []
    objects += [Code("response: Response")] if response or sets_headers(operation) else []
    return (
        *path,
        *_body_parameter(operation),
        *_header_parameters(operation),
        *objects,
        *required,
        *optional,
    )


def method_parameters(operation: ContractOperation) -> tuple[Code, ...]:
    """The parameters of a repository method, all of which the route has validated."""
    path, query = _row_parameters(operation), _parameters_in(operation, "query")
    name = body_name(operation)
    keyword_only = list(map(parameters.method_parameter, [*query, *own_headers(operation)]))
    if creates_row(operation):
        keyword_only += [Code("precondition: PutPrecondition")] if operation.is_conditional else []
    elif operation.request_header(IF_MATCH):
        keyword_only.append(Code("if_match: Versions"))
    keyword_only += [Code(f"{_OWN_HEADERS}: MutableHeaders")] if sets_headers(operation) else []
    row = operation.written_row()
    model = operation.body_schema() if row and row.is_item else operation.row_body()
    body = [Code(f"{name}: {_body_class(operation, model)}")] if name else []
    return (
        *map(parameters.method_parameter, path),
        *body,
        *([Code("*"), *keyword_only] if keyword_only else []),
    )


def call_arguments(operation: ContractOperation) -> tuple[Code, ...]:
    """The arguments that a route passes to the repository method."""
    path, query, body = _row_parameters(operation), _parameters_in(operation, "query"), _sent_row(operation)
    by_name = map(parameters.python_name, [*query, *own_headers(operation)])
    keyword_only = [Code(f"{name}={name}") for name in by_name]
    condition = operation.request_header(IF_MATCH)
    if creates_row(operation):
        keyword_only += [Code("precondition=precondition")] if operation.is_conditional else []
    elif condition:
        value = "require_version(if_match)" if condition.get_value("required") else "if_match"
        keyword_only.append(Code(f"if_match={value}"))
    if sets_headers(operation):
        keyword_only.append(Code(f"{_OWN_HEADERS}=response.headers"))
    return (*map(parameters.python_name, path), *([body] if body else []), *keyword_only)


def body_name(operation: ContractOperation) -> Code | None:
    """The name of the body: that of the resource, or `body` if a parameter has that name."""
    if operation.takes_file:
        name = "file"
    elif operation.body_schema() is None:
        return None
    else:
        own = str(identifier(singular_name(operation.resource))) if operation.resource else "body"
        name = _BODY_NAMES.get(operation.kind, own)
    taken = {str(parameters.python_name(p)) for p in operation.parameters()}
    return Code("body" if name in taken else name)


def _sent_row(operation: ContractOperation) -> Code | None:
    """The body as the route passes it to the method: without its envelope."""
    name, row = body_name(operation), operation.written_row()
    return Code(f"{name}.{identifier(row.envelope)}") if name and row and row.envelope else name


def own_headers(operation: ContractOperation) -> list[Node]:
    """The header parameters that the method of a custom operation gets."""
    return own_header_parameters(operation.parameters()) if operation.kind == "custom" else []


def sets_headers(operation: ContractOperation) -> bool:
    """Whether the method of a custom operation sets response headers."""
    success = operation.success_response()
    return operation.kind == "custom" and success is not None and bool(own_response_headers(success[1]))


def _parameters_in(operation: ContractOperation, location: str) -> list[Node]:
    declared = (p for p in operation.parameters() if p.get_value("x-owner") is not True)
    return [p for p in declared if p.get_value("in") == location]


def _row_parameters(operation: ContractOperation) -> list[Node]:
    """The path parameters that a statement binds: the ids of the parent and of the row."""
    if operation.resource is None:
        return _parameters_in(operation, "path")
    resource = resources(operation.node.document)[operation.resource]
    ancestors = {parameter.pointer for parameter in split_path_parameters(operation, resource)[0][:-1]}
    return [
        parameter for parameter in _parameters_in(operation, "path") if parameter.pointer not in ancestors
    ]


def _header_parameters(operation: ContractOperation) -> list[Code]:
    if creates_row(operation):
        return [Code("precondition: PutCondition")] if operation.is_conditional else []
    condition = operation.request_header(IF_MATCH)
    kind = "RequiredIfMatch" if condition and condition.get_value("required") else "IfMatch"
    headers = [Code(f"if_match: {kind}")] if condition else []
    return headers + ([Code("if_none_match: IfNoneMatch")] if operation.request_header(IF_NONE_MATCH) else [])


def _body_parameter(operation: ContractOperation) -> list[Code]:
    """The body, with the media types that it can have unless that is JSON."""
    name, model = body_name(operation), operation.body_schema()
    if name is None:
        return []
    types = [_MEDIA_TYPES.get(kind) or str(literal(kind)) for kind in accepted_media_types(operation)]
    annotation = _body_class(operation, model)
    if types == ["JSON"] and model is not None and (base_type(model) == "object" or "allOf" in model.value):
        return [Code(f"{name}: {annotation}")]
    return [Code(f"{name}: Annotated[{annotation}, MediaTypes({', '.join(types)})]")]


def _body_class(operation: ContractOperation, model: Node | None) -> Code:
    """The class of the body; None is the optional body of a custom operation that is not sent."""
    request = operation.node.get("requestBody")
    is_required = operation.kind != "custom" or (
        request is not None and request.get_value("required") is True
    )
    plain = Code("Upload") if model is None else value_type(model)
    return plain if is_required else Code(f"{plain} | None")


def value_type(schema: Node) -> Code:
    """The type of a named schema, or of an array of one: a class of `schemas.py`, or a list."""
    items = array_item_name(schema)
    return Code(f"list[{class_name(items)}]") if items else class_name(schema.name)

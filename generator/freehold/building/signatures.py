"""Builds the parameters of a route and of a repository method, and the call between them."""

from freehold.building import parameters
from freehold.contract.operations import (
    IF_MATCH,
    IF_NONE_MATCH,
    JSON,
    MERGE_PATCH,
    ContractOperation,
    accepted_media_types,
    split_path_parameters,
)
from freehold.contract.resources import resources
from freehold.ground.literals import Code
from freehold.ground.naming import class_name, identifier
from freehold.reading.document import Node

_BODY_NAMES = {"update": "changes"}
_MEDIA_TYPES = {JSON: "JSON", MERGE_PATCH: "MERGE_PATCH"}


def route_parameters(operation: ContractOperation, *, request: bool, response: bool) -> tuple[Code, ...]:
    """The parameters of a route; with `request` and `response`, it takes these objects too."""
    query = _parameters_in(operation, "query")
    required = [parameters.route_parameter(p) for p in query if p.get_value("required")]
    optional = [parameters.route_parameter(p) for p in query if not p.get_value("required")]
    path = map(parameters.route_parameter, _parameters_in(operation, "path"))
    objects = [Code("request: Request")] if request else []
    objects += [Code("response: Response")] if response else []
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
    path, query, model = (
        _row_parameters(operation),
        _parameters_in(operation, "query"),
        operation.body_schema(),
    )
    keyword_only = list(map(parameters.method_parameter, query))
    keyword_only += [Code("if_match: Versions")] if operation.request_header(IF_MATCH) else []
    body = [Code(f"{body_name(operation)}: {_body_class(operation, model)}")] if model else []
    return (
        *map(parameters.method_parameter, path),
        *body,
        *([Code("*"), *keyword_only] if keyword_only else []),
    )


def call_arguments(operation: ContractOperation) -> tuple[Code, ...]:
    """The arguments that a route passes to the repository method."""
    path, query, body = _row_parameters(operation), _parameters_in(operation, "query"), body_name(operation)
    keyword_only = [Code(f"{parameters.python_name(p)}={parameters.python_name(p)}") for p in query]
    condition = operation.request_header(IF_MATCH)
    if condition:
        value = "require_version(if_match)" if condition.get_value("required") else "if_match"
        keyword_only.append(Code(f"if_match={value}"))
    return (*map(parameters.python_name, path), *([body] if body else []), *keyword_only)


def body_name(operation: ContractOperation) -> Code | None:
    """The name of the body: that of the resource, or `body` if a parameter has that name."""
    own = str(identifier(operation.resource)) if operation.resource else "body"
    name = _BODY_NAMES.get(operation.kind, own)
    parameter_names = {parameter.get_value("name") for parameter in operation.parameters()}
    return None if operation.body_schema() is None else Code("body" if name in parameter_names else name)


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
    condition = operation.request_header(IF_MATCH)
    kind = "RequiredIfMatch" if condition and condition.get_value("required") else "IfMatch"
    headers = [Code(f"if_match: {kind}")] if condition else []
    return headers + ([Code("if_none_match: IfNoneMatch")] if operation.request_header(IF_NONE_MATCH) else [])


def _body_parameter(operation: ContractOperation) -> list[Code]:
    body, model = body_name(operation), operation.body_schema()
    if body is None or model is None:
        return []
    accepted = ", ".join(_MEDIA_TYPES[name] for name in accepted_media_types(operation))
    if accepted != "JSON":
        return [Code(f"{body}: Annotated[{_body_class(operation, model)}, MediaTypes({accepted})]")]
    return [Code(f"{body}: {_body_class(operation, model)}")]


def _body_class(operation: ContractOperation, model: Node) -> Code:
    """The class of the body; None is the optional body of a custom operation that is not sent."""
    request = operation.node.get("requestBody")
    is_required = operation.kind != "custom" or (
        request is not None and request.get_value("required") is True
    )
    return class_name(model.name) if is_required else Code(f"{class_name(model.name)} | None")

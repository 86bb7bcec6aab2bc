"""From the parameters and the body of an operation to those of a route and of a method of the repository."""

from freehold.building import parameters
from freehold.contract.operations import IF_MATCH, IF_NONE_MATCH, ContractOperation, split_path_parameters
from freehold.contract.resources import resources
from freehold.ground.literals import Code
from freehold.ground.naming import class_name, identifier
from freehold.reading.document import Node

_BODY_NAMES = {"update": "changes"}
_MEDIA_TYPES = {"application/json": "JSON", "application/merge-patch+json": "MERGE_PATCH"}


def of_route(found: ContractOperation, *, request: bool, response: bool) -> tuple[Code, ...]:
    """The parameters of a route; `request` and `response` say whether it needs these too."""
    query = _declared(found, "query")
    required = [parameters.declaration(p) for p in query if p.get_value("required")]
    optional = [parameters.declaration(p) for p in query if not p.get_value("required")]
    path = map(parameters.declaration, _declared(found, "path"))
    needed = [Code("request: Request")] if request else []
    needed += [Code("response: Response")] if response else []
    return (*path, *_typed_body(found), *_headers(found), *needed, *required, *optional)


def of_method(found: ContractOperation) -> tuple[Code, ...]:
    """The parameters of a method of the repository, all of them checked by the route."""
    path, query, model = _of_row(found), _declared(found, "query"), found.body_schema()
    named = list(map(parameters.typed, query))
    named += [Code("if_match: Versions")] if found.request_header(IF_MATCH) else []
    body = [Code(f"{body_name(found)}: {class_name(model.name)}")] if model else []
    return (*map(parameters.typed, path), *body, *([Code("*"), *named] if named else []))


def arguments(found: ContractOperation) -> tuple[Code, ...]:
    """What a route hands to the repository."""
    path, query, body = _of_row(found), _declared(found, "query"), body_name(found)
    named = [Code(f"{parameters.name(p)}={parameters.name(p)}") for p in query]
    condition = found.request_header(IF_MATCH)
    if condition:
        value = "require_version(if_match)" if condition.get_value("required") else "if_match"
        named.append(Code(f"if_match={value}"))
    return (*map(parameters.name, path), *([body] if body else []), *named)


def body_name(found: ContractOperation) -> Code | None:
    """What the body is called: after the resource, unless a parameter is called so."""
    name = _BODY_NAMES.get(found.kind, str(identifier(found.resource or "")))
    taken = {parameter.get_value("name") for parameter in found.parameters()}
    return None if found.body_schema() is None else Code("body" if name in taken else name)


def _declared(found: ContractOperation, place: str) -> list[Node]:
    declared = (p for p in found.parameters() if p.get_value("x-owner") is not True)
    return [p for p in declared if p.get_value("in") == place]


def _of_row(found: ContractOperation) -> list[Node]:
    """The parameters of the path that a statement needs: the parent's id and the row's own."""
    resource = resources(found.node.document)[found.resource or ""]
    above = {parameter.pointer for parameter in split_path_parameters(found, resource)[0][:-1]}
    return [parameter for parameter in _declared(found, "path") if parameter.pointer not in above]


def _headers(found: ContractOperation) -> list[Code]:
    condition = found.request_header(IF_MATCH)
    kind = "RequiredIfMatch" if condition and condition.get_value("required") else "IfMatch"
    headers = [Code(f"if_match: {kind}")] if condition else []
    return headers + ([Code("if_none_match: IfNoneMatch")] if found.request_header(IF_NONE_MATCH) else [])


def _typed_body(found: ContractOperation) -> list[Code]:
    body, model = body_name(found), found.body_schema()
    if body is None or model is None:
        return []
    content = found.node.get_path("requestBody", "content")
    said = ", ".join(code for media_type, code in _MEDIA_TYPES.items() if content and content.get(media_type))
    if said != "JSON":
        return [Code(f"{body}: Annotated[{class_name(model.name)}, MediaTypes({said})]")]
    return [Code(f"{body}: {class_name(model.name)}")]

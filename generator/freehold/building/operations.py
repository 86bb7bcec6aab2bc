"""From an operation of the contract to a route and a method of the repository."""

from collections.abc import Iterator
from typing import Any

from freehold.building import lists, parameters, signatures
from freehold.building.model import OperationModel
from freehold.building.titles import module, title
from freehold.contract.operations import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    ancestors,
    array_item_name,
    owner_parameter,
    split_path_parameters,
)
from freehold.contract.operations import ContractOperation as Found
from freehold.contract.resources import id_property, owner, parent, properties
from freehold.ground.literals import Code, literal
from freehold.ground.naming import class_name, identifier, snake_case
from freehold.reading.document import Node


def operation(found: Found, resource: Node) -> OperationModel:
    """One method on one path: everything that its route and its method of the repository print."""
    body, answer = signatures.body_name(found), found.response_schema()
    parents, item = split_path_parameters(found, resource)
    after = tuple(_after(found, resource))
    success = found.success_response()
    return OperationModel(
        id=found.id,
        name=identifier(found.id),
        constant_prefix=Code(f"_{identifier(found.id).upper()}"),
        repository_template=f"repository_methods/{found.kind}.jinja",
        is_custom=found.kind == "custom",
        http_method=Code(found.method),
        path=found.path,
        success_status=Code(f"{int(success[0])}") if success and success[0] != "200" else None,
        summary=str(found.node.get_value("summary") or found.id),
        route_parameters=signatures.of_route(found, request=_location(found), response=bool(after)),
        method_parameters=signatures.of_method(found),
        call_arguments=signatures.arguments(found),
        return_type=_result(answer),
        return_keyword=Code("return " if answer else ""),
        execute_method=Code("_fetch" if answer else "_run"),
        repository_parameters=_repositories(resource, parents),
        parent_checks=tuple(_before(resource, parents)),
        result_assignment=Code(f"{_kept(found)} = " if after else "return " if answer else ""),
        response_statements=after,
        idempotency_decorator=_once(found),
        schema_classes=_models(found),
        access_checks=tuple(_guards(found, resource)),
        row_conditions=tuple(_where(found, resource, parents)),
        condition_arguments=tuple(_bound(parents)),
        id_argument=parameters.name(item) if item else None,
        body_argument=body,
        if_match_argument=Code("if_match") if found.request_header(IF_MATCH) else None,
        **_of_kind(found, resource, body),
    )


def _of_kind(found: Found, resource: Node, body: Code | None) -> dict[str, Any]:
    """What only lists, creates and replaces have."""
    if found.kind == "list":
        return lists.listed(found, resource)
    return _written(found, resource, body) if found.kind in ("create", "replace") and body else {}


def _result(answer: Node | None) -> Code:
    if answer is None:
        return Code("None")
    items = array_item_name(answer)
    return Code(f"list[{class_name(items)}]") if items else class_name(answer.name)


def _models(found: Found) -> tuple[Code, ...]:
    named = (schema for schema in (found.response_schema(), found.body_schema()) if schema)
    return tuple(class_name(array_item_name(schema) or schema.name) for schema in named)


def _repositories(resource: Node, parents: list[Node]) -> tuple[Code, ...]:
    """The parents' repositories, and that of the resource."""
    above = [node for _, node in ancestors(resource)][-len(parents) :] if parents else []
    return tuple(Code(f"{module(node)}: {title(node)}") for node in (*above, resource))


def _before(resource: Node, parents: list[Node]) -> Iterator[Code]:
    """Each parent in the path must be there, and be under the one before it."""
    above = ancestors(resource)[-len(parents) :] if parents else []
    for (_, node), parameter in zip(above, parents, strict=True):
        link = parent(node)
        of = [p for p in parents if link and snake_case(str(p.get_value("name"))) == link.field]
        within = "".join(f", {identifier(p.get_value('name'))}={parameters.name(p)}" for p in of)
        yield Code(f"{module(node)}.require_row({parameters.name(parameter)}{within})")


def _kept(found: Found) -> str:
    return "created" if found.kind == "create" else "found"


def _after(found: Found, resource: Node) -> Iterator[Code]:
    """The headers of the answer, and the answer itself."""
    kept = _kept(found)
    if _location(found):
        yield Code(
            'response.headers["Location"] = '
            f"location_header(request, {kept}.{snake_case(id_property(resource))})"
        )
    if found.request_header(IF_NONE_MATCH):
        yield Code(f"raise_if_not_modified(response, {kept}, if_none_match)")
    elif found.has_etag:
        yield Code(f"set_etag(response, {kept})")
    if _location(found) or found.has_etag:
        yield Code(f"return {kept}")


def _location(found: Found) -> bool:
    success = found.success_response()
    return found.kind == "create" and bool(success and success[1].get_path("headers", "Location"))


def _once(found: Found) -> Code | None:
    key = found.request_header(IDEMPOTENCY_KEY)
    if key is None:
        return None
    return Code("idempotent(required=True)" if key.get_value("required") else "idempotent()")


def _guards(found: Found, resource: Node) -> Iterator[Code]:
    """What is checked before anything else of a request is read."""
    scopes, said = [literal(scope) for scope in found.scopes()], owner(resource)
    if scopes or (found.requires_token and said is None):
        yield Code(f"require_scopes({', '.join(scopes)})")
    parameter = owner_parameter(found)
    if parameter is not None and said is not None:
        status = 403 if found.node.get_path("responses", "403") else 404
        yield Code(f"require_owner_in_path({literal(parameter)}, {literal(said.claim)}, {status})")


def _where(found: Found, resource: Node, parents: list[Node]) -> Iterator[Code]:
    link = parent(resource)
    if link and parents:
        yield Code(f"cls._in_{identifier(link.resource)}()")
    if found.request_header(IF_MATCH):
        yield Code("cls._version_condition()")


def _bound(parents: list[Node]) -> Iterator[Code]:
    if parents:
        yield Code(f"{identifier(parents[-1].get_value('name'))}={parameters.name(parents[-1])}")


def _written(found: Found, resource: Node, body: Code) -> dict[str, Any]:
    """The columns that a create or a replace sets, and what it sets them to."""
    sent = properties(found.body_schema())
    names = [name for name, prop in properties(resource).items() if _is_set(found, name, prop, sent)]
    row, link = f"{class_name(resource.name)}Row", parent(resource)
    above = [link.field] if link and found.kind == "create" else []
    return {
        "written_columns": tuple(Code(f"{row}.{identifier(name)}") for name in (*above, *names)),
        "written_values": tuple(
            Code(f"{identifier(name)}={_value(found, resource, name, body)}") for name in names
        ),
    }


def _is_set(found: Found, name: str, prop: Node, sent: dict[str, Node]) -> bool:
    """A create leaves out what its body lacks; a replace sets all that a client may set."""
    return name in sent or (found.kind == "replace" and not prop.get_value("readOnly"))


def _value(found: Found, resource: Node, name: str, body: Code) -> Code:
    """What was sent; for what a body cannot say, the resource's default."""
    model = found.body_schema()
    sent = properties(model)
    if model is None or name not in sent:
        return literal(properties(resource)[name].get_value("default"))
    schema = sent[name].value
    if name in model.get_value("required", []) or "default" in schema:
        return Code(f"{body}.{snake_case(name)}")
    return Code(f"none_if_missing({body}.{snake_case(name)})")

"""From an operation of the contract to a route and a method of the repository."""

from collections.abc import Iterator
from typing import Any

from freehold.build import lists, parameters
from freehold.contract import Node
from freehold.model import Operation
from freehold.naming import class_name, identifier, snake
from freehold.safe import Code, literal
from freehold.vocabulary import Operation as Found
from freehold.vocabulary import is_list_of, owner, owner_parameter, properties

_BODY_NAMES = {"update": "changes"}
_MEDIA_TYPES = {"application/json": "JSON", "application/merge-patch+json": "MERGE_PATCH"}


def operation(found: Found, resource: Node) -> Operation:
    """One method on one path: everything that its route and its method of the repository print."""
    word = identifier(resource.name)
    body = _body_name(found, word)
    answer = found.answer()
    result = _result(answer)
    success = found.success()
    extra: dict[str, Any] = lists.listed(found, resource) if found.kind == "list" else {}
    if found.kind in ("create", "replace"):
        extra = _written(found, resource, body or word)
    request = found.body()
    return Operation(
        id=found.id,
        name=identifier(found.id),
        constant=Code(f"_{identifier(found.id).upper()}"),
        template=f"operations/{found.kind}.jinja",
        custom=found.kind == "custom",
        method=Code(found.method),
        path=found.path,
        status=Code(f"{int(success[0])}") if success and success[0] != "200" else None,
        doc=str(found.node.plain("summary") or found.id),
        route_parameters=_route_parameters(found, body),
        parameters=_parameters(found, body),
        arguments=_arguments(found, body),
        result=result,
        answer=Code("return " if answer else ""),
        run=Code("_fetch" if answer else "_run"),
        models=tuple(class_name(is_list_of(schema) or schema.name) for schema in (answer, request) if schema),
        guards=tuple(_guards(found, resource)),
        location=_location(found),
        id_argument=_id_argument(found),
        body_argument=body,
        **extra,
    )


def _result(answer: Node | None) -> Code:
    if answer is None:
        return Code("None")
    items = is_list_of(answer)
    return Code(f"list[{class_name(items)}]") if items else class_name(answer.name)


def _route_parameters(found: Found, body: Code | None) -> tuple[Code, ...]:
    path, query = _split(found)
    required = [parameters.declaration(p) for p in query if p.plain("required")]
    optional = [parameters.declaration(p) for p in query if not p.plain("required")]
    return (*map(parameters.declaration, path), *_typed_body(found, body), *required, *optional)


def _parameters(found: Found, body: Code | None) -> tuple[Code, ...]:
    path, query = _split(found)
    named = [Code("*"), *map(parameters.typed, query)] if query else []
    model = found.body()
    typed = [Code(f"{body}: {class_name(model.name)}")] if body and model else []
    return (*map(parameters.typed, path), *typed, *named)


def _arguments(found: Found, body: Code | None) -> tuple[Code, ...]:
    path, query = _split(found)
    named = [Code(f"{parameters.name(p)}={parameters.name(p)}") for p in query]
    return (*map(parameters.name, path), *([body] if body else []), *named)


def _split(found: Found) -> tuple[list[Node], list[Node]]:
    declared = [p for p in found.parameters() if p.plain("x-owner") is not True]
    return [p for p in declared if p.plain("in") == "path"], [p for p in declared if p.plain("in") == "query"]


def _typed_body(found: Found, body: Code | None) -> list[Code]:
    model = found.body()
    if body is None or model is None:
        return []
    content = found.node.path("requestBody", "content")
    said = ", ".join(code for media_type, code in _MEDIA_TYPES.items() if content and content.get(media_type))
    if said != "JSON":
        return [Code(f"{body}: Annotated[{class_name(model.name)}, MediaTypes({said})]")]
    return [Code(f"{body}: {class_name(model.name)}")]


def _body_name(found: Found, word: Code) -> Code | None:
    """What the body is called: after the resource, unless a parameter is called so."""
    name = _BODY_NAMES.get(found.kind, str(word))
    taken = {parameter.plain("name") for parameter in found.parameters()}
    return None if found.body() is None else Code("body" if name in taken else name)


def _id_argument(found: Found) -> Code | None:
    path, _ = _split(found)
    return parameters.name(path[0]) if path else None


def _location(found: Found) -> bool:
    success = found.success()
    return found.kind == "create" and bool(success and success[1].path("headers", "Location"))


def _guards(found: Found, resource: Node) -> Iterator[Code]:
    """What is checked before anything else of a request is read."""
    scopes = [literal(scope) for scope in found.scopes()]
    if scopes:
        yield Code(f"requires({', '.join(scopes)})")
    parameter = owner_parameter(found)
    if parameter is not None:
        status = 403 if found.node.path("responses", "403") else 404
        yield Code(f"owner_in_path({literal(parameter)}, {literal(owner(resource).claim)}, {status})")


def _written(found: Found, resource: Node, body: Code) -> dict[str, Any]:
    """The columns that a create or a replace sets, and what it sets them to."""
    model = found.body()
    sent = properties(model)
    names = [name for name, prop in properties(resource).items() if _is_set(found, name, prop, sent)]
    row = f"{class_name(resource.name)}Row"
    return {
        "columns": tuple(Code(f"{row}.{identifier(name)}") for name in names),
        "values": tuple(Code(f"{identifier(name)}={_value(found, resource, name, body)}") for name in names),
    }


def _is_set(found: Found, name: str, prop: Node, sent: dict[str, Node]) -> bool:
    """A create leaves out what its body lacks; a replace sets all that a client may set."""
    return name in sent or (found.kind == "replace" and not prop.plain("readOnly"))


def _value(found: Found, resource: Node, name: str, body: Code) -> Code:
    """What was sent; for what a body cannot say, the resource's default."""
    model = found.body()
    sent = properties(model)
    if model is None or name not in sent:
        return literal(properties(resource)[name].plain("default"))
    schema = sent[name].value
    if name in model.plain("required", []) or "default" in schema:
        return Code(f"{body}.{snake(name)}")
    return Code(f"or_null({body}.{snake(name)})")

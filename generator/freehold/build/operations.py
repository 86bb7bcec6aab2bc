"""From an operation of the contract to a route and a method of the repository."""

from typing import Any

from freehold.build import lists, parameters
from freehold.contract import Node
from freehold.model import Operation
from freehold.naming import class_name, identifier, snake
from freehold.safe import Code
from freehold.vocabulary import Operation as Found
from freehold.vocabulary import properties

_BODY_NAMES = {"update": "changes"}
_MEDIA_TYPES = {"application/json": "JSON", "application/merge-patch+json": "MERGE_PATCH"}


def operation(found: Found, resource: Node) -> Operation:
    """One method on one path: everything that its route and its method of the repository print."""
    word = identifier(resource.name)
    body = _body_name(found, word)
    answer = found.answer()
    result = class_name(answer.name) if answer else Code("None")
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
        models=tuple(class_name(schema.name) for schema in (answer, request) if schema),
        location=_location(found) if found.kind == "create" else None,
        id_argument=_id_argument(found),
        body_argument=body,
        **extra,
    )


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
    declared = found.parameters()
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


def _location(found: Found) -> Code | None:
    """Where a created row is: the path of the operation that gets it, when `Location` is declared."""
    success = found.success()
    if success is None or success[1].path("headers", "Location") is None:
        return None
    return next((_item_path(path, item) for path, item in _paths(found) if _is_item(found.path, path)), None)


def _paths(found: Found) -> list[tuple[str, Node]]:
    paths = found.node.document.top.get("paths")
    return list(paths.items()) if paths else []


def _is_item(collection: str, path: str) -> bool:
    rest = path.removeprefix(collection)
    return path.startswith(collection + "/{") and rest.count("/") == 1 and rest.endswith("}")


def _item_path(path: str, item: Node) -> Code | None:
    get = item.get("get")
    name = path.rpartition("{")[2].rstrip("}")
    if get is None:
        return None
    return Code(
        f'router.url_path_for("{identifier(get.plain("operationId"))}", {identifier(name)}=created.id)'
    )


def _written(found: Found, resource: Node, body: Code) -> dict[str, Any]:
    """The columns that a create or a replace sets, and what it sets them to."""
    model = found.body()
    sent = properties(model)
    names = [name for name, prop in properties(resource).items() if _is_set(found, name, prop, sent)]
    row = f"{class_name(resource.name)}Row"
    return {
        "columns": tuple(Code(f"{row}.{identifier(name)}") for name in names),
        "values": tuple(Code(f"{identifier(name)}={_value(model, sent, name, body)}") for name in names),
    }


def _is_set(found: Found, name: str, prop: Node, sent: dict[str, Node]) -> bool:
    """A create leaves out what its body lacks; a replace sets all that a client may set."""
    return name in sent or (found.kind == "replace" and not prop.plain("readOnly"))


def _value(model: Node | None, sent: dict[str, Node], name: str, body: Code) -> Code:
    if model is None or name not in sent:
        return Code("None")
    schema = sent[name].value
    if name in model.plain("required", []) or "default" in schema:
        return Code(f"{body}.{snake(name)}")
    return Code(f"or_null({body}.{snake(name)})")

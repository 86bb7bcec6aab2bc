"""Rules about operations."""

import re
from collections.abc import Iterator

from freehold.contract import Document
from freehold.naming import LONGEST, allowed, snake
from freehold.problems import Problem
from freehold.vocabulary import KINDS, Operation, operations, resources

_BODIES = ("create", "update", "replace")
_JSON = ("application/json", "application/merge-patch+json")


def ids(document: Document) -> Iterator[Problem]:
    """Every operation has a name of its own, and it stays its own in snake_case."""
    seen: dict[str, Operation] = {}
    for operation in operations(document):
        said = operation.node.get("operationId")
        if said is None or not isinstance(said.value, str):
            fix = "Add `operationId: ...`: it names the operation in the code, in the SQL and in clients."
            yield operation.node.problem(f"{_place(operation)} has no operationId", fix)
        elif not allowed(operation.id):
            fix = f"Use letters, digits, `_` and `-`, {LONGEST} at most, and no word that Python needs."
            yield said.problem(f"an operation cannot be called {operation.id}", fix)
        elif snake(operation.id) in seen:
            other = seen[snake(operation.id)]
            clash = f'operationId "{operation.id}" becomes {snake(operation.id)}'
            yield said.problem(f'{clash}, as does "{other.id}" of {_place(other)}', "Rename one.")
        else:
            seen[snake(operation.id)] = operation


def security(document: Document) -> Iterator[Problem]:
    """Every operation on owned rows asks who is asking."""
    for operation in operations(document):
        if not operation.secured:
            said = operation.node.get("security") or operation.node
            fix = "Say `security: [{bearerAuth: []}]` at the root, for all operations, or here."
            yield said.problem(
                f"{_place(operation)} works on rows that have owners, and asks for no token", fix
            )
    schemes = document.top.path("components", "securitySchemes")
    for name, scheme in schemes.items() if schemes else ():
        if (scheme.plain("type"), scheme.plain("scheme")) != ("http", "bearer"):
            yield scheme.problem(
                f"the security scheme {name} is not a bearer token", "Write type: http, scheme: bearer."
            )


def path_parameters(document: Document) -> Iterator[Problem]:
    """What stands in braces in a path is declared, and the other way round."""
    for operation in operations(document):
        braces = re.findall(r"\{([^{}]*)\}", operation.path)
        declared = {str(p.plain("name")): p for p in operation.parameters() if p.plain("in") == "path"}
        for name in braces:
            if name not in declared:
                fix = f"Add {{name: {name}, in: path, required: true, schema: ...}} to `parameters`."
                yield operation.node.problem(f"{{{name}}} of the path is not declared", fix)
        for name, parameter in declared.items():
            if name not in braces:
                yield parameter.problem(
                    f"{operation.path} has no {{{name}}}", "Remove the parameter, or name it there."
                )
        if len(braces) > 1:
            what = f"{operation.path} has more than one parameter; only the id of a row is supported so far"
            yield operation.node.problem(what, "Keep one.")


def places(document: Document) -> Iterator[Problem]:
    """Parameters stand in the path or in the query, and their names may become names in Python."""
    for operation in operations(document):
        for parameter in operation.parameters():
            name, place = str(parameter.plain("name", "")), parameter.plain("in")
            if place not in ("path", "query"):
                yield parameter.problem(
                    f"parameters in {place} are not supported so far", "Use the path or the query."
                )
            if not allowed(name) or snake(name) != name:
                fix = "Use small letters, digits and `_`, and no word that Python needs for itself."
                yield parameter.problem(f"a parameter cannot be called {name}", fix)


def successes(document: Document) -> Iterator[Problem]:
    """Every operation says what it answers when it worked."""
    for operation in operations(document):
        if operation.success() is None:
            fix = 'Add `responses: {"200": ...}`: the status that is declared is the one that is answered.'
            yield operation.node.problem(
                f"{_place(operation)} does not say what it answers when it worked", fix
            )
        answer = operation.answer()
        if answer is not None and not answer.pointer.startswith("/components/schemas/"):
            fix = "Give the schema a name below `components: schemas:` and refer to it."
            yield answer.problem(f"{_place(operation)} answers a schema without a name", fix)


def kinds(document: Document) -> Iterator[Problem]:
    """Every operation belongs to a resource."""
    owned = ", ".join(resources(document)) or "none so far"
    for operation in operations(document):
        if operation.kind not in KINDS:
            said = operation.node.get("x-operation") or operation.node
            yield said.problem(
                f"there is no operation of the kind {operation.kind}", f"Kinds: {', '.join(KINDS)}."
            )
        elif operation.resource is None:
            fix = (
                f"Resources, the schemas with `x-resource`: {owned}. The path of an operation begins with\n"
                "a path whose GET answers a list of a resource, or whose POST answers 201 with one."
            )
            yield operation.node.problem(f"{_place(operation)} belongs to no resource", fix)


def bodies(document: Document) -> Iterator[Problem]:
    """Bodies are JSON, required, and of a schema with a name."""
    for operation in operations(document):
        body, request = operation.body(), operation.node.get("requestBody")
        if request is None or body is None:
            if operation.kind in _BODIES:
                fix = "Add `requestBody: {required: true, content: {application/json: {schema: ...}}}`."
                yield operation.node.problem(f"{_place(operation)} takes no body", fix)
            continue
        content = request.get("content")
        for media_type, media in content.items() if content else ():
            if media_type not in _JSON or (media_type != _JSON[0] and operation.kind != "update"):
                yield media.problem(f"a body of {media_type} is not supported here", "Use application/json.")
        if request.plain("required") is not True:
            yield request.problem(
                "a body that may be left out is not supported so far", "Add `required: true`."
            )
        if not body.pointer.startswith("/components/schemas/"):
            fix = "Give the schema a name below `components: schemas:` and refer to it."
            yield body.problem(f"the body of {_place(operation)} has no name", fix)


def _place(operation: Operation) -> str:
    return f"{operation.method.upper()} {operation.path}"

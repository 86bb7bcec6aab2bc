"""Rules about operations."""

import re
from collections.abc import Iterator

from freehold.contract.operations import KINDS, ContractOperation, array_item_name, operations
from freehold.contract.resources import resources
from freehold.ground.naming import MAX_NAME_LENGTH, closest_match, is_valid_operation_name, snake_case
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_BODIES = ("create", "update", "replace")
_SHOWING = ("create", "get", "update", "replace")
_ON_A_ROW = ("get", "update", "replace", "delete")
_STATUS = re.compile(r"2\d\d")
_JSON = ("application/json", "application/merge-patch+json")


def ids(document: Document) -> Iterator[Problem]:
    """Every operation has a name of its own, and it stays its own in snake_case."""
    seen: dict[str, ContractOperation] = {}
    for operation in operations(document):
        said = operation.node.get("operationId")
        if said is None or not isinstance(said.value, str):
            fix = "Add `operationId: ...`: it names the operation in the code, in the SQL and in clients."
            yield operation.node.problem(f"{_place(operation)} has no operationId", fix)
        elif not is_valid_operation_name(operation.id):
            fix = (
                f"Use letters, digits, `_` and `-`, {MAX_NAME_LENGTH} at most, and no word that Python needs."
            )
            yield said.problem(f"an operation cannot be called {operation.id}", fix)
        elif snake_case(operation.id).removesuffix("_total") in seen:
            other = seen[snake_case(operation.id).removesuffix("_total")]
            clash = f'operationId "{operation.id}" becomes {snake_case(operation.id)}'
            yield said.problem(f'{clash}, as does "{other.id}" of {_place(other)}', "Rename one.")
        else:
            seen[snake_case(operation.id)] = operation


def successes(document: Document) -> Iterator[Problem]:
    """Every operation says what it answers when it worked."""
    for operation in operations(document):
        success = operation.success_response()
        if success is None:
            fix = 'Add `responses: {"200": ...}`: the status that is declared is the one that is answered.'
            yield operation.node.problem(
                f"{_place(operation)} does not say what it answers when it worked", fix
            )
        elif not _STATUS.fullmatch(success[0]):
            fix = 'Write "200", for example.'
            yield success[1].problem("what it answers when it worked is one status of three digits", fix)
        answer = operation.response_schema()
        shown = answer.get("items") if answer and array_item_name(answer) else answer
        if answer is not None and shown is not None and not _named(shown):
            fix = "Give the schema a name below `components: schemas:` and refer to it."
            yield answer.problem(f"{_place(operation)} answers a schema without a name", fix)


def kinds(document: Document) -> Iterator[Problem]:
    """Every operation belongs to a resource."""
    owned = ", ".join(resources(document)) or "none so far"
    for operation in operations(document):
        if operation.kind not in KINDS:
            said = operation.node.get("x-operation") or operation.node
            meant, fix = closest_match(operation.kind, KINDS), f"Kinds: {', '.join(KINDS)}."
            fix = f"Did you mean {meant}? {fix}" if meant else fix
            yield said.problem(f"there is no operation of the kind {operation.kind}", fix)
        elif operation.resource is None:
            fix = (
                f"Resources, the schemas with `x-resource`: {owned}. The path of an operation begins with\n"
                "a path whose GET answers a list of a resource, or whose POST answers 201 with one."
            )
            yield operation.node.problem(f"{_place(operation)} belongs to no resource", fix)


def answers(document: Document) -> Iterator[Problem]:
    """What reads or changes one row answers that row, and stands on the path that its kind wants."""
    for operation in operations(document):
        answer = operation.response_schema()
        if operation.kind in _SHOWING and (answer is None or answer.name != operation.resource):
            fix = f"Answer {operation.resource}, or say `x-operation: custom` and write it yourself."
            yield operation.node.problem(f"{_place(operation)} does not answer {operation.resource}", fix)
        if operation.kind in _ON_A_ROW and not operation.path.endswith("}"):
            said = operation.node.get("x-operation") or operation.node
            yield said.problem(
                f"{operation.kind} needs the id of a row in its path", "Add `/{id}` to the path."
            )


def bodies(document: Document) -> Iterator[Problem]:
    """Bodies are JSON, required, and of a schema with a name."""
    for operation in operations(document):
        body, request = operation.body_schema(), operation.node.get("requestBody")
        if request is None or body is None:
            if operation.kind in _BODIES:
                fix = "Add `requestBody: {required: true, content: {application/json: {schema: ...}}}`."
                yield operation.node.problem(f"{_place(operation)} takes no body", fix)
            continue
        content = request.get("content")
        for media_type, media in content.items() if content else ():
            if media_type not in _JSON or (media_type != _JSON[0] and operation.kind != "update"):
                yield media.problem(f"a body of {media_type} is not supported here", "Use application/json.")
        if request.get_value("required") is not True:
            yield request.problem(
                "a body that may be left out is not supported so far", "Add `required: true`."
            )
        if not _named(body):
            fix = "Give the schema a name below `components: schemas:` and refer to it."
            yield body.problem(f"the body of {_place(operation)} has no name", fix)


def _named(schema: Node) -> bool:
    """Whether a schema stands in `components` itself, not inside of one that does."""
    return schema.pointer == f"/components/schemas/{schema.name}"


def _place(operation: ContractOperation) -> str:
    return f"{operation.method.upper()} {operation.path}"

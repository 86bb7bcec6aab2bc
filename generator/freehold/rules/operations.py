"""Rules about operations: names, kinds, resources, success responses, request bodies."""

import re
from collections.abc import Iterator

from freehold.contract.messages import (
    MEDIA_TYPE,
    MERGE_PATCH,
    is_binary,
    is_file,
    is_form,
    is_json,
    json_schema,
    media_types,
)
from freehold.contract.operations.contract_operation import KINDS, ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.resources import (
    columns_of,
    generated_kind,
    has_name,
    is_not_null,
    is_singleton,
    resources,
)
from freehold.contract.rows.chosen_keys import creates_row, makes_row
from freehold.contract.rows.collection_paths import array_item_name
from freehold.contract.rows.shown_rows import all_properties, is_message, is_same_for_each_status, shown_row
from freehold.ground.naming import MAX_NAME_LENGTH, closest_match, is_valid_operation_name, operation_name
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_KINDS_WITH_BODY = ("create", "update", "replace", "bulk")
_KINDS_RETURNING_A_ROW = ("create", "get", "update", "replace")
_ROW_KINDS = ("get", "update", "replace", "delete")
_UNCHECKED_WORDS = ("minLength", "maxLength", "pattern", "enum", "const", "contentMediaType", "contentSchema")
_ANY_FILE = ("application/octet-stream", "*/*")
_STATUS = re.compile(r"[23]\d\d")


def operation_ids(document: Document) -> Iterator[Problem]:
    """Every operation has a valid operationId that is unique in snake_case."""
    seen: dict[str, ContractOperation] = {}
    for operation in operations(document):
        declared = operation.node.get("operationId")
        if declared is None or not isinstance(declared.value, str):
            fix = "Add `operationId`: it names the operation in code, SQL and clients."
            yield operation.node.problem(f"{_label(operation)} has no operationId", fix)
        elif not is_valid_operation_name(operation.id):
            fix = (
                f"Use letters, digits, `_`, `-` and `.`, {MAX_NAME_LENGTH} at most, beginning with a letter."
            )
            yield declared.problem(f"an operation cannot be named {operation.id}", fix)
        elif operation_name(operation.id).removesuffix("_total") in seen:
            other = seen[operation_name(operation.id).removesuffix("_total")]
            clash = f'operationId "{operation.id}" becomes {operation_name(operation.id)}'
            yield declared.problem(f'{clash}, like "{other.id}" of {_label(other)}', "Rename one of the two.")
        else:
            seen[operation_name(operation.id)] = operation


def success_responses(document: Document) -> Iterator[Problem]:
    """Every operation declares a success response with a named schema."""
    for operation in operations(document):
        success = operation.success_response()
        if success is None:
            fix = 'Add `responses: {"200": ...}`: the operation responds with the status that is declared.'
            yield operation.node.problem(f"{_label(operation)} does not declare a success response", fix)
        elif not _STATUS.fullmatch(success[0]):
            fix = 'Use a status such as "200".'
            yield success[1].problem("the success status must have three digits", fix)
        for response in operation.success_responses().values():
            answer = json_schema(response)
            row_schema = answer.get("items") if answer and array_item_name(answer) else answer
            if answer is not None and row_schema is not None and not has_name(row_schema):
                fix = "Move the schema to `components: schemas:` and reference it."
                yield answer.problem(f"{_label(operation)} returns a schema that has no name", fix)


def operation_kinds(document: Document) -> Iterator[Problem]:
    """Every operation has a known kind and belongs to a resource."""
    owned = ", ".join(resources(document)) or "none so far"
    for operation in operations(document):
        if operation.kind not in KINDS:
            declared = operation.node.get("x-operation") or operation.node
            meant, fix = closest_match(operation.kind, KINDS), f"Available kinds: {', '.join(KINDS)}."
            fix = f"Did you mean {meant}? {fix}" if meant else fix
            yield declared.problem(f"x-operation: {operation.kind} is not an operation kind", fix)
        elif operation.resource is None and operation.kind != "custom":
            fix = (
                f"Available resources (schemas with `x-resource`): {owned}. The path must start with\n"
                "a path whose GET returns a list of a resource, or whose POST returns 201 with one."
            )
            declared = operation.node.get("x-operation") or operation.node
            yield declared.problem(f"{_label(operation)} does not belong to a resource", fix)


def returned_rows(document: Document) -> Iterator[Problem]:
    """An operation on one row returns the row, and its path ends with the row's id.

    A DELETE may return nothing, or what says that it is done.
    """
    for operation in operations(document):
        answer = operation.response_schema()
        returns_a_row = operation.kind in _KINDS_RETURNING_A_ROW
        returns_a_row |= operation.kind == "delete" and answer is not None and not is_message(answer)
        resource = resources(document).get(operation.resource or "")
        if creates_row(operation) and answer is None:
            returns_a_row = False  # 204, and 201 without a body
        if returns_a_row and (resource is None or shown_row(answer, resource) is None):
            fix = f"Return {operation.resource}, or set `x-operation: custom` and implement it yourself."
            yield operation.node.problem(f"{_label(operation)} does not return {operation.resource}", fix)
        yield from _status_in_envelope(operation, resource)
        if resource is not None and is_singleton(resource):
            yield from _singleton_rows(operation, resource)
            continue
        if operation.kind in _ROW_KINDS and not operation.path.rstrip("/").endswith("}"):
            declared = operation.node.get("x-operation") or operation.node
            yield declared.problem(
                f"an operation of kind {operation.kind} needs the id of a row in its path",
                "Add `/{id}` to the path.",
            )


def _status_in_envelope(operation: ContractOperation, resource: Node | None) -> Iterator[Problem]:
    """The envelope of a PUT that creates or replaces does not tell which of them it was."""
    answer = operation.response_schema() if operation.may_create and operation.kind == "replace" else None
    shown = shown_row(answer, resource) if answer is not None and resource is not None else None
    if answer is not None and shown and not is_same_for_each_status(answer, shown.envelope):
        what = f"the envelope of {operation.id} says the status, which is 200 or 201"
        fix = "Leave status and message out of it, or set `x-operation: custom` and implement it yourself."
        yield operation.node.problem(what, fix)


def _singleton_rows(operation: ContractOperation, resource: Node) -> Iterator[Problem]:
    """A singleton has no list, and one that a GET makes has a default for each value."""
    if operation.kind == "list":
        what = f"{operation.id} lists {resource.name}, of which an owner has one row"
        yield operation.node.problem(what, "Set `x-operation: custom` and implement it yourself.")
    if operation.kind != "get" or not makes_row(resource):
        return
    needed = [
        name
        for name, prop in columns_of(resource).items()
        if is_not_null(resource, name, prop)
        and not generated_kind(name, prop)
        and "default" not in prop.value
    ]
    if needed:
        names = ", ".join(needed)
        what = f"{operation.id} has nothing to return before a row is stored: {names} has no default"
        fix = f'Declare `"404"` at {operation.id}, or add a `default` to {names}.'
        yield operation.node.problem(what, fix)


def request_bodies(document: Document) -> Iterator[Problem]:
    """Request bodies are JSON with a named schema; those of custom operations can be forms and files too."""
    for operation in operations(document):
        body, request = operation.body_schema(), operation.node.get("requestBody")
        if request is not None and operation.takes_file:
            yield from _media_types(operation, request)
        elif (request is None or body is None) and operation.kind in _KINDS_WITH_BODY:
            fix = "Add `requestBody: {required: true, content: {application/json: {schema: ...}}}`."
            yield operation.node.problem(f"{_label(operation)} has no request body", fix)
        if request is None or body is None:
            continue
        yield from _media_types(operation, request)
        if is_form(media_types(request)):
            yield from _files_of_form(body)
        if not has_name(body) and not array_item_name(body):
            fix = "Move the schema to `components: schemas:` and reference it."
            yield body.problem(f"the request body of {_label(operation)} has a schema without a name", fix)


def _files_of_form(body: Node) -> Iterator[Problem]:
    """A form says of a file that it is there, and no more: nothing checks what is in it."""
    for name, prop in all_properties(body).items():
        file = prop.get("items") or prop
        for word, part in file.items() if is_binary(file.value) else ():
            is_any = word == "contentMediaType" and part.value in _ANY_FILE
            if word in _UNCHECKED_WORDS and not is_any:
                fix = "Remove it, and check the file in your override."
                yield part.problem(f"{word} of the file {name} is not held", fix)


def _media_types(operation: ContractOperation, request: Node) -> Iterator[Problem]:
    """A standard operation reads JSON. A custom one reads JSON, a form or a file: one of them."""
    content = request.get("content")
    names = media_types(request)
    for name, media in content.items() if content else ():
        if operation.kind != "custom":
            is_patch = name == MERGE_PATCH and operation.kind != "update"
            if not is_json([name]) or is_patch:
                what = f"the request media type {name} is not supported here"
                yield media.problem(what, "Use application/json.")
        elif not MEDIA_TYPE.fullmatch(name):
            fix = "Write the type alone, in lower case: `type/subtype`."
            yield media.problem(f"{name} is not a media type", fix)
        elif not (is_json(names) or is_form(names) or is_file(names)):
            fix = "Keep the forms or the files."
            yield media.problem(f"the body of {operation.id} is either a form or a file", fix)


def _label(operation: ContractOperation) -> str:
    return f"{operation.method.upper()} {operation.path}"

"""Rules about success responses."""

from collections.abc import Iterator

from freehold.contract.messages import MEDIA_TYPE, RANGES_OF_ANYTHING, is_file, is_json, json_schema
from freehold.contract.messages import media_types as media_types_of
from freehold.contract.operations.contract_operation import BODY_SUFFIXES, IF_MATCH, ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.path_parameters import split_path_parameters
from freehold.contract.resources import generated_kind, is_singleton, properties, resources, schemas
from freehold.contract.rows.chosen_keys import creates_row
from freehold.contract.rows.keys import item_path, key_property
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.rules.value_mismatches import mismatches

_JSON = "application/json"
_PROBLEM_POINTER = "/components/schemas/Problem"


def media_types(document: Document) -> Iterator[Problem]:
    """Standard operations respond with JSON, custom ones with JSON or a file."""
    for operation in operations(document):
        for response in operation.success_responses().values():
            content = response.get("content")
            if content is not None and content.value:
                yield from _media_types(operation, content)


def _media_types(operation: ContractOperation, content: Node) -> Iterator[Problem]:
    for media_type, media in content.items():
        if operation.kind == "custom" and not MEDIA_TYPE.fullmatch(media_type):
            fix = "Write the type alone, in lower case: `type/subtype`."
            yield media.problem(f"{media_type} is not a media type", fix)
        elif operation.kind != "custom" and not is_json([media_type]):
            what = f"{operation.id} cannot respond with {media_type}: responses are JSON"
            yield media.problem(what, f"Use {_JSON}.")
    names = [name.partition(";")[0].strip() for name, _ in content.items()]
    if operation.answers_file and all("*" in name and name not in RANGES_OF_ANYTHING for name in names):
        what = f"{operation.id} does not say which media type it responds with"
        yield content.problem(what, "Add the media type that you send, such as `application/pdf`.")


def reserved_problem_schema(document: Document) -> Iterator[Problem]:
    """The schema `Problem` is reserved for error responses."""
    for operation in operations(document):
        for schema in (operation.body_schema(), operation.response_schema()):
            if schema is not None and schema.pointer == _PROBLEM_POINTER:
                what = f"{operation.id} cannot use the schema Problem: it is reserved for error responses"
                yield schema.problem(what, "Rename the schema.")


def location_headers(document: Document) -> Iterator[Problem]:
    """The path in a `Location` header has a GET operation."""
    for operation in operations(document):
        success = operation.success_response()
        header = success[1].get_path("headers", "Location") if success else None
        if header is not None and operation.kind == "create" and not item_path(operation):
            fix = f"Add `GET {operation.path.rstrip('/')}/{{id}}`, or remove the header."
            yield header.problem(
                f"the Location header of {operation.id} points to a path that has no GET operation", fix
            )


def several_successes(document: Document) -> Iterator[Problem]:
    """A method that chooses among several statuses responds with JSON, or with nothing."""
    for operation in operations(document):
        if creates_row(operation):
            yield from _both_statuses(operation)
        for response in operation.success_responses().values() if operation.chooses_status else ():
            if is_file(media_types_of(response)):
                what = f"{operation.id} has several statuses of success, and one of them is a file"
                yield response.problem(what, "Keep the one with the file: the others are JSON or nothing.")


def _both_statuses(operation: ContractOperation) -> Iterator[Problem]:
    """A PUT that creates a row or replaces it shows the row alike, and the client can name a new row."""
    success, created = operation.success_response(), operation.created_response()
    resource = resources(operation.node.document).get(operation.resource or "")
    if success is None or created is None or resource is None:
        return  # there is one success response
    shown = [json_schema(response) for response in (success[1], created)]
    if shown[0] and shown[1] and shown[0].pointer != shown[1].pointer:
        what = f"{operation.id} shows a new row by another schema than a replaced one"
        yield created.problem(what, "Use one schema for both.")
    if is_singleton(resource):
        return
    key = key_property(operation, resource)
    if generated_kind(key, properties(resource).get(key) or resource) == "identity":
        fix = f"Remove 201, or use a key that clients choose: `format: uuid`, or no `readOnly` at {key}."
        yield created.problem(f"{operation.id} cannot create a row: the database counts {key}", fix)
    condition = operation.request_header(IF_MATCH)
    if condition is not None and condition.get_value("required") is True:
        fix = "Remove `required`, or the response 201."
        yield condition.problem(f"{operation.id} cannot create a row: it requires If-Match", fix)
    item, prop = split_path_parameters(operation, resource)[1], properties(resource).get(key)
    schema = item.get("schema") if item else None
    for place, what, fix in mismatches(schema, prop) if schema and prop else ():
        yield place.problem(f"{key} in the path of {operation.id} {what} in {resource.name}", fix)


def request_schemas(document: Document) -> Iterator[Problem]:
    """A request body has one schema for all media types, and the names of generated schemas are free."""
    known, named = resources(document), dict(schemas(document))
    for operation in operations(document):
        body, content = operation.body_schema(), operation.node.get_path("requestBody", "content")
        for _, media in content.items() if content else ():
            schema = media.get("schema")
            if body and schema and schema.pointer != body.pointer:
                yield schema.problem(
                    f"the request body of {operation.id} has different schemas for its media types",
                    "Use one schema for all of them.",
                )
        row = operation.row_body()
        name = f"{row.name}{BODY_SUFFIXES[operation.kind]}" if row and operation.kind in BODY_SUFFIXES else ""
        if row and row.name in known and name in named:
            fix = f"Reference {name} in the request body, or rename that schema."
            what = f"{name}, the generated request schema of {operation.id}, already exists"
            yield operation.node.problem(what, fix)

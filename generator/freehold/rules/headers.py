"""Rules about headers: every declared header has an effect."""

from collections.abc import Iterator

from jsonschema_rs import ReferencingError

from freehold.contract.messages import FORM, JSON, media_types, own_response_headers
from freehold.contract.operations.contract_operation import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    ContractOperation,
)
from freehold.contract.operations.inference import operations
from freehold.contract.resources import HIDDEN_VERSION_COLUMN, embedded, owner, properties, resources
from freehold.contract.rows.chosen_keys import creates_row
from freehold.contract.rows.column_types import contract_schemas
from freehold.contract.rows.keys import sends_etag
from freehold.ground.naming import column_name
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_KINDS = {
    IF_MATCH: ("update", "replace", "delete", "custom"),
    IF_NONE_MATCH: ("get",),
    IDEMPOTENCY_KEY: ("create", "custom"),
}
_LONGEST_KEY = 255  # characters of an idempotency key
_TAGS = ('"1"', '"20"', '"123456789012345678"')  # versions of a row, as the service sends them
_TEXT = (None, "string")


def request_headers(document: Document) -> Iterator[Problem]:
    """If-Match, If-None-Match and Idempotency-Key are headers of operations that read them."""
    known = resources(document)
    for operation in operations(document):
        for parameter in operation.parameters():
            if parameter.get_value("in") != "header":
                continue
            name = str(parameter.get_value("name"))
            kinds = _KINDS.get(name.lower())
            if kinds is None:
                continue  # a custom operation reads it; those of others are left out
            is_of_put = name.lower() == IF_NONE_MATCH and creates_row(operation)
            if operation.kind not in kinds and not is_of_put:
                yield parameter.problem(
                    f"{name} has no effect on an operation of kind {operation.kind}",
                    f"Use it on: {', '.join(kinds)}.",
                )
            else:
                yield from _string_header(name, parameter)
        yield from _idempotency_keys(operation, known.get(operation.resource or ""))


def _string_header(name: str, header: Node) -> Iterator[Problem]:
    """The schema of a header accepts what clients have to send, and is enforced."""
    schema = header.get("schema") or header
    if schema.get_value("type") != "string":
        yield schema.problem(f"the header {name} must be a string", "Use `schema: {type: string}`.")
        return
    default, longest = schema.get("default"), schema.get("maxLength")
    if default is not None:
        what = f"the service does not fill in the default of the header {name}"
        yield default.problem(what, "Remove the default.")
    if name.lower() == IDEMPOTENCY_KEY:
        if longest is not None and longest.value > _LONGEST_KEY:
            what = f"the header {name} cannot be longer than {_LONGEST_KEY} characters"
            yield longest.problem(what, f"Use `maxLength: {_LONGEST_KEY}` or less.")
    elif not _accepts_tags(schema):
        what = f"the schema of the header {name} rejects entity tags, for example {_TAGS[0]}"
        yield schema.problem(what, "Use `schema: {type: string}` without limits.")


def _accepts_tags(schema: Node) -> bool:
    try:
        validator = contract_schemas(schema.document).validator(schema.pointer)
    except (LookupError, ValueError, ReferencingError):
        return True  # the schema is invalid, which another rule reports
    return all(validator.is_valid(tag) for tag in _TAGS)


def response_headers(document: Document) -> Iterator[Problem]:
    """A response header is one that the service sets, or that a custom operation sets."""
    for operation in operations(document):
        success, created = operation.success_response(), operation.created_response()
        headers = [header for response in (success and success[1], created) for header in _headers(response)]
        yours = own_response_headers(success[1] if success else None)
        for response in (success and success[1], created):
            yield from _repeated_headers(response)
        for name, header in headers:
            is_of_new = created is not None and header.pointer.startswith(created.pointer)
            located = name == "Location" and (operation.kind == "create" or is_of_new)
            tagged = name.lower() == "etag" and sends_etag(operation)
            is_sent = name.lower() != "etag" and (operation.kind == "custom" or name not in yours)
            if not (located or tagged or is_sent):
                yield header.problem(
                    f"the service does not set the response header {name} here", "Remove it."
                )
            elif (located or tagged) and (header.get("schema") or header).get_value("type") not in _TEXT:
                yield header.problem(f"the header {name} must be a string", "Use `schema: {type: string}`.")


def _repeated_headers(response: Node | None) -> Iterator[Problem]:
    """The names of headers are compared without case (RFC 9110, 5.1)."""
    seen = dict[str, str]()
    for name, header in _headers(response):
        if (first := seen.setdefault(name.lower(), name)) != name:
            yield header.problem(
                f"the response header {name} is declared twice: as {first}, too", "Remove it."
            )


def _headers(response: Node | None) -> Iterator[tuple[str, Node]]:
    headers = response.get("headers") if response else None
    yield from headers.items() if headers else ()


def conditional_requests(document: Document) -> Iterator[Problem]:
    """A conditional request needs an ETag that a client can receive."""
    found = operations(document)
    tagged = {operation.resource for operation in found if operation.has_etag}
    for operation in found:
        known, condition = operation.request_header(IF_NONE_MATCH), operation.request_header(IF_MATCH)
        if known and not operation.has_etag and not creates_row(operation):
            fix = "Declare the response header ETag: If-None-Match is compared with it."
            yield operation.node.problem(f"{operation.id} reads If-None-Match but does not send an ETag", fix)
        if known and known.get_value("required") is True:
            yield known.problem(
                "If-None-Match is required, but a client has no ETag for its first request",
                "Remove `required`.",
            )
        resource = resources(document).get(operation.resource or "")
        if known and resource is not None and embedded(resource):
            shown = ", ".join(embedded(resource))
            what = f"the ETag of {operation.id} stays the same when other rows in {shown} change"
            yield known.problem(what, f"Remove If-None-Match, or {shown}.")
        if condition and operation.resource not in tagged:
            fix = f"Declare the response header ETag on an operation that returns {operation.resource}."
            yield operation.node.problem(f"{operation.id} reads If-Match, but no response has an ETag", fix)


def version_column_names(document: Document) -> Iterator[Problem]:
    """No property or owner uses the name of the hidden version column."""
    for name, schema in resources(document).items():
        row_owner = owner(schema)
        if row_owner and row_owner.column == HIDDEN_VERSION_COLUMN:
            declared = schema.get_path("x-resource", "owner") or schema
            place = declared.get("column") or declared
            what = f"{HIDDEN_VERSION_COLUMN} of {name} is reserved for entity tags"
            yield place.problem(what, "Use another name for the owner column.")
        for key, prop in properties(schema).items():
            if column_name(key) == HIDDEN_VERSION_COLUMN and prop.get_value("x-generated") != "version":
                fix = "Rename it, or make it the version: `readOnly: true, x-generated: version`."
                yield prop.problem(f"{key} of {name} is reserved for entity tags", fix)


def _idempotency_keys(operation: ContractOperation, resource: Node | None) -> Iterator[Problem]:
    key = operation.request_header(IDEMPOTENCY_KEY)
    if key is None:
        return
    others = set(media_types(operation.node.get("requestBody"))) - {JSON, FORM}
    if others:
        what = f"a request with an idempotency key is compared by its body, which cannot be {min(others)}"
        yield key.problem(what, f"Remove it, or send the body as {JSON} or {FORM}.")
    if resource is None:
        return
    if operation.method != "post":
        yield key.problem(
            "Idempotency-Key is only for POST: other methods can be retried without it", "Remove it."
        )
    if owner(resource) is None:
        fix = f"Remove it, or give {resource.name} an owner."
        yield key.problem(f"an idempotency key belongs to an owner, but {resource.name} has no owner", fix)

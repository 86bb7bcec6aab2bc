"""Builds the effective contract: the written contract with everything that follows from it.

Clients and fuzzers see the complete contract: the errors that an operation can return, and the limits of
PostgreSQL for strings and integers.
"""

import copy
from collections.abc import Iterator
from typing import Any

from freehold.contract.normalizing.updates.merge_patches import describe_patches, object_properties
from freehold.contract.operations.column_values import is_stored
from freehold.contract.operations.contract_operation import IDEMPOTENCY_KEY, ContractOperation
from freehold.contract.operations.deep_objects import is_deep_object
from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import page_parameters, uses_cursor_pagination
from freehold.contract.operations.page_schemas import envelope_of
from freehold.contract.operations.request_bodies import complete_bodies
from freehold.contract.problems.declared_problems import add_problems, extend_problem_schemas
from freehold.contract.resources import properties, references, resources
from freehold.contract.rows.chosen_keys import repeated_key
from freehold.contract.rows.column_types import base_type
from freehold.contract.rows.keys import sends_location
from freehold.contract.validation.formats import DECIMAL_PATTERN, KEY_PATTERN
from freehold.contract.validation.schema_dialect import INTEGERS, NUMBER_LIMITS
from freehold.reading.document import Document, Node

DEPENDS_ON_DATA = "x-depends-on-data"
"""Marks an operation that refuses valid requests, depending on what is stored: a test must expect a 422."""
_LONGEST_KEY = 255  # characters
_LARGEST_DECIMAL = 1e100  # what its pattern bounds, too
_WRITES = ("create", "update", "replace", "bulk")
_LOCATION = {
    "description": "The path of the new row.",
    "schema": {"type": "string", "format": "uri-reference"},
}


def build_effective_contract(document: Document) -> Document:
    """Return the effective contract. Positions of the written contract stay valid."""
    whole = document.copied()
    whole = complete_bodies(whole)
    describe_patches(whole)
    whole = whole.with_root(whole.root)  # operations remember their bodies
    for operation in operations(whole):
        _require_shown_row(operation)
        _close_query_objects(operation)
        _add_location(operation)
        _add_key_bounds(operation)
        if _depends_on_data(operation):
            operation.node.value.setdefault(DEPENDS_ON_DATA, True)
    for schema in _request_schemas(whole):
        _add_bounds(schema)
    if whole.root_node.get_value("x-problems") == "standard":
        add_problems(whole)
    extend_problem_schemas(whole)
    return whole.with_root(whole.root)


def _depends_on_data(operation: ContractOperation) -> bool:
    """Whether a request that matches the contract can be refused with 422.

    For a cursor that was not issued, a reference to a row that does not exist, the key of another row, an
    idempotency key that was used for another request, or a merge patch that the stored object does not fit.
    The limits of a decimal hold for its text, too, which JSON Schema alone cannot say.
    """
    resource = resources(operation.node.document).get(operation.resource or "")
    refers = resource is not None and operation.kind in _WRITES and bool(references(resource))
    refers = refers or (resource is not None and repeated_key(operation, resource) is not None)
    has_key = operation.request_header(IDEMPOTENCY_KEY) is not None
    depends = uses_cursor_pagination(operation) or refers or has_key or bool(object_properties(operation))
    return depends or any(map(_is_limited_decimal, _nested(_read_schemas(operation))))


def _is_limited_decimal(schema: Node) -> bool:
    """Whether a schema is that of a decimal with limits, beside those that all decimals have."""
    limits = [schema.get_value(word) for word in NUMBER_LIMITS if word in schema.value]
    return schema.get_value("format") == "decimal" and any(abs(limit) != _LARGEST_DECIMAL for limit in limits)


def _require_shown_row(operation: ContractOperation) -> None:
    """Declare that an envelope in an answer always has its row, or its page."""
    answer, resource = (
        operation.response_schema(),
        resources(operation.node.document).get(operation.resource or ""),
    )
    if answer is None or resource is None or operation.kind == "custom" or "allOf" in answer.value:
        return
    if envelope := envelope_of(operation, resource):
        answer.value["required"] = list(dict.fromkeys([*answer.value.get("required", []), envelope]))


def _close_query_objects(operation: ContractOperation) -> None:
    """Declare that an object in the query of a list has no other properties: each one is a parameter."""
    for parameter in operation.declared_parameters() if operation.kind == "list" else ():
        schema = parameter.get("schema")
        if schema is not None and is_deep_object(parameter) and "properties" in schema.value:
            schema.value.setdefault("additionalProperties", False)


def _add_location(operation: ContractOperation) -> None:
    """Declare the header `Location` of a create that sends it."""
    success = operation.success_response()
    if success is None or not sends_location(operation):
        return
    status, response = success
    if not response.get_path("headers", "Location"):
        own = copy.deepcopy(response.value)  # other operations may use the same component
        own["headers"] = {**own.get("headers", {}), "Location": copy.deepcopy(_LOCATION)}
        operation.node.value["responses"][status] = own


def _request_schemas(document: Document) -> Iterator[Node]:
    """Iterate over all schemas that validate data from clients, each one once."""
    return _nested([schema for operation in operations(document) for schema in _read_schemas(operation)])


def _read_schemas(operation: ContractOperation) -> list[Node | None]:
    """Return the schemas of the body and of the parameters of an operation, but for those of paging."""
    paging = {found.pointer for found in page_parameters(operation).values()}
    found = [p.get("schema") for p in operation.parameters() if p.pointer not in paging]
    return [operation.body_schema(), *found]


def _nested(left: list[Node | None]) -> Iterator[Node]:
    """Iterate over schemas and the ones inside them, each one once."""
    seen: set[str] = set()
    while left:
        node = left.pop()
        if node is None or node.pointer in seen:
            continue
        seen.add(node.pointer)
        yield node
        left += [*properties(node).values(), node.get("items")]
        for word in ("allOf", "oneOf", "anyOf"):
            choices = node.get(word)
            left += choices.elements() if choices else []


def _add_bounds(node: Node) -> None:
    """Add the limits of PostgreSQL: an integer fits its column, and a decimal is a number."""
    kind, schema = base_type(node), node.value
    form = schema.get("format")
    if kind == "string" and form == "decimal" and not {"pattern", "enum", "const"} & schema.keys():
        schema["pattern"] = DECIMAL_PATTERN  # clients and fuzzers do not know the format
    if kind == "integer" and not {"enum", "const"} & schema.keys():
        lower, upper = INTEGERS.get(str(form), INTEGERS["int64"])
        has_bits = is_stored(node)
        if not {"minimum", "exclusiveMinimum"} & schema.keys() or (
            has_bits and _is_beyond(schema, lower, -1)
        ):
            schema["minimum"] = lower
            schema.pop("exclusiveMinimum", None)
        if not {"maximum", "exclusiveMaximum"} & schema.keys() or (has_bits and _is_beyond(schema, upper, 1)):
            schema["maximum"] = upper
            schema.pop("exclusiveMaximum", None)


def _is_beyond(schema: dict[str, Any], bound: int, sign: int) -> bool:
    """Whether what a schema says allows integers beyond a bound: the upper one if the sign is 1."""
    words = ("maximum", "exclusiveMaximum") if sign == 1 else ("minimum", "exclusiveMinimum")
    limits = [limit for word in words if not isinstance(limit := schema.get(word), bool | None)]
    return bool(limits) and all(sign * limit > sign * bound for limit in limits)


def _add_key_bounds(operation: ContractOperation) -> None:
    """Add pattern and maximum length to idempotency keys. Cursors are opaque: they have neither."""
    key = operation.request_header(IDEMPOTENCY_KEY)
    schema = key.get("schema") if key else None
    if schema:
        schema.value.setdefault("pattern", KEY_PATTERN)
        schema.value.setdefault("maxLength", _LONGEST_KEY)

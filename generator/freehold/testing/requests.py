"""Requests of operations: the path with ids, the headers that are required, and the query."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from freehold.contract.operations.contract_operation import IDEMPOTENCY_KEY, IF_MATCH, ContractOperation
from freehold.contract.operations.deep_objects import split_objects
from freehold.contract.samples.maker import is_valid
from freehold.fuzzing.bodies.row_keys import missing_key
from freehold.fuzzing.bodies.sample_bodies import compose
from freehold.reading.document import Node
from freehold.testing.tested_contract import TestedContract

ROW = "the row itself"
Ids = Mapping[str, str]
"""Ids by the field of each parent, and that of the row under `ROW`."""


@dataclass(frozen=True)
class Request:
    """A request of an operation, without the user who sends it."""

    operation: ContractOperation = field(repr=False)
    ids: Ids
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    path_owner: str | None = None
    """Who the path names as the owner; without it, the user who sends the request."""

    def at(self, ids: Ids) -> "Request":
        """The same request for another place."""
        return replace(self, ids=dict(ids))


def sample_parameter(parameter: Node) -> str:
    """A value of a parameter: its example, or a simple value of its schema."""
    schema = parameter.get("schema")
    named = parameter.get("examples")
    examples = [parameter.get_value("example")]
    examples += [entry.get_value("value") for _, entry in named.items()] if named else []
    is_in_path = parameter.get_value("in") == "path"
    fitting = (value for value in examples if value is not None and not (is_in_path and "/" in str(value)))
    found = next(fitting, None)  # a slash separates segments of a path, also as %2F
    value = compose(schema) if found is None and schema else found
    return ",".join(map(query_text, _elements(value)))


def _elements(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def required_headers(operation: ContractOperation) -> dict[str, str]:
    """The headers of a request that is not conditional: each is a new idempotency key, or has an example."""
    headers: dict[str, str] = {}
    for parameter in operation.parameters():
        name = str(parameter.get_value("name"))
        if parameter.get_value("in") != "header":
            continue
        if name.lower() == IDEMPOTENCY_KEY:
            headers[name] = idempotency_key(parameter)
        elif parameter.get_value("required") is True:
            headers[name] = "*" if name.lower() == IF_MATCH else sample_parameter(parameter)
    return headers


def idempotency_key(parameter: Node) -> str:
    """A new key that the schema of the header accepts."""
    schema = parameter.get("schema")
    candidates = (str(uuid4()), uuid4().hex, uuid4().hex[:16], uuid4().hex[:8])
    fitting = (key for key in candidates if schema is None or is_valid(schema, key))
    return next(fitting, sample_parameter(parameter))


def required_query(operation: ContractOperation) -> dict[str, str]:
    """The query parameters without which the request would be refused."""
    query = [p for p in split_objects(operation.parameters()) if p.get_value("in") == "query"]
    required = (p for p in query if p.get_value("required"))
    return {str(p.get_value("name")): sample_parameter(p) for p in required}


def list_queries(operation: ContractOperation, row: Mapping[str, object]) -> Iterator[dict[str, str]]:
    """Yield queries of a list: each value that each parameter can have, one at a time.

    A filter that accepts any value also gets the value that a row of somebody else has.
    """
    yield {}
    for parameter in operation.parameters():
        if parameter.get_value("in") != "query" or "schema" not in parameter.value:
            continue
        name = str(parameter.get_value("name"))
        for value in _parameter_values(parameter, row):
            yield {name: query_text(value)}


def query_text(value: object) -> str:
    """A value as it stands in a query."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parameter_values(parameter: Node, row: Mapping[str, object]) -> Iterator[object]:
    schema = parameter.get("schema")
    items = (schema.get("items") or schema) if schema else parameter
    field_name = parameter.get_value("x-filter", {}).get("field", parameter.get_value("name"))
    searched = parameter.get_value("x-search", [field_name])
    plain: dict[object, list[object]] = {"boolean": [True, False], "integer": [1]}
    values = list(items.get_value("enum") or plain.get(items.get_value("type"), []))
    values += [row[name] for name in searched if isinstance(row.get(name), (str, int))]
    yield from (value for value in values if is_valid(items, value))


def with_missing_row(contract: TestedContract, operation: ContractOperation, ids: Ids) -> dict[str, str]:
    """The same place, but for the row itself: there is none with this id."""
    resource = contract.resource_of(operation)
    return {**ids, ROW: missing_key(resource) if resource else str(uuid4())}

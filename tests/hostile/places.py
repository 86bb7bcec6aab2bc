"""All places of a contract that accept client input, found automatically."""

import base64
import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes
from uuid import uuid4

import jsonschema_rs
from typing_extensions import override

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.samples.maker import sample_value
from freehold.reading.document import Document
from tests.support.two_users import Contract, unique_values

Schema = dict[str, Any]
Field = tuple[tuple[str | int, ...], Any, Schema]
_HERE = "@@here@@"
_KINDS: dict[str, Any] = {"integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}
_FORMATS = {"uuid": "0f8fad5b-d9cb-469f-a165-70867728950e", "uri": "https://example.com/"}


@dataclass(frozen=True)
class Place:
    """A place for a value: a parameter, or a field of a body."""

    operation: ContractOperation
    where: str
    """path, query, header, field, key or whole."""
    name: str
    steps: tuple[str | int, ...] = ()
    """The way to the field, in the body."""
    base: Any = None
    """The body around the field."""
    said: Schema = field(default_factory=dict)
    """What the contract says of the value."""

    @override
    def __str__(self) -> str:
        return f"{self.operation.id} {self.where} {self.name}"

    @property
    def kind(self) -> str:
        """The format, or else the type."""
        kinds = self.said.get("type", "")
        kind = next(k for k in kinds if k != "null") if isinstance(kinds, list) else str(kinds)
        return "integer" if kind == "integer" else str(self.said.get("format", kind))


def _is_base64(value: object) -> bool:
    """Whether a text is base64 with padding and without spare bits (RFC 4648, sections 3.5 and 4)."""
    if not isinstance(value, str):
        return True
    try:
        return base64.b64encode(base64.b64decode(value.encode("ascii"), validate=True)).decode() == value
    except ValueError:
        return False


class Schemas:
    """The schemas of a document, with resolved references."""

    def __init__(self, document: Document) -> None:
        self._root = document.root

    def resolved(self, schema: Schema) -> Schema:
        """Resolve a reference."""
        while "$ref" in schema:
            found: Any = self._root
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        return schema

    def validator(self, schema: Schema) -> jsonschema_rs.Draft202012Validator:
        """A validator of the schema, including formats and patterns."""
        whole = {**schema, "components": self._root["components"]}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True, formats={"byte": _is_base64})

    def variants(self, schema: Schema) -> list[Schema]:
        """The alternatives of a schema: each of `oneOf`, with `allOf` merged."""
        schema = self.resolved(schema)
        choices = schema.get("anyOf") or schema.get("oneOf")
        if choices:
            return [found for choice in choices for found in self.variants(choice)]
        parts = [self.resolved(part) for part in schema.get("allOf", [])]
        whole = {name: prop for part in [*parts, schema] for name, prop in part.get("properties", {}).items()}
        return [{**schema, "properties": whole}] if whole else [schema]

    def example(self, schema: Schema) -> Any:
        """A minimal valid value."""
        schema = self.variants(schema)[0]
        for word in ("const", "default"):
            if word in schema:
                return schema[word]
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type", "object")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "string":
            return _FORMATS.get(schema.get("format", ""), "x" * schema.get("minLength", 1))
        needed = {name: self.example(schema["properties"][name]) for name in schema.get("required", [])}
        return needed or copy.deepcopy(_KINDS[kind])

    def fields(self, schema: Schema, base: Any) -> Iterator[Field]:
        """Each nested field with its schema and a body that contains it."""
        for variant in self.variants(schema):
            if "items" in variant:
                yield from self._below(0, variant["items"], [self.example(variant["items"])])
            around = base if isinstance(base, dict) and base else {}
            if variant.get("properties") and "oneOf" not in schema:
                around = self.example(variant) | around
            for name, prop in variant.get("properties", {}).items():
                yield from self._below(name, prop, {**self.example(variant), **around} | {name: None})

    def _below(self, step: str | int, schema: Schema, around: Any) -> Iterator[Field]:
        yield (step,), around, self.present(schema)
        for steps, inner, said in self.fields(schema, None):
            whole = copy.copy(around)
            whole[step] = inner
            yield (step, *steps), whole, said

    def present(self, schema: Schema) -> Schema:
        """The schema of a value that is not null."""
        return next(found for found in self.variants(schema) if found.get("type") != "null")


def places(contract: Contract) -> list[Place]:
    """All places, in the order of the contract."""
    document = contract.operations[0].node.document
    return [place for operation in contract.operations for place in _of(operation, Schemas(document))]


def _of(operation: ContractOperation, schemas: Schemas) -> Iterator[Place]:
    for parameter in operation.parameters():
        schema = parameter.get("schema")
        said = schemas.present(dict(schema.value)) if schema else {}
        yield Place(operation, str(parameter.get_value("in")), str(parameter.get_value("name")), said=said)
    yield Place(operation, "query", "no_such_parameter")
    body = operation.body_schema()
    if body is None:
        return
    base = sample_value(body) | unique_values(body)
    yield Place(operation, "header", "Content-Type")
    yield Place(operation, "whole", "body", base=base)
    yield Place(operation, "key", "of the body", base=base)
    for steps, around, said in schemas.fields(dict(body.value), base):
        yield Place(operation, "field", "/".join(map(str, steps)), steps, around, said)


def content(place: Place, value: bytes) -> bytes:
    """The body with the raw value in its place; the value may be invalid JSON."""
    if place.where == "whole":
        return value
    if place.where == "key":
        return fitting(place)[:-1] + b", " + value + b": 1}"
    body = copy.deepcopy(place.base) | _fresh(place)
    inner = body
    for step in place.steps[:-1]:
        inner = inner[step]
    inner[place.steps[-1]] = _HERE
    return json.dumps(body).encode().replace(b'"%s"' % _HERE.encode(), value)


def fitting(place: Place) -> bytes:
    """A valid body."""
    return json.dumps(place.base | _fresh(place)).encode()


def _fresh(place: Place) -> dict[str, str]:
    """Give the row unique names."""
    return {name: f"Water {uuid4()}" for name in ("title", "name") if name in place.base}


def in_address(text: str) -> bytes:
    """Percent-encode a text for a path or a query."""
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="").encode()

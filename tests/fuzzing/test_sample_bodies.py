"""The bodies of tests: examples of the contract without what only answers have, or simple valid values."""

from typing import Any

import pytest

from freehold.contract.operations.inference import operations
from freehold.contract.samples.maker import is_valid
from freehold.fuzzing.bodies.sample_bodies import compose, mark_texts, sample_bodies, shown_in, vary
from freehold.reading.document import Document
from freehold.reading.yaml_parser import SourceLocation
from freehold.testing.requests import sample_parameter

FIRST = {"name": "Ada", "born": "2001-02-03"}
ROW = {"id": 7, "name": "Ada"}
SECOND = {"name": "Bo", "born": "2001-02-04"}
PERSON: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "born"],
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 40},
        "born": {"type": "string", "format": "date"},
        "kind": {"type": "string", "enum": ["a", "b"]},
    },
}


def document(schema: Any, **media: Any) -> Document:
    """A contract with one operation whose body has a schema."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}, **media}}
    post = {
        "operationId": "createPerson",
        "requestBody": {"required": True, "content": content},
        "responses": {"201": {"description": "It."}},
    }
    root = {
        "openapi": "3.1.0",
        "paths": {"/p": {"post": post}},
        "components": {"schemas": {"Person": schema}},
    }
    return Document("contract.yaml", root, {"": SourceLocation("contract.yaml", 1, 1, "")})


def bodies(schema: Any, **media: Any) -> list[Any]:
    (operation,) = operations(document(schema, **media))
    return list(sample_bodies(operation))


def test_each_example_is_a_body() -> None:
    assert bodies(PERSON, examples={"one": {"value": FIRST}, "two": {"value": SECOND}}) == [FIRST, SECOND]
    assert bodies(PERSON, example=FIRST) == [FIRST]
    assert bodies({**PERSON, "examples": [FIRST, FIRST, SECOND]}) == [FIRST, SECOND]
    assert bodies({**PERSON, "example": SECOND}) == [SECOND]


def test_an_example_loses_what_a_client_cannot_send_and_is_left_out_if_it_is_invalid() -> None:
    assert bodies(PERSON, example={**FIRST, "id": 7}) == [FIRST]
    assert bodies(PERSON, examples={"bad": {"value": {"name": "A"}}, "good": {"value": FIRST}}) == [FIRST]


def test_without_an_example_the_required_properties_have_simple_values() -> None:
    (body,) = bodies(PERSON)

    assert body.keys() == {"name", "born"}


def test_no_body_is_better_than_an_invalid_one() -> None:
    name = {"type": "string", "pattern": "^[A-Z]{3}$", "minLength": 4}

    assert bodies({**PERSON, "properties": {**PERSON["properties"], "name": name}}) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 5, "maximum": 9},
        {"type": "integer", "exclusiveMinimum": 5},
        {"type": "integer", "maximum": -3},
        {"type": "integer", "multipleOf": 7, "minimum": 1},
        {"type": "number", "exclusiveMaximum": 0},
        {"type": ["null", "string"], "format": "email"},
        {"type": "string", "maxLength": 3, "minLength": 3},
        {"enum": [None, 3]},
        {"const": "fixed"},
        {
            "oneOf": [
                {"type": "object", "required": ["a"], "properties": {"a": {"const": 1}}},
                {"type": "null"},
            ]
        },
        {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]},
        {"type": "array", "minItems": 2, "items": {"type": "string", "format": "date-time"}},
        {"allOf": [{"type": "object", "required": ["a"], "properties": {"a": {"type": "boolean"}}}]},
        {"type": "string", "format": "uri"},
        {"type": "string", "format": "ipv6"},
        {"type": "string", "format": "duration"},
        {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"},
        {"type": "string", "pattern": "^[A-Z]+$", "example": "ABC"},
    ],
    ids=str,
)
def test_a_simple_value_is_valid(schema: dict[str, Any]) -> None:
    node = document(schema).node_at("/components/schemas/Person")
    assert node is not None

    assert is_valid(node, compose(node))


def test_texts_are_marked_where_any_text_will_do() -> None:
    node = document(PERSON).node_at("/components/schemas/Person")
    assert node is not None

    marked, words = mark_texts(node, {**FIRST, "kind": "a"})

    assert len(words) == 1
    assert words[0] in marked["name"]
    assert (marked["born"], marked["kind"]) == (FIRST["born"], "a")
    assert is_valid(node, marked)


def test_unique_values_vary_within_their_schema() -> None:
    node = document(PERSON).node_at("/components/schemas/Person")
    assert node is not None

    made = [vary(node, {**FIRST, "kind": "a"}, {"name", "born", "kind", "gone"}) for _ in range(5)]

    assert len({body["name"] for body, _ in made}) == 5
    for body, texts in made:
        assert is_valid(node, body)
        assert body["kind"] == "b"
        assert set(texts) == {body["name"], body["born"]}


@pytest.mark.parametrize(
    "answer", [ROW, {"data": ROW}, {"status": 200, "data": ROW}, {"meta": {"id_": 1}, "row": ROW, "ok": True}]
)
def test_the_row_of_an_answer_is_found_in_its_envelope(answer: Any) -> None:
    schema = {"type": "object", "x-resource": {}, "properties": {"id": {"type": "integer"}}}
    resource = document(schema).node_at("/components/schemas/Person")

    assert resource is not None
    assert shown_in(answer, resource) == ROW


@pytest.mark.parametrize(("place", "expected"), [("query", "/a"), ("path", "b")])
def test_a_path_has_no_example_with_a_slash(place: str, expected: str) -> None:
    whole = document(PERSON)
    item = whole.root["paths"]["/p"]
    item["parameters"] = [{"name": "p", "in": place, "example": "/a", "schema": {"enum": ["b", "/a"]}}]
    parameter = whole.node_at("/paths/~1p/parameters/0")

    assert parameter is not None
    assert sample_parameter(parameter) == expected

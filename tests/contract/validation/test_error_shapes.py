"""An error is told in the shape that an operation declares, by what the names of its properties mean."""

from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest

from freehold.contract.problems.possible_problems import sample_problem
from freehold.contract.validation.problem_details.error_shapes import fill_shape
from freehold.contract.validation.validators import ContractSchemas

SCHEMA = "/components/schemas/Error"
TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
TIME = {"type": "string", "format": "date-time"}
REQUEST = {"time": "2026-03-02T09:30:00Z", "path": "/tasks/1"}
DETAIL, FAULT = "A sentence for the client.", "Must be shorter."


def an_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": [*properties], "properties": properties}


def filled(schema: dict[str, Any], status: int) -> Any:
    document = {"openapi": "3.1.0", "components": {"schemas": {"Error": schema, "Row": ROW}}}
    schemas = ContractSchemas(document)
    body = fill_shape(schemas, SCHEMA, sample_problem(status), REQUEST)
    assert body is None or schemas.validator(SCHEMA).is_valid(body)
    return body


SCHEMA_OF_ROW = "#/components/schemas/Row"
ROW = {
    "type": "object",
    "required": ["title"],
    "properties": {"title": TEXT, "status": TEXT, "description": TEXT},
}
ENTRIES = an_object(field=TEXT, message=TEXT)
SHAPES = {
    "a number and a text": (an_object(code=NUMBER, message=TEXT), {"code": 404, "message": DETAIL}),
    "a code beside a text": (
        an_object(error=TEXT, message=TEXT),
        {"error": "not_found", "message": DETAIL},
    ),
    "OAuth 2": (
        an_object(error=TEXT, error_description=TEXT),
        {"error": "not_found", "error_description": DETAIL},
    ),
    "a number, a code and a text": (
        an_object(statusCode=NUMBER, error=TEXT, message=TEXT),
        {"statusCode": 404, "error": "not_found", "message": DETAIL},
    ),
    "an object with a status in words": (
        an_object(error=an_object(code=NUMBER, message=TEXT, status=TEXT)),
        {"error": {"code": 404, "message": DETAIL, "status": "404"}},
    ),
    "a flag": (
        an_object(success={"type": "boolean", "enum": [False]}, error=TEXT),
        {"success": False, "error": DETAIL},
    ),
    "JSON:API": (
        an_object(errors={"type": "array", "items": an_object(status=TEXT, title=TEXT, detail=TEXT)}),
        {"errors": [{"status": "404", "title": "Not Found", "detail": DETAIL}]},
    ),
    "a type that is a URI": (
        an_object(type={"type": "string", "format": "uri"}, detail=TEXT) | {"additionalProperties": False},
        {"type": "about:blank", "detail": DETAIL},
    ),
    "an array": (
        {"type": "array", "items": an_object(error=TEXT, message=TEXT)},
        [{"error": "not_found", "message": DETAIL}],
    ),
    "Spring": (
        an_object(timestamp=TIME, status=NUMBER, error=TEXT, message=TEXT, path=TEXT),
        {
            "timestamp": REQUEST["time"],
            "status": 404,
            "error": "not_found",
            "message": DETAIL,
            "path": REQUEST["path"],
        },
    ),
    "a time and a path inside, which may be null": (
        an_object(error=an_object(message=TEXT, path={"type": ["string", "null"]}, timestamp=TIME)),
        {"error": {"message": DETAIL, "path": REQUEST["path"], "timestamp": REQUEST["time"]}},
    ),
    "a code and a level that have no choice": (
        an_object(code={"type": "string", "enum": ["gone"]}, level={"const": 7}, message=TEXT),
        {"code": "gone", "level": 7, "message": DETAIL},
    ),
    "an envelope": (
        {
            "type": "object",
            "properties": {
                "data": an_object(code=NUMBER, message=TEXT, errors={"type": "array", "items": TEXT})
                | {"additionalProperties": False},
                "status": TEXT,
            },
        },
        {"data": {"code": 404, "message": DETAIL, "errors": [DETAIL]}, "status": "404"},
    ),
    "an envelope with nothing in it": (
        an_object(isSuccess={"type": "boolean"}, message=TEXT, result={"type": ["object", "null"]}),
        {"isSuccess": False, "message": DETAIL, "result": None},
    ),
    "a flag of an error": (
        an_object(error={"type": "boolean"}, message=TEXT),
        {"error": True, "message": DETAIL},
    ),
    "JSend": (
        an_object(status={"enum": ["success", "fail", "error"]}, message=TEXT),
        {"status": "fail", "message": DETAIL},
    ),
    "a status in capitals": (
        an_object(status={"enum": ["SUCCESS", "ERROR"]}, message=TEXT),
        {"status": "ERROR", "message": DETAIL},
    ),
    "one word under a name of an envelope": (
        an_object(result={"enum": ["error"]}, message=TEXT),
        {"result": "error", "message": DETAIL},
    ),
    "a row that may be missing": (
        {**an_object(message=TEXT), "properties": {"message": TEXT, "data": {"$ref": SCHEMA_OF_ROW}}},
        {"message": DETAIL},
    ),
    "a message in an envelope": (
        an_object(status=NUMBER, message=TEXT, data=an_object(message=TEXT)),
        {"status": 404, "message": DETAIL, "data": {"message": DETAIL}},
    ),
    "parts": (
        {"allOf": [an_object(message=TEXT), an_object(requestId=TEXT)]},
        {"message": DETAIL, "requestId": "urn:request:1"},
    ),
}


@pytest.mark.parametrize(("schema", "body"), SHAPES.values(), ids=SHAPES)
def test_the_properties_say_what_the_problem_says(schema: dict[str, Any], body: Any) -> None:
    assert filled(schema, 404) == body


STYLES: list[Callable[[str], str]] = [
    lambda phrase: phrase.upper().replace(" ", "_"),
    lambda phrase: phrase.lower().replace(" ", "-"),
    lambda phrase: phrase.title().replace(" ", ""),
    lambda phrase: phrase,
]


@pytest.mark.parametrize("style", STYLES, ids=["NOT_FOUND", "not-found", "NotFound", "Not found"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 503])
def test_a_listed_code_is_the_one_of_the_status(status: int, style: Callable[[str], str]) -> None:
    phrases = {known: HTTPStatus(known).phrase.capitalize() for known in HTTPStatus if known >= 400}
    codes = {known: style(phrase) for known, phrase in phrases.items()}
    schema = an_object(error=an_object(code={"type": "string", "enum": [*codes.values()]}, message=TEXT))

    assert filled(schema, status)["error"]["code"] == codes[HTTPStatus(status)]


@pytest.mark.parametrize(
    ("status", "words", "expected"),
    [
        (422, ["BAD_REQUEST", "VALIDATION_ERROR"], "VALIDATION_ERROR"),
        (500, ["INTERNAL_ERROR", "NOT_FOUND"], "INTERNAL_ERROR"),
        (401, ["UNAUTHENTICATED", "FORBIDDEN"], "UNAUTHENTICATED"),
        (429, ["RATE_LIMITED", "OTHER"], "RATE_LIMITED"),
    ],
)
def test_a_listed_code_can_be_another_word_for_it(status: int, words: list[str], expected: str) -> None:
    assert filled(an_object(code={"enum": words}, message=TEXT), status)["code"] == expected


def test_each_fault_is_an_entry_of_an_array() -> None:
    assert filled({"type": "array", "items": ENTRIES}, 422) == [{"field": "name", "message": FAULT}]


def test_the_path_of_an_entry_is_the_place_of_the_fault() -> None:
    entries = {"type": "array", "items": an_object(path=TEXT, message=TEXT)}

    assert filled(an_object(message=TEXT, path=TEXT, errors=entries), 422) == {
        "message": DETAIL,
        "path": REQUEST["path"],
        "errors": [{"path": "name", "message": FAULT}],
    }


@pytest.mark.parametrize("name", ["errors", "violations", "validationErrors"])
def test_each_fault_is_an_entry_with_its_place(name: str) -> None:
    schema = an_object(message=TEXT, **{name: {"type": "array", "items": ENTRIES}})

    assert filled(schema, 422) == {"message": DETAIL, name: [{"field": "name", "message": FAULT}]}


@pytest.mark.parametrize(
    "schema",
    [
        an_object(message=TEXT, docs=TEXT),
        an_object(message=TEXT, data=an_object(message=TEXT, title=TEXT)),
        an_object(message=TEXT, code={"enum": ["CONFLICT", "FORBIDDEN"]}),
        an_object(name=TEXT),
        an_object(status=NUMBER) | {"additionalProperties": False},
        an_object(code={"type": "string", "enum": ["gone", "lost"]}),
        an_object(message=TEXT, status={"enum": [500]}),
        an_object(message=TEXT, success={"const": True}),
        an_object(message=TEXT, url=TEXT),
        an_object(data=an_object(title=TEXT, done={"type": "boolean"}), status=TEXT),
        an_object(task=an_object(id=TEXT, title=TEXT, message=TEXT), status=TEXT),
        an_object(message=TEXT, data=an_object(id=TEXT)),
        an_object(message=TEXT, status={"enum": ["success", "done"]}),
        an_object(task=ROW),
        an_object(data=ROW, status=TEXT),
        {"allOf": [an_object(message=TEXT), an_object(expires=TIME)]},
        an_object(message=TEXT, timestamp=NUMBER),
        an_object(message=TEXT, timestamp={"type": "string", "format": "date"}),
        {"type": "array", "items": ENTRIES},
    ],
    ids=str,
)
def test_what_a_problem_does_not_say_is_not_made_up(schema: dict[str, Any]) -> None:
    assert filled(schema, 404) is None


def a_map(values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


TEXTS = {"type": "array", "items": TEXT}
BY_NAME = {
    "texts": (a_map(TEXTS), {"name": [FAULT]}, {"body": [DETAIL]}),
    "a text": (a_map(TEXT), {"name": FAULT}, {"body": DETAIL}),
    "all of them": (TEXTS, [f"name: {FAULT}"], [DETAIL]),
    "the body": (an_object(body=TEXTS), {"body": [f"name: {FAULT}"]}, {"body": [DETAIL]}),
}


@pytest.mark.parametrize("name", ["errors", "fields", "violations"])
@pytest.mark.parametrize(("schema", "faults", "whole"), BY_NAME.values(), ids=BY_NAME)
def test_faults_have_the_names_of_what_is_wrong(
    name: str, schema: dict[str, Any], faults: Any, whole: Any
) -> None:
    alone, beside = an_object(**{name: schema}), an_object(**{name: schema, "message": TEXT})

    assert filled(alone, 422) == {name: faults}
    assert filled(beside, 422) == {name: faults, "message": DETAIL}
    assert filled(alone, 404) == {name: whole}
    assert filled(beside, 404)["message"] == DETAIL
    assert filled(beside, 404)[name] == ({} if "additionalProperties" in schema else whole)


def of_kind(kind: str, **others: Any) -> dict[str, Any]:
    return an_object(type={"type": "string", "enum": [kind]}, message=TEXT, **others)


ALTERNATIVES = {
    "the kind of the error": (
        [of_kind("conflict"), an_object(title=TEXT), of_kind("not_found")],
        {"type": "not_found", "message": DETAIL},
    ),
    "a code inside": (
        [an_object(error=an_object(code={"const": code}, message=TEXT)) for code in ("LOCKED", "NOT_FOUND")],
        {"error": {"code": "NOT_FOUND", "message": DETAIL}},
    ),
    "no kind": (
        [of_kind("conflict"), an_object(statusCode=NUMBER, message=TEXT)],
        {"statusCode": 404, "message": DETAIL},
    ),
    "what can be filled": (
        [of_kind("not_found", help=TEXT), an_object(help=TEXT), an_object(code=NUMBER, message=TEXT)],
        {"code": 404, "message": DETAIL},
    ),
    "an alternative inside": (
        [an_object(help=TEXT), {"oneOf": [an_object(docs=TEXT), an_object(reason=TEXT)]}],
        {"reason": DETAIL},
    ),
    "nothing but other kinds": ([of_kind("conflict"), of_kind("gone")], None),
    "itself": ([{"$ref": f"#{SCHEMA}"}, an_object(reason=TEXT)], {"reason": DETAIL}),
}


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
@pytest.mark.parametrize(("schemas", "body"), ALTERNATIVES.values(), ids=ALTERNATIVES)
def test_an_error_is_the_alternative_that_says_what_it_is(
    keyword: str, schemas: list[dict[str, Any]], body: Any
) -> None:
    assert filled({keyword: schemas}, 404) == body


def test_a_percent_encoded_reference_is_followed() -> None:
    part = an_object(code=NUMBER, message=TEXT, status=TEXT)
    schema = an_object(error={"$ref": "#/components/schemas/Error/x-parts/a%20part"}) | {
        "x-parts": {"a part": part}
    }

    assert filled(schema, 404) == {"error": {"code": 404, "message": DETAIL, "status": "404"}}


def test_a_recursive_error_is_read_in_little_time() -> None:
    recursive = an_object(message=TEXT) | {"required": ["message"]}
    recursive["properties"] |= {f"p{number}": {"$ref": f"#{SCHEMA}/oneOf/0"} for number in range(60)}
    schema = {"oneOf": [recursive, an_object(code=NUMBER, help=TEXT)]}
    document = {"openapi": "3.1.0", "components": {"schemas": {"Error": schema}}}
    schemas, read = ContractSchemas(document), Counter[str]()
    at = schemas.at

    def count(pointer: str) -> Any:
        read["schemas"] += 1
        return at(pointer)

    object.__setattr__(schemas, "at", count)
    assert fill_shape(schemas, SCHEMA, sample_problem(404), REQUEST) == {"message": DETAIL}
    assert read["schemas"] < 1000

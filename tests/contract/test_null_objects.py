"""An object that can be null is an object where a row or a body is one. Null stays where a value can be."""

from typing import Any

import pytest
import yaml

from freehold.contract.rows.column_types import is_nullable
from freehold.rules import registry
from tests.support.contracts import SAMPLE, Load, build_api_model

OBJECT: dict[str, Any] = {"type": "object", "properties": {"city": {"type": "string"}}}
NULLS: dict[str, list[dict[str, Any]]] = {
    "3.1.0": [{"type": ["object", "null"]}, {"type": ["null", "object"]}],
    "3.0.3": [{"type": "object", "nullable": True}, {"nullable": True}],
}
SPELLINGS = [(version, words) for version, every in NULLS.items() for words in every]
MEDIA = "application/json"


def root_of(version: str) -> dict[str, Any]:
    root: dict[str, Any] = yaml.safe_load(SAMPLE)
    root["openapi"] = version
    return root


@pytest.mark.parametrize(("version", "words"), SPELLINGS)
@pytest.mark.parametrize("name", ["Task", "TaskCreate"])
def test_a_row_and_a_body_are_objects(load: Load, version: str, words: dict[str, Any], name: str) -> None:
    root = root_of("3.1.0")
    names = {schema for schema in root["components"]["schemas"] if schema.startswith(name)}
    for schema in names:
        root["components"]["schemas"][schema] |= words
        if "type" not in words:
            root["components"]["schemas"][schema].pop("type")
    before = build_api_model(load(SAMPLE)).resources[0]

    document = load(yaml.safe_dump(root))

    registry.check(document)
    found = build_api_model(document).resources[0]
    assert {o.name: o.is_custom for o in found.operations} == {o.name: o.is_custom for o in before.operations}
    (note,) = (note.message for note in document.notes if "no row, no answer and no body" in note.message)
    assert note.split()[0] in names


@pytest.mark.parametrize(("version", "words"), SPELLINGS)
@pytest.mark.parametrize("reference", ["property", "items", "map"])
def test_null_stays_where_a_value_can_be(
    load: Load, version: str, words: dict[str, Any], reference: str
) -> None:
    root, target = root_of(version), {"$ref": "#/components/schemas/Place"}
    root["components"]["schemas"]["Place"] = OBJECT | words
    holder = {
        "property": {"type": "object", "properties": {"place": target}},
        "items": {"type": "array", "items": target},
        "map": {"type": "object", "additionalProperties": target},
    }[reference]
    answer = {"description": "D", "content": {MEDIA: {"schema": holder}}}
    root["paths"]["/places"] = {"get": {"operationId": "places", "responses": {"200": answer}}}

    document = load(yaml.safe_dump(root))

    shown = yaml.safe_dump([document.root["paths"]["/places"], document.root["components"]])
    place = "allOf:" if version.startswith("3.0") else "anyOf:"
    assert place in shown
    assert "null" not in str(document.root["components"]["schemas"]["Place"])


TITLE = {"type": "string", "minLength": 1, "maxLength": 200}
BODY = {"$ref": "#/components/schemas/TaskCreate"}


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [BODY, {"type": "null"}]},
        {"oneOf": [{"type": "null"}, BODY]},
        {"type": ["object", "null"], "required": ["title"], "properties": {"title": TITLE}},
        {"$ref": "#/components/schemas/Maybe"},
    ],
    ids=str,
)
def test_a_body_is_never_null(load: Load, schema: dict[str, Any]) -> None:
    root = root_of("3.1.0")
    schemas = root["components"]["schemas"]
    name = next(word for word in schemas if word != "Task" and "title" in str(schemas[word]))
    text = yaml.safe_dump(schema).replace("TaskCreate", name)
    root["components"]["schemas"]["Maybe"] = {
        "anyOf": [{"$ref": f"#/components/schemas/{name}"}, {"type": "null"}]
    }
    post = root["paths"]["/api/tasks"]["post"]
    post["requestBody"]["content"][MEDIA]["schema"] = yaml.safe_load(text)

    document = load(yaml.safe_dump(root))

    (operation,) = (o for o in build_api_model(document).resources[0].operations if o.http_method == "post")
    assert not operation.is_custom
    assert "null" not in str(document.root["paths"]["/api/tasks"]["post"]["requestBody"])


@pytest.mark.parametrize(
    "place",
    [
        {"$ref": "#/components/schemas/Place"},
        {"allOf": [{"$ref": "#/components/schemas/Place"}], "description": "D"},
        {"$ref": "#/components/schemas/Alias"},
    ],
    ids=str,
)
@pytest.mark.parametrize(("version", "words"), SPELLINGS)
def test_null_stays_however_a_value_refers_to_it(
    load: Load, version: str, words: dict[str, Any], place: dict[str, Any]
) -> None:
    root = root_of(version)
    root["components"]["schemas"]["Place"] = OBJECT | words
    root["components"]["schemas"]["Alias"] = {"$ref": "#/components/schemas/Place"}
    root["components"]["schemas"]["Task"]["properties"]["place"] = place

    document = load(yaml.safe_dump(root))

    prop = document.root_node.get_path("components", "schemas", "Task", "properties", "place")
    assert prop is not None
    assert is_nullable(prop)


def test_other_choices_beside_a_reference_stay(load: Load) -> None:
    root, choices = root_of("3.1.0"), [{"required": ["city"]}, {"required": ["street"]}]
    root["components"]["schemas"]["Place"] = OBJECT | {"type": ["object", "null"]}
    place = {"$ref": "#/components/schemas/Place", "anyOf": choices}
    root["components"]["schemas"]["Task"]["properties"]["place"] = place

    shown = load(yaml.safe_dump(root)).root["components"]["schemas"]["Task"]["properties"]["place"]

    assert shown["allOf"] == [{"anyOf": choices}]
    assert shown["anyOf"] == [{"$ref": "#/components/schemas/Place"}, {"type": "null"}]

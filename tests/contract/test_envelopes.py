"""What an envelope says beside its row or its page: each property of which the service knows the value."""

import json
from itertools import combinations, product
from typing import Any

import pytest
import yaml

from freehold.contract.effective_contract import build_effective_contract
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.ground.problems import ContractError
from freehold.rules import registry
from tests.support.contracts import SAMPLE, Load, build_api_model
from tests.support.thoroughness import sampled

KNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "message": ({"type": "string"}, '"message": "The task."'),
    "msg": ({"type": "string", "example": "Found"}, '"msg": "Found"'),
    "status": ({"type": "integer", "example": 201}, '"status": 200'),
    "statusCode": ({"type": "integer", "description": "of HTTP"}, '"status_code": 200'),
    "code": ({"type": "integer", "example": 0}, '"code": 0'),
    "success": ({"type": "boolean"}, '"success": True'),
    "error": ({"type": "boolean", "example": True}, '"error": False'),
    "kind": ({"enum": ["task"]}, '"kind": "task"'),
    "version": ({"const": 2}, '"version": 2'),
    "httpStatus": ({"type": "integer", "format": "int32", "readOnly": True}, '"http_status": 200'),
    "Status": ({"type": "string", "enum": ["FAILED", "SUCCESS"]}, '"status": "SUCCESS"'),
    "errors": ({"type": ["array", "null"], "items": {"type": "string"}}, '"errors": None'),
    "meta": ({"type": ["object", "null"]}, '"meta": None'),
}
UNKNOWN: dict[str, dict[str, Any]] = {
    "message": {"type": "string", "format": "date-time"},
    "msg": {"type": "string", "maxLength": 3},
    "status": {"type": "string"},
    "state": {"type": "string", "example": "success"},
    "code": {"type": "integer"},
    "success": {"type": "string"},
    "timestamp": {"type": "string", "format": "date-time"},
    "total": {"type": "integer"},
    "user": {"type": "object"},
    "kind": {"enum": ["task", "note"]},
    "version": {"type": "string", "const": "abc", "maxLength": 2},
}
PLACES = ("get", "list", "page")
PAIRS = [pair for pair in combinations(KNOWN, 2) if len({name.lower() for name in pair}) == len(pair)]


def enveloped(place: str, beside: dict[str, Any]) -> dict[str, Any]:
    """The sample with an envelope around the answer of an operation; all of its properties are required."""
    root: dict[str, Any] = yaml.safe_load(SAMPLE)
    path = "/api/tasks/{task_id}" if place == "get" else "/api/tasks"
    operation = root["paths"][path]["get"]
    part: dict[str, Any] = {"$ref": f"#/components/schemas/{'Task' if place == 'get' else 'TaskPage'}"}
    if place == "list":
        part = {"type": "array", "items": {"$ref": "#/components/schemas/Task"}}
    schema = {"type": "object", "required": [*beside, "data"], "properties": {**beside, "data": part}}
    root["components"]["schemas"]["Envelope"] = schema
    answer = {"$ref": "#/components/schemas/Envelope"}
    operation["responses"] = {
        "200": {"description": "The task.", "content": {"application/json": {"schema": answer}}}
    }
    return root


def operation_of(load: Load, root: dict[str, Any], place: str) -> ContractOperation:
    wanted = "getTask" if place == "get" else "listTasks"
    return next(o for o in operations(load(json.dumps(root))) if o.id == wanted)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("names", sampled(PAIRS, every=7))
def test_an_answer_says_what_is_known(load: Load, names: tuple[str, str], place: str) -> None:
    root = enveloped(place, {name: KNOWN[name][0] for name in names})
    model = build_api_model(load(json.dumps(root))).resources[0]
    wanted = "get_task" if place == "get" else "list_tasks"
    operation = next(o for o in model.operations if o.name == wanted)
    fields = operation.pagination.other_fields if operation.pagination else ()
    said = str(operation.answer_start) + "".join(f'"{name}": {value}, ' for name, value in fields)
    for name in names:
        assert KNOWN[name][1] in said.replace("'", '"')


@pytest.mark.parametrize(
    ("name", "place"),
    [case for case in product(UNKNOWN, PLACES) if case != ("total", "list")],  # that of a page is known
)
def test_a_value_that_is_not_known_is_refused(load: Load, name: str, place: str) -> None:
    with pytest.raises(ContractError) as refused:
        build_api_model(load(json.dumps(enveloped(place, {name: UNKNOWN[name]}))))
    assert {problem.code for problem in refused.value.problems} & {"FH304", "FH502"}


@pytest.mark.parametrize("place", PLACES)
def test_what_is_left_out_is_told_and_what_is_sent_is_required(load: Load, place: str) -> None:
    root = enveloped(place, {"timestamp": {"type": "string", "format": "date-time"}})
    del root["components"]["schemas"]["Envelope"]["required"]
    document = load(json.dumps(root))
    effective = build_effective_contract(document)
    if place != "list":
        assert effective.root["components"]["schemas"]["Envelope"]["required"] == ["data"]
        told = [note.message for note in document.notes]
        assert any("never sends timestamp" in what for what in told), told


@pytest.mark.parametrize("name", ["error", "meta", "path", "Path", "errors"])
def test_the_only_property_is_the_row_whatever_its_name(load: Load, name: str) -> None:
    root = enveloped("get", {})
    schema = root["components"]["schemas"]["Envelope"]
    schema |= {"required": [name], "properties": {name: schema["properties"]["data"]}}
    assert operation_of(load, root, "get").kind == "get"
    build_api_model(load(json.dumps(root)))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("names", [("status", "Status"), ("Data",), ("_data",)])
def test_two_properties_with_one_name_in_python_are_refused(
    load: Load, names: tuple[str, ...], place: str
) -> None:
    beside: dict[str, Any] = {name: {"const": name} for name in names}
    if "_data" in names:
        beside |= {"data_": {"const": 1}}

    with pytest.raises(ContractError) as refused:
        build_api_model(load(json.dumps(enveloped(place, beside))))
    assert {problem.code for problem in refused.value.problems} & {"FH304", "FH502"}


@pytest.mark.parametrize(
    ("beside", "is_taken"),
    [
        ({"status": {"type": "integer"}}, False),
        ({"message": {"type": "string"}}, False),
        ({"message": {"type": "string", "example": "Stored"}, "success": {"type": "boolean"}}, True),
    ],
)
def test_a_put_with_two_statuses_says_none_of_them_in_its_envelope(
    load: Load, beside: dict[str, Any], *, is_taken: bool
) -> None:
    root = enveloped("get", beside)
    task = root["components"]["schemas"]["Task"]
    task["x-resource"] |= {"id": "title"}
    task["required"] = ["title"]
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/Task"}}}
    answer = root["paths"]["/api/tasks/{task_id}"]["get"]["responses"]["200"]
    item: dict[str, Any] = {"get": {"operationId": "getTask", "responses": {"200": answer}}}
    put = {"operationId": "putTask", "requestBody": {"required": True, "content": body}}
    item["put"] = put | {"responses": {"200": answer, "201": answer}}
    item["parameters"] = [
        {"name": "title", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 200}}
    ]
    root["paths"] = {"/api/tasks": {"x-resource": "Task"}, "/api/tasks/{title}": item}
    document = load(json.dumps(root))

    found = [problem.message for problem in registry.problems_of("FH304", document)]

    assert found == ([] if is_taken else ["the envelope of putTask says the status, which is 200 or 201"])


def deleting(beside: dict[str, Any], *, required: bool = True) -> dict[str, Any]:
    """The sample with a DELETE that answers an object."""
    root: dict[str, Any] = yaml.safe_load(SAMPLE)
    schema = {"type": "object", "properties": beside} | ({"required": [*beside]} if required else {})
    root["components"]["schemas"]["Message"] = schema
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Message"}}}
    delete = root["paths"]["/api/tasks/{task_id}"]["delete"]
    delete["responses"] = {"200": {"description": "The task.", "content": content}}
    return root


def deletion(load: Load, root: dict[str, Any]) -> Any:
    model = build_api_model(load(json.dumps(root))).resources[0]
    return next(operation for operation in model.operations if operation.http_method == "delete")


@pytest.mark.parametrize("name", KNOWN)
def test_a_delete_says_what_is_known(load: Load, name: str) -> None:
    schema, said = KNOWN[name]
    found = deletion(load, deleting({name: schema, "note": {"const": "gone"}}))

    assert not found.is_custom
    assert str(found.message).replace("'", '"') == f'build_response(Message, {{{said}, "note": "gone"}})'


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_delete_that_says_more_is_left_to_people(load: Load, name: str) -> None:
    assert deletion(load, deleting({name: UNKNOWN[name], "ok": {"type": "boolean"}})).is_custom


@pytest.mark.parametrize("beside", [{}, {"errors": {"type": "array"}}, {"meta": {"type": "object"}}], ids=str)
def test_a_delete_that_says_nothing_is_left_to_people(load: Load, beside: dict[str, Any]) -> None:
    assert deletion(load, deleting(beside, required=False)).is_custom


def test_a_delete_with_two_properties_of_one_name_is_left_to_people(load: Load) -> None:
    beside = {"is-success": {"const": 1}, "is_success": {"type": "boolean"}}
    assert deletion(load, deleting(beside)).is_custom

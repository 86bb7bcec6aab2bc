"""Each example of the served document is true, and those of an operation tell one story."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from freehold.contract.effective_contract import build_effective_contract
from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import page_parameters
from freehold.contract.resources import resources
from freehold.contract.rows.hidden_parts import hidden_paths
from freehold.contract.rows.shown_rows import shown_row
from freehold.contract.validation.validators import ContractSchemas
from freehold.publishing.served_document import build_served_document
from freehold.publishing.tree import objects, resolve
from generated.runtime.rows.values import hide_parts
from tests.publishing.documents import CONTRACTS, effective, every_contract
from tests.publishing.test_operations import operations_of, served
from tests.support.contracts import Load, changed
from tests.support.service import Service

TASKS = "/api/tasks"
Media = dict[str, Any]


def examples_in(part: dict[str, Any]) -> Iterator[Any]:
    if "example" in part:
        yield part["example"]
    named = part.get("examples", {})
    yield from (entry["value"] for entry in named.values()) if isinstance(named, dict) else named


def contents(root: dict[str, Any], operation: dict[str, Any]) -> Iterator[tuple[str, Media]]:
    """The media types of the request body and of the success responses."""
    parts = [("body", operation.get("requestBody", {}))]
    parts += [(status, part) for status, part in operation["responses"].items() if status[0] == "2"]
    for what, part in parts:
        for media in resolve(root, part).get("content", {}).values():
            yield what, media


@every_contract
def test_every_example_is_valid(name: str) -> None:
    root = served(name)
    schemas = ContractSchemas(root)
    pointers = {id(part): pointer for pointer, part in walk(root, "")}
    judged = 0

    for kind, part in objects(root):
        if kind == "schema":
            for example in examples_in(part):
                assert schemas.validator(pointers[id(part)]).is_valid(example), example
        elif "schema" in part and kind in ("media", "parameter", "header"):
            for example in examples_in(part):
                assert schemas.validator(f"{pointers[id(part)]}/schema").is_valid(example), example
                judged += 1

    assert judged > 10


def walk(part: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    if isinstance(part, dict):
        yield pointer, part
        for key, inner in part.items():
            yield from walk(inner, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(part, list):
        for index, inner in enumerate(part):
            yield from walk(inner, f"{pointer}/{index}")


@every_contract
def test_everything_has_an_example(name: str) -> None:
    root = served(name)
    cursors = {
        (operation.id, cursor.get_value("name"))
        for operation in operations(effective(name))
        if (cursor := page_parameters(operation).get("cursor"))
    }

    files = {
        (operation.id, what)
        for operation in operations(effective(name))
        for what, is_file in (("body", operation.takes_file), ("200", operation.answers_file))
        if is_file
    }

    for _, operation in operations_of(root):
        for reference in operation.get("parameters", ()):
            parameter = resolve(root, reference)
            is_cursor = (operation["operationId"], parameter["name"]) in cursors
            assert ("example" in parameter or "examples" in parameter) != is_cursor, parameter
        for what, media in contents(root, operation):
            is_file = (operation["operationId"], what) in files
            assert is_file or [*examples_in(media)], (operation["operationId"], what)


@every_contract
def test_an_answer_shows_what_was_sent(name: str) -> None:
    root = served(name)
    told = 0

    for operation in operations(effective(name)):
        shown = dict(contents(root, root["paths"][operation.path][operation.method]))
        success = operation.success_response()
        if operation.kind == "create" and success is not None:
            resource = resources(effective(name))[str(operation.resource)]
            sent, answer = deepcopy(next(examples_in(shown["body"]))), next(examples_in(shown[success[0]]))
            written, row = operation.written_row(), shown_row(operation.response_schema(), resource)
            sent = sent[written.envelope] if written and written.envelope else sent
            answer = answer[row.envelope] if row and row.envelope else answer
            for key, paths in hidden_paths(resource).items():
                hide_parts(sent.get(key), paths)
            common = sent.keys() & answer.keys()
            assert {word: answer[word] for word in common} == {word: sent[word] for word in common}
            told += len(common)

    assert told > 0


@every_contract
def test_the_examples_are_the_same_each_time(name: str) -> None:
    assert json.dumps(served(name), default=str) == json.dumps(served(name), default=str)


def test_an_untrue_example_leaves_the_served_document(load: Load) -> None:
    contract = build_effective_contract(load(changed()))
    schemas = contract.root["components"]["schemas"]
    schemas["TaskCreate"]["examples"] = [{"title": ""}, {"title": "True"}, {"titel": "x"}]
    schemas["TaskReplace"]["examples"] = [{"title": 1}]
    contract.root["paths"][TASKS]["get"]["parameters"][0]["example"] = 0
    body = contract.root["paths"][TASKS]["post"]["requestBody"]["content"]["application/json"]
    body["examples"] = {"bad": {"value": {"title": 7}}, "good": {"value": {"title": "Mine"}}}

    root = build_served_document(contract).root

    schemas = root["components"]["schemas"]
    assert schemas["TaskCreate"]["examples"] == [{"title": "True"}]
    assert "examples" not in schemas["TaskReplace"]
    assert root["paths"][TASKS]["get"]["parameters"][0]["example"] == 1
    create = root["paths"][TASKS]["post"]
    assert create["requestBody"]["content"]["application/json"]["examples"] == {
        "good": {"value": {"title": "Mine"}}
    }
    assert next(examples_in(create["responses"]["201"]["content"]["application/json"]))["title"] == "Mine"


def test_an_example_of_a_request_becomes_one_of_the_answer(load: Load) -> None:
    contract = build_effective_contract(load(changed()))
    contract.root["components"]["schemas"]["Task"]["examples"] = [{"title": "Mine", "completed": True}]

    root = build_served_document(contract).root

    (example,) = root["components"]["schemas"]["Task"]["examples"]
    assert example | {"title": "Mine", "completed": True} == example
    assert set(example) == set(root["components"]["schemas"]["Task"]["required"])


def test_the_service_accepts_the_examples(service: Service) -> None:
    root = served("tasks")
    with service.user() as client:
        body = next(examples_in(root["paths"][TASKS]["post"]["requestBody"]["content"]["application/json"]))
        created = client.post(TASKS, json=body)
        example = next(
            examples_in(root["paths"][TASKS]["post"]["responses"]["201"]["content"]["application/json"])
        )
        query = {p["name"]: str(p["example"]).lower() for p in root["paths"][TASKS]["get"]["parameters"]}
        listed = client.get(TASKS, params=query)

    assert created.status_code == 201
    assert created.json().keys() == example.keys()
    made = {name: created.json()[name] for name in ("id", "created_at", "updated_at")}
    assert created.json() == example | made
    assert listed.status_code == 200
    page = next(examples_in(dict(contents(root, root["paths"][TASKS]["get"]))["200"]))
    assert listed.json() | {"data": []} == page | {"data": []}
    assert [row["title"] for row in listed.json()["data"]] == [body["title"]]


def test_each_operation_answers_to_its_examples(service: Service) -> None:
    """With the examples as they are, an unknown row is 404; with a parameter more, the request is 422."""
    root = served("tasks")

    for path, item in root["paths"].items():
        for method, operation in item.items():
            given = [resolve(root, parameter) for parameter in operation.get("parameters", ())]
            url = path
            for parameter in given:
                url = url.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
            media = dict(contents(root, operation)).get("body")
            sent = {} if media is None else {"json": next(examples_in(media))}
            with service.user() as client:
                answers = [
                    client.request(method, url, params=query, **sent).status_code
                    for query in ({"unknown": "1"}, {})
                ]
            assert answers == [422, 404 if "{" in path else int(min(operation["responses"]))]
            assert {str(status) for status in answers} <= operation["responses"].keys()


@pytest.mark.parametrize("name", CONTRACTS)
def test_no_number_has_nineteen_digits_and_no_pattern_is_noise(name: str) -> None:
    root = served(name)
    schemas = [part for kind, part in objects(root) if kind == "schema"]

    assert not {2**63 - 1, -(2**63), 2**31 - 1, -(2**31)} & {
        part.get(word) for part in schemas for word in ("minimum", "maximum")
    }
    assert {part["pattern"] for part in schemas if r"\x" in str(part.get("pattern", ""))} == set()


def test_bounds_that_a_team_chose_stay(load: Load) -> None:
    contract = build_effective_contract(load(changed()))
    properties = contract.root["components"]["schemas"]["TaskCreate"]["properties"]
    properties |= {
        "a": {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
        "b": {"type": ["integer", "null"], "minimum": -(2**31), "maximum": 9, "format": "int32"},
        "c": {"type": "integer", "minimum": 1, "maximum": 5},
        "d": {"type": "number", "minimum": -(2**63)},
    }

    shown = build_served_document(contract).root["components"]["schemas"]["TaskCreate"]["properties"]

    assert shown["a"] == {"type": "integer", "minimum": 0, "format": "int64"}
    assert shown["b"] == {"type": ["integer", "null"], "maximum": 9, "format": "int32"}
    assert shown["c"] == {"type": "integer", "minimum": 1, "maximum": 5}
    assert shown["d"] == {"type": "number", "minimum": -(2**63)}

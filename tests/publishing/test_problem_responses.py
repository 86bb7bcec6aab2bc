"""Each declared problem has a name, and an example that the service really answers."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from limits import parse

from freehold.contract.effective_contract import build_effective_contract
from freehold.contract.validation.problem_details.problem_codes import CODES, TITLES
from freehold.contract.validation.validators import ContractSchemas
from freehold.publishing.operations.problem_responses import complete_problems
from freehold.publishing.served_document import build_served_document
from freehold.publishing.tree import resolve
from generated.runtime.http import problems
from generated.runtime.http.content import request_bodies
from generated.runtime.http.preconditions import KeyReused
from generated.runtime.http.rate_limit import TooManyRequests
from tests.publishing.documents import every_contract
from tests.publishing.test_operations import operations_of, served
from tests.support.contracts import Load, changed
from tests.support.service import Service

MEDIA_TYPE = "application/problem+json"
SOME_ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
LIMIT = 1_048_576


def examples_of(media: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: entry["value"] for name, entry in media.get("examples", {}).items()}
    return named | ({"": media["example"]} if "example" in media else {})


def error_responses(root: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The status and the reference of each error response."""
    for _, operation in operations_of(root):
        for status, response in operation["responses"].items():
            if status[0] in "45d":
                yield status, response["$ref"]


def problem_responses(root: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The status and the reference of each error response that is problem details."""
    for status, reference in error_responses(root):
        if MEDIA_TYPE in resolve(root, {"$ref": reference})["content"]:
            yield status, reference


@every_contract
def test_an_error_in_another_shape_has_an_example_of_that_shape(name: str) -> None:
    root = served(name)
    schemas = ContractSchemas(root)
    others = {*error_responses(root)} - {*problem_responses(root)}

    for status, reference in others:
        media = resolve(root, {"$ref": reference})["content"]["application/json"]
        validator = schemas.validator(f"{reference.removeprefix('#')}/content/application~1json/schema")
        found = examples_of(media)
        assert found, (status, reference)
        assert all(validator.is_valid(example) for example in found.values())
    assert bool(others) == (name in ("drf", "fastapi"))


@every_contract
def test_every_problem_is_shared_and_has_an_example(name: str) -> None:
    root = served(name)
    schemas = ContractSchemas(root)

    for status, reference in problem_responses(root):
        media = resolve(root, {"$ref": reference})["content"][MEDIA_TYPE]
        pointer = f"{reference.removeprefix('#')}/content/application~1problem+json/schema"
        found = examples_of(media)
        assert found, reference
        named = resolve(root, media["schema"])["properties"]
        for example in found.values():
            assert example.keys() <= named.keys()
            assert schemas.validator(pointer).is_valid(example)
            assert example["status"] == int(status)
            assert example["title"] == TITLES[int(status)]
            assert example["code"] in CODES[int(status)]


@every_contract
def test_faults_have_a_name_and_a_401_has_a_challenge(name: str) -> None:
    root = served(name)

    for status, reference in problem_responses(root):
        response = resolve(root, {"$ref": reference})
        schema = response["content"][MEDIA_TYPE]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}
        errors = resolve(root, schema)["properties"]["errors"]
        assert errors["items"] == {"$ref": "#/components/schemas/Fault"}
        assert (status == "401") == ("WWW-Authenticate" in response.get("headers", {}))


def _send(client: httpx.Client, status: int, example: Mapping[str, Any]) -> httpx.Response:
    """Cause a problem of the tasks API."""
    task, body = f"/api/tasks/{SOME_ID}", {"Content-Type": "application/json"}
    if status == 401 and example["code"] == "unauthorized":
        del client.headers["Authorization"]
        return client.get("/api/tasks")
    if status == 404:
        return client.get(task)
    if example["code"] == "unsupported_precondition":
        return client.delete(task, headers={"If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"})
    if status == 422 and "parameter" in example["errors"][0]:
        return client.get("/api/tasks?page=0")
    content = {400: b"{", 413: b" " * (LIMIT + 1), 415: b"{}", 422: b"{}"}[status]
    method = "PATCH" if "merge-patch" in example["detail"] else "POST"
    path = task if method == "PATCH" else "/api/tasks"
    headers = {"Content-Type": "text/plain"} if status == 415 else body
    return client.request(method, path, content=content, headers=headers)


def test_the_service_answers_the_examples(service: Service) -> None:
    root = served("tasks")
    tried = set()

    for status, reference in {*problem_responses(root)}:
        media = resolve(root, {"$ref": reference})["content"][MEDIA_TYPE]
        for example in examples_of(media).values():
            if status in ("429", "503", "504") or example["code"] == "token_expired":
                continue
            with service.user() as client:
                answer = _send(client, int(status), example)
            assert answer.status_code == int(status)
            assert answer.json() | {"instance": ""} == example | {"instance": ""}
            tried.add((status, example["code"], str(example.get("errors"))[:14]))

    assert len(tried) == 8


@every_contract
def test_the_examples_are_problems_of_the_runtime(name: str) -> None:
    known = {
        problem.code: problem
        for problem in (
            *problems.PROBLEMS_BY_ERROR.values(),
            problems.StaleVersion(),
            problems.PreconditionRequired(),
            problems.NotFound(),
            problems.Forbidden(),
            problems.Forbidden(missing="a:b"),
            problems.Unreachable(),
            KeyReused(),
            TooManyRequests(parse("1/minute"), 1),
            request_bodies.ContentTooLarge(LIMIT),
        )
    }
    root = served(name)

    for _, reference in problem_responses(root):
        media = resolve(root, {"$ref": reference})["content"][MEDIA_TYPE]
        for example in examples_of(media).values():
            problem = known.get(example["code"])
            if problem is not None and example["code"] not in ("invalid", "unauthorized"):
                assert problems.problem_document("x", problem) == example | {"instance": "urn:request:x"}


def test_a_problem_that_a_contract_only_describes_is_completed(load: Load) -> None:
    contract = build_effective_contract(load(changed(("x-problems: standard\n", ""))))
    root = contract.root
    create = root["paths"]["/api/tasks"]["post"]["responses"]
    complete = root["paths"]["/api/tasks/{task_id}/complete"]["patch"]["responses"]
    described = {"description": "There is none."}
    root["components"]["schemas"]["Fault"] = {"type": "string"}
    create |= {"404": {**described}, "409": {"description": "There are too many tasks."}}
    complete |= {
        "404": {**described},
        "409": {"description": "It cannot be completed."},
        "401": {**described},
    }

    complete_problems(root, contract.with_root(root))

    assert create["404"] == complete["404"] == {"$ref": "#/components/responses/Problem404"}
    assert complete["409"] == {"$ref": "#/components/responses/Problem409OfCompleteTask"}
    mine = resolve(root, complete["409"])["content"][MEDIA_TYPE]
    assert mine["example"]["detail"] == "It cannot be completed."
    assert mine["example"]["code"] == "conflict"
    assert resolve(root, complete["401"])["headers"]["WWW-Authenticate"]["required"] is True
    errors = root["components"]["schemas"]["Problem"]["properties"]["errors"]
    assert errors["items"] == {"$ref": "#/components/schemas/Fault2"}


def test_an_example_that_the_schema_of_the_team_refuses_is_left_out(load: Load) -> None:
    contract = build_effective_contract(load(changed()))
    contract.root["components"]["schemas"]["Problem"]["properties"]["code"]["enum"] = ["not_found"]

    root = build_served_document(contract).root

    shown = {
        status
        for status, ref in problem_responses(root)
        if '"value": {' in json.dumps(resolve(root, {"$ref": ref}))
        or '"example": {' in json.dumps(resolve(root, {"$ref": ref}))
    }
    assert shown == {"404"}


@pytest.mark.parametrize(
    ("status", "code"), [("4XX", "invalid"), ("default", "internal_error"), ("5XX", "unavailable")]
)
def test_a_range_of_statuses_has_an_example(load: Load, status: str, code: str) -> None:
    contract = build_effective_contract(load(changed()))
    contract.root["paths"]["/api/tasks"]["get"]["responses"][status] = {"description": "It failed."}

    root = build_served_document(contract).root

    found = examples_of(
        resolve(root, root["paths"]["/api/tasks"]["get"]["responses"][status])["content"][MEDIA_TYPE]
    )
    assert {example["code"] for example in found.values()} == {code}

"""The effective contract says the whole truth: what the team wrote, and what follows from it."""

import copy
import json
from typing import Any

import pytest

from freehold.contract import effective_contract
from freehold.printing import service_files
from freehold.reading.document import Document, Node
from tests.rules.mistakes_workspace import WORKSPACE
from tests.support.contracts import (
    BEARER,
    BODY,
    DONE,
    DONE_SCHEMA,
    FOUND,
    SAMPLE,
    SIZE,
    TASK,
    Change,
    Load,
    before,
    changed,
    within,
)

DECIMAL = r"^-?[0-9]{1,100}(\.[0-9]{1,100})?$"
INT32 = {"minimum": -(2**31), "maximum": 2**31 - 1}
INT64 = {"minimum": -(2**63), "maximum": 2**63 - 1}


def found(document: Document, *steps: str) -> Any:
    node: Node | None = document.root_node.get_path(*steps)
    assert node is not None, steps
    return node.value


def filtered(document: Document) -> Any:
    """The schema of the filter `completed` of the list."""
    return found(document, "paths", "/api/tasks", "get")["parameters"][2]["schema"]


def statuses(document: Document, path: str, method: str) -> list[str]:
    return [status for status in found(document, "paths", path, method, "responses") if status[0] != "2"]


@pytest.mark.parametrize("name", ["TaskCreate", "TaskReplace", "TaskUpdate"])
def test_request_strings_are_as_the_team_wrote_them(load: Load, name: str) -> None:
    document = load(SAMPLE)
    whole = effective_contract.build_effective_contract(document)

    for text in ("title", "description"):
        path = ("components", "schemas", name, "properties", text)
        assert found(whole, *path) == found(document, *path)


def test_response_only_strings_are_unchanged(load: Load) -> None:
    whole = effective_contract.build_effective_contract(load(SAMPLE))

    for name in ("Task", "TaskPage"):
        schema = found(whole, "components", "schemas", name)
        assert schema == found(load(SAMPLE), "components", "schemas", name)


@pytest.mark.parametrize(
    ("schema", "added"),
    [
        ("{type: string}", {}),
        ("{type: [string, 'null'], maxLength: 9}", {}),
        ("{type: string, pattern: '^a$'}", {}),
        ("{type: string, enum: [a, b]}", {}),
        ("{type: string, format: uuid}", {}),
        ("{type: string, format: decimal}", {"pattern": DECIMAL}),
        ("{type: string, format: decimal, pattern: '^1'}", {}),
        ("{type: string, format: date-time}", {}),
        ("{type: boolean}", {}),
        ("{type: number}", {}),
        ("{type: integer}", INT64),
        ("{type: integer, format: int64}", INT64),
        ("{type: integer, format: int32}", INT32),
        ("{type: [integer, 'null'], format: int32}", INT32),
        ("{type: integer, minimum: 1}", {"maximum": INT64["maximum"]}),
        ("{type: integer, exclusiveMinimum: 0, format: int32}", {"maximum": INT32["maximum"]}),
        ("{type: integer, exclusiveMaximum: 7}", {"minimum": INT64["minimum"]}),
        ("{type: integer, minimum: 0, maximum: 0}", {}),
        ("{type: integer, enum: [1, 2]}", {}),
    ],
)
def test_filters_get_the_limits_of_postgresql(load: Load, schema: str, added: dict[str, Any]) -> None:
    document = load(changed((DONE_SCHEMA, f"          schema: {schema}\n")))

    assert filtered(effective_contract.build_effective_contract(document)) == filtered(document) | added


NESTED = (
    "    Job:\n      type: object\n      properties:\n        inner:\n          type: object\n"
    "          properties:\n            counts: {type: array, items: {type: integer}}\n"
    "            again: {$ref: '#/components/schemas/Job'}\n"
)


def test_nested_and_recursive_request_schemas_get_limits(load: Load) -> None:
    body = within(BODY, ("TaskCreate", "Job"))
    whole = effective_contract.build_effective_contract(load(changed(before(TASK, NESTED), body)))

    inner = found(whole, "components", "schemas", "Job")["properties"]["inner"]["properties"]
    assert inner["counts"]["items"] == {"type": "integer"} | INT64


def test_pagination_parameters_keep_their_declared_limits(load: Load) -> None:
    document = load(changed(within(SIZE, ("minimum: 1, ", ""))))

    page, per_page, *_ = found(
        effective_contract.build_effective_contract(document), "paths", "/api/tasks", "get"
    )["parameters"]
    assert page["schema"] == {"type": "integer", "minimum": 1, "default": 1}
    assert per_page["schema"] == {"type": "integer", "maximum": 100, "default": 20}


@pytest.mark.parametrize(
    ("path", "method", "expected"),
    [
        ("/api/tasks", "get", ["401", "422", "429", "503", "504"]),
        ("/api/tasks", "post", ["400", "401", "413", "415", "422", "429", "503", "504"]),
        ("/api/tasks/{task_id}", "get", ["401", "404", "422", "429", "503", "504"]),
        ("/api/tasks/{task_id}", "put", ["400", "401", "404", "413", "415", "422", "429", "503", "504"]),
        ("/api/tasks/{task_id}", "patch", ["400", "401", "404", "413", "415", "422", "429", "503", "504"]),
        ("/api/tasks/{task_id}", "delete", ["400", "401", "404", "422", "429", "503", "504"]),
        ("/api/tasks/{task_id}/complete", "patch", ["400", "401", "404", "422", "429", "503", "504"]),
    ],
)
def test_operations_declare_their_possible_problems(
    load: Load, path: str, method: str, expected: list[str]
) -> None:
    whole = effective_contract.build_effective_contract(load(SAMPLE))

    assert statuses(whole, path, method) == expected
    for status in expected:
        response = found(whole, "paths", path, method, "responses", status)
        schema = response["content"]["application/problem+json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}


def test_401_has_a_challenge_and_429_and_503_have_retry_after(load: Load) -> None:
    responses = found(effective_contract.build_effective_contract(load(SAMPLE)), "components", "responses")

    headers = {name: list(response.get("headers", {})) for name, response in responses.items()}
    assert headers["Problem401"] == ["WWW-Authenticate"]
    assert headers["Problem429"] == ["Retry-After", "RateLimit", "RateLimit-Policy"]
    assert headers["Problem503"] == ["Retry-After"]
    assert [name for name, said in headers.items() if said] == ["Problem401", "Problem429", "Problem503"]


def test_only_possible_problems_become_components(load: Load) -> None:
    one = "paths: {/api/tasks: {get: {operationId: a, responses: {'200': {description: x}}}}}\n"
    document = load(f"openapi: 3.1.0\nx-problems: standard\n{one}")

    whole = effective_contract.build_effective_contract(document)

    assert list(found(whole, "components", "responses")) == ["Problem422", "Problem503", "Problem504"]
    assert list(found(whole, "components", "schemas")) == ["Problem"]


def test_public_operations_have_no_429(load: Load) -> None:
    document = load(changed(before("      operationId: listTasks\n", "      security: []\n")))
    whole = effective_contract.build_effective_contract(document)

    assert "429" not in statuses(whole, "/api/tasks", "get")
    assert "429" in statuses(whole, "/api/tasks", "post")


MINE = (
    '        "404":\n          description: Mine.\n',
    "    Problem: {description: Mine., type: object}\n",
)


@pytest.mark.parametrize(
    ("changes", "steps"),
    [
        (
            [before(f'        "200":\n{FOUND}', MINE[0])],
            ("paths", "/api/tasks/{task_id}", "get", "responses", "404"),
        ),
        ([before(TASK, MINE[1])], ("components", "schemas", "Problem")),
        (
            [before("  schemas:\n", "  responses: {Problem401: {description: Mine.}}\n")],
            ("components", "responses", "Problem401"),
        ),
    ],
    ids=["a response", "the schema", "a shared response"],
)
def test_declared_problems_are_kept(load: Load, changes: list[Change], steps: tuple[str, ...]) -> None:
    document = load(changed(*changes))

    assert found(effective_contract.build_effective_contract(document), *steps) == found(document, *steps)
    assert found(document, *steps)["description"] == "Mine."


@pytest.mark.parametrize("said", ["", "x-problems: none\n"])
def test_problems_are_added_only_with_x_problems_standard(load: Load, said: str) -> None:
    whole = effective_contract.build_effective_contract(load(changed(("x-problems: standard\n", said))))

    assert statuses(whole, "/api/tasks", "post") == []
    assert "responses" not in found(whole, "components")
    assert "Problem" not in found(whole, "components", "schemas")


@pytest.mark.parametrize(
    "text",
    [
        SAMPLE,
        changed((BEARER, f"{BEARER}\n  - {{}}")),
        changed(before(DONE, "        - {name: q, in: query, schema: {type: integer}}\n")),
    ],
)
def test_the_original_contract_is_not_modified(load: Load, text: str) -> None:
    document = load(text)
    as_it_was = copy.deepcopy(document.root)

    whole = effective_contract.build_effective_contract(document)

    assert document.root == as_it_was
    assert whole.root != as_it_was
    assert (whole.file, whole.positions) == (document.file, document.positions)


def test_building_the_effective_contract_is_idempotent(load: Load) -> None:
    once = effective_contract.build_effective_contract(load(SAMPLE))

    assert effective_contract.build_effective_contract(once).root == once.root


def test_added_parts_are_not_shared_between_contracts(load: Load) -> None:
    first, second = (
        effective_contract.build_effective_contract(load(SAMPLE)),
        effective_contract.build_effective_contract(load(SAMPLE)),
    )
    as_it_was = copy.deepcopy(second.root)

    found(first, "components", "responses", "Problem404")["description"] = "changed"

    assert second.root == as_it_was


def test_the_contract_is_unescaped_json(load: Load) -> None:
    text = service_files.as_json(
        effective_contract.build_effective_contract(load(changed(("Something to do.", "Grüße, 世界"))))
    )

    assert "Grüße, 世界" in text
    assert text.endswith("}\n")
    assert json.loads(text)["openapi"] == "3.1.0"


@pytest.mark.parametrize(("said", "expected"), [("", False), ("      additionalProperties: true\n", True)])
def test_request_bodies_reject_additional_properties_by_default(
    load: Load, said: str, expected: bool
) -> None:
    closed = "stays as it is.\n      type: object\n      additionalProperties: false\n"
    document = load(changed((closed, f"stays as it is.\n      type: object\n{said}")))

    update = found(
        effective_contract.build_effective_contract(document), "components", "schemas", "TaskUpdate"
    )

    assert update["additionalProperties"] is expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [("", {}), ("      additionalProperties: true\n", {"additionalProperties": True})],
)
def test_nested_objects_are_left_open(load: Load, said: str, expected: dict[str, bool]) -> None:
    closed = "      required: [street, city]\n      additionalProperties: false\n"
    assert closed in WORKSPACE
    text = WORKSPACE.replace(closed, f"      required: [street, city]\n{said}")

    address = found(
        effective_contract.build_effective_contract(load(text)), "components", "schemas", "Address"
    )
    assert {key: value for key, value in address.items() if key == "additionalProperties"} == expected


def test_openapi_3_0_gets_no_unevaluated_properties(load: Load) -> None:
    whole = effective_contract.build_effective_contract(
        load(WORKSPACE.replace("openapi: 3.1.0", "openapi: 3.0.3"))
    )

    assert "unevaluatedProperties" not in found(whole, "components", "schemas", "Preferences")


def test_idempotency_keys_get_the_limits_of_the_service(load: Load) -> None:
    whole = effective_contract.build_effective_contract(load(WORKSPACE))

    key = found(whole, "components", "parameters", "IdempotencyKey", "schema")
    assert key == {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}

"""What looks like a mistake and is none is not refused."""

import json

import pytest

from freehold.contract.operations.inference import operations
from freehold.rules import registry
from tests.rules.mistakes_more import COMPLETED_TASK, column
from tests.support import contracts as c
from tests.support.contracts import Load, before, build_api_model, changed, within


@pytest.mark.parametrize(
    ("kept", "sent"),
    [
        ("type: number", "{type: integer}"),
        ("type: integer, format: int32", "{type: integer, minimum: 0, maximum: 9}"),
        ("type: integer, format: int32", "{type: integer, enum: [1, 2]}"),
        ("type: string, maxLength: 5", "{type: string, maxLength: 4}"),
        ("type: string, maxLength: 5", "{type: string, enum: [a, b]}"),
        ("type: string", "{type: string, format: email}"),
        ("type: string, format: uri-reference", "{type: string, format: uri}"),
        ("type: string, enum: [a, b]", "{type: string, const: b}"),
        ("type: [string, 'null'], enum: [a, b, null]", "{type: [string, 'null'], enum: [a, null]}"),
        ("type: string", "{type: [string, 'null']}"),
        ("type: object", "{oneOf: [{type: object}]}"),
        ("type: array, items: {type: string}", "{type: array, maxItems: 3, items: {type: string}}"),
    ],
)
def test_a_request_body_can_be_stricter_than_its_resource(load: Load, kept: str, sent: str) -> None:
    registry.check(load(changed(*column(kept, sent))))


@pytest.mark.parametrize(
    ("more", "is_said"),
    [
        ("items: {type: string}, maxItems: 0, additionalItems: false", False),
        ("additionalItems: {type: string}", False),
        ("prefixItems: [{type: string}, {type: integer}], maxItems: 2, additionalItems: false", False),
        ("prefixItems: [{type: string}, {type: integer}], maxItems: 3, additionalItems: false", True),
        ("prefixItems: [{type: string}], additionalItems: {type: string}", True),
    ],
)
def test_further_items_are_refused_only_if_there_can_be_some(load: Load, more: str, *, is_said: bool) -> None:
    document = load(changed((c.COMPLETED, f"        pair: {{type: array, {more}}}\n{c.COMPLETED}")))

    assert [p.message for p in registry.problems_of("FH202", document)] == [
        "the keyword additionalItems is not supported" for _ in range(is_said)
    ]


@pytest.mark.parametrize(
    "pattern",
    [r"^[\p{L}\p{M} '-]{1,200}$", r"^\p{Lu}", r"^[^\u0000]*$", "^[a-z]+(-[a-z]+)*$", r"^[a&&b\[]+\]\+\-$"],
)
def test_patterns_of_ecma_262_are_accepted(load: Load, pattern: str) -> None:
    document = load(changed((c.LIMITS, f"          pattern: {json.dumps(pattern)}\n")))

    assert registry.problems_of("FH208", document) == []


@pytest.mark.parametrize(
    "limits", ["minLength: 8, maxLength: 36", "format: uuid", "pattern: '^[a-z]+$'", "enum: [once, twice]"]
)
def test_an_idempotency_key_can_have_a_schema(load: Load, limits: str) -> None:
    key = f"{{name: Idempotency-Key, in: header, schema: {{type: string, {limits}}}}}"

    registry.check(load(changed(c.after(c.CREATE, f"      parameters: [{key}]\n"))))


@pytest.mark.parametrize(
    "limits",
    [
        "format: uuid, minLength: 36, maxLength: 36",
        "format: uuid, pattern: '^[0-9a-fA-F-]+$'",
        "format: uuid, pattern: '-4[0-9a-f]{3}-'",
        "format: date-time, maxLength: 40",
        "format: decimal, pattern: '^[0-9]+[.][0-9]{2}$'",
        "format: date, maxLength: 10",
    ],
)
def test_limits_that_accept_what_is_answered_are_accepted(load: Load, limits: str) -> None:
    document = load(changed(before(c.COMPLETED, f"        due: {{type: string, {limits}}}\n")))

    assert registry.problems_of("FH211", document) == []


@pytest.mark.parametrize("name", ["Order", "Filter", "Token", "IndexEntry", "Location"])
def test_unreserved_resource_names_are_accepted(load: Load, name: str) -> None:
    build_api_model(load(changed(before(c.TASK, f"    {name}:\n{c.OTHER % 'others'}"))))


def test_a_response_can_be_a_named_array(load: Load) -> None:
    tasks = '    Tasks: {type: array, items: {$ref: "#/components/schemas/Task"}}\n'

    api = build_api_model(load(changed(before(c.TASK, tasks), within(c.PAGED, ("TaskPage", "Tasks")))))

    assert api.resources[0].operations[0].return_type == "list[Task]"


def test_a_custom_response_can_be_a_named_array_of_strings(load: Load) -> None:
    words = "    Words: {type: array, items: {type: string}}\n"

    api = build_api_model(load(changed(before(c.TASK, words), within(COMPLETED_TASK, ('Task"', 'Words"')))))

    assert api.resources[0].operations[-1].return_type == "Words"


_PROBLEM = "{type: object, required: [status, detail], properties: {status: {type: integer}}}"
_CLOSED = "{additionalProperties: false, properties: {title: {type: string}}}"
_FULL = "{properties: {code: {type: string}, errors: {items: {required: [detail]}}}}"


@pytest.mark.parametrize(
    "response",
    [
        '"404": {description: None.}',
        "default: {description: It failed.}",
        '"404": {description: None., content: {}}',
        f'"404": {{description: None., content: {{application/problem+json: {{schema: {_PROBLEM}}}}}}}',
        f'"422": {{description: No., content: {{application/problem+json: {{schema: {_FULL}}}}}}}',
        '"4XX": {description: No., content: {application/problem+json: {}}}',
        f'"404": {{description: None., content: {{application/problem+json: {{schema: {_CLOSED}}}}}}}',
        '"404": {description: No., content: {application/json: {}, application/problem+json: {}}}',
        'default: {description: No., content: {"*/*": {schema: {type: object}}}}',
    ],
)
def test_an_error_response_can_describe_problem_details(load: Load, response: str) -> None:
    registry.check(load(changed(c.after(c.GONE, f"        {response}\n"))))


def test_a_resource_can_say_what_its_properties_imply(load: Load) -> None:
    words = "      minProperties: 6\n      maxProperties: 6\n      unevaluatedProperties: false\n"

    registry.check(load(changed((c.OPTIONS, c.OPTIONS + words))))


@pytest.mark.parametrize(("schema", "kind"), [("Task", "delete"), ("TaskPage", "custom")])
def test_a_delete_that_returns_something_else_than_the_row_is_custom(
    load: Load, schema: str, kind: str
) -> None:
    answer = f'content: {{application/json: {{schema: {{$ref: "#/components/schemas/{schema}"}}}}}}'
    document = load(changed((c.GONE, f"{c.GONE.replace('204', '200')}          {answer}\n")))

    registry.check(document)

    assert next(o.kind for o in operations(document) if o.id == "deleteTask") == kind


def test_the_values_of_a_body_can_have_directions_where_people_write_the_operation(load: Load) -> None:
    body = (
        "      requestBody:\n        content:\n          application/json:\n"
        "            schema: {type: object, properties: {card: {type: object,"
        " properties: {cvc: {type: string, writeOnly: true}, id: {type: string, readOnly: true}}}}}\n"
    )
    start, responses = COMPLETED_TASK.split("      responses:\n")

    registry.check(load(changed((COMPLETED_TASK, f"{start}{body}      responses:\n{responses}"))))


def test_a_path_can_name_other_rows_where_people_write_the_operation(load: Load) -> None:
    path = "  /api/tasks/{task_id}/tags/{tag}:\n    delete:\n      operationId: deleteTag\n"
    path += "      x-operation: custom\n"
    rest = (
        "      parameters:\n        - {name: task_id, in: path, required: true, schema: {type: string}}\n"
        "        - {name: tag, in: path, required: true, schema: {type: string}}\n"
        '      responses: {"204": {description: It is gone.}}\n'
    )
    document = load(changed(before("components:\n", path + rest)))

    registry.check(document)
    assert [o.resource for o in operations(document) if o.id == "deleteTag"] == [None]


@pytest.mark.parametrize(
    ("status", "words", "kinds"),
    [
        ("200", "", ["create", "get"]),
        ("202", "", ["create", "get"]),
        ("200", "x-operation: create, ", ["create"]),
        ("200", "", ["custom"]),
    ],
)
def test_a_collection_without_a_list_is_seen_by_its_create(
    load: Load, status: str, words: str, kinds: list[str]
) -> None:
    answer = 'content: {application/json: {schema: {$ref: "#/components/schemas/Plan"}}}'
    paths = (
        f"  /plans:\n    post: {{operationId: createPlan, {words}requestBody: {{required: true, {answer}}}, "
        f'responses: {{"{status}": {{description: It., {answer}}}}}}}\n'
    )
    if "get" in kinds:
        paths += "  /plans/{id}:\n    parameters:\n"
        paths += "      - {name: id, in: path, required: true, schema: {type: string, format: uuid}}\n"
        paths += f'    get: {{operationId: getPlan, responses: {{"200": {{description: It., {answer}}}}}}}\n'
    plan = "    Plan: {type: object, x-resource: {}, required: [id, name], properties: "
    plan += "{id: {type: string, format: uuid, readOnly: true}, name: {type: string}}}\n"
    document = load(changed(before("components:\n", paths), before(c.TASK, plan)))

    registry.check(document)
    assert [o.kind for o in operations(document) if o.path.startswith("/plans")] == kinds


@pytest.mark.parametrize(
    ("schema", "default"),
    [
        ("type: object", "{}"),
        ("type: object", "{a: [1, {b: x}], c: true}"),
        ("type: [object, 'null']", "{a: 1}"),
        ("type: object, additionalProperties: {type: integer}", "{a: 3}"),
    ],
)
def test_a_free_object_can_have_a_default(load: Load, schema: str, default: str) -> None:
    document = load(changed(before(c.COMPLETED, f"        place: {{{schema}, default: {default}}}\n")))

    registry.check(document)
    table = build_api_model(document).resources[0].columns
    assert [column.arguments for column in table if str(column.name) == "place"]


@pytest.mark.parametrize(
    ("name", "is_known"), [("current_page", True), ("offset", True), ("next_cursor", False)]
)
def test_a_list_without_a_page_parameter_answers_the_first_page(
    load: Load, name: str, is_known: bool
) -> None:
    wrong = registry.problems_of(
        "FH502", load(changed((c.PAGE, ""), before(c.TOTAL, f"        {name}: {{type: integer}}\n")))
    )

    assert (
        any(f"{name} of TaskPage is not a page property" in problem.message for problem in wrong)
        is not is_known
    )

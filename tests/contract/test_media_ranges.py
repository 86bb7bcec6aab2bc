"""`*/*`, as springdoc writes it where nobody has declared a media type, means JSON unless a file has it."""

import pytest

from freehold.contract.operations.inference import operations
from freehold.rules import registry
from tests.support.contracts import GONE, SAMPLE, Load, changed

RANGES = ("*/*", "application/*", "*/*;charset=UTF-8")
OWN = (
    "{type: object, required: [code, message], properties: {code: {type: integer}, message: {type: string}}}"
)
ANSWER = "            application/json:\n"


def contents(load: Load, text: str) -> dict[str, list[str]]:
    """The media types of each status of each operation, where no rule refuses any."""
    document = load(text)
    for code in ("FH331", "FH336"):
        assert registry.problems_of(code, document) == []
    return {
        f"{operation.id} {status}": list(response.get_value("content") or {})
        for operation in operations(document)
        for status, response in operation.node.get("responses").items()  # type: ignore[union-attr]
    }


@pytest.mark.parametrize("kind", RANGES)
def test_answers_and_bodies_are_json(load: Load, kind: str) -> None:
    assert SAMPLE.count(ANSWER) >= 5

    found = contents(load, SAMPLE.replace(ANSWER, f'            "{kind}":\n'))

    assert found == contents(load, SAMPLE)


@pytest.mark.parametrize("kind", RANGES)
@pytest.mark.parametrize("status", ["404", "4XX", "default"])
@pytest.mark.parametrize("place", ["of the operation", "shared"])
@pytest.mark.parametrize(("schema", "is_problem"), [(OWN, False), ("{type: object}", True)])
def test_an_error_is_json_if_problem_details_do_not_fit(
    load: Load, kind: str, status: str, place: str, schema: str, *, is_problem: bool
) -> None:
    error = f'{{description: No., content: {{"{kind}": {{schema: {schema}}}}}}}'
    shared = "components:\n"
    if place == "shared":
        shared, error = f"{shared}  responses: {{Wrong: {error}}}\n", '{$ref: "#/components/responses/Wrong"}'

    found = contents(load, changed((GONE, f'{GONE}        "{status}": {error}\n'), ("components:\n", shared)))

    expected = kind.partition(";")[0] if is_problem else "application/json"
    assert found[f"deleteTask {status}"] == [expected]


@pytest.mark.parametrize(
    ("kind", "is_sent"), [*((kind, True) for kind in RANGES[:2]), ("text/*", True), ("image/*", False)]
)
def test_the_range_of_a_file_is_sent_if_anything_is_of_it(load: Load, kind: str, *, is_sent: bool) -> None:
    file = f'{{description: It., content: {{"{kind}": {{schema: {{type: string, format: binary}}}}}}}}'
    document = load(changed((GONE, f'        "200": {file}\n')))

    assert bool(registry.problems_of("FH331", document)) is not is_sent


@pytest.mark.parametrize("kind", RANGES)
@pytest.mark.parametrize("other", ["image/png", "text/csv"])
def test_a_range_beside_another_media_type_stays(load: Load, kind: str, other: str) -> None:
    content = (
        f'{{{other}: {{schema: {{type: string, format: binary}}}}, "{kind}": {{schema: {{type: object}}}}}}'
    )
    document = load(changed((GONE, f'        "200": {{description: It., content: {content}}}\n')))

    (operation,) = (o for o in operations(document) if o.id == "deleteTask")
    assert "application/json" not in operation.node.get_path("responses", "200").get_value("content")  # type: ignore[union-attr]


@pytest.mark.parametrize("schema", ["{}", "{type: string}", "{allOf: [{type: string, format: binary}]}"])
def test_a_body_that_can_be_any_file_stays_one(load: Load, schema: str) -> None:
    body = f'      requestBody: {{content: {{"*/*": {{schema: {schema}}}}}}}\n'
    document = load(
        changed(("      operationId: completeTask\n", f"      operationId: completeTask\n{body}"))
    )

    (operation,) = (o for o in operations(document) if o.id == "completeTask")
    assert list(operation.node.get_path("requestBody", "content").value) == ["*/*"]  # type: ignore[union-attr]


def test_each_of_several_errors_is_read_alike(load: Load) -> None:
    errors = "".join(
        f'        "{status}": {{description: No., content: {{"{kind}": {{schema: {{type: object}}}}}}}}\n'
        for status, kind in (("404", "*/*"), ("409", "*/*;charset=UTF-8"), ("410", "APPLICATION/*"))
    )

    found = contents(load, changed((GONE, GONE + errors)))

    assert [found[f"deleteTask {status}"] for status in (404, 409, 410)] == [
        ["*/*"],
        ["*/*"],
        ["application/*"],
    ]

"""An operation that declares no status of success gets one: what `2XX` or `default` says, or 204."""

import json

import pytest

from freehold.contract.operations.inference import operations
from freehold.rules import registry
from tests.support.contracts import GONE, Load, changed

FOUND = '{description: It., content: {application/json: {schema: {$ref: "#/components/schemas/Task"}}}}'
ERROR = (
    "{description: Wrong., content: {application/json: {schema: {type: object, required: [code, message],"
    " properties: {code: {type: integer}, message: {type: string}}}}}}"
)


def responses(load: Load, declared: str) -> dict[str, object]:
    """The responses of an operation that declares these, which no rule refuses for the want of a success."""
    document = load(changed((GONE, declared)))
    assert registry.problems_of("FH302", document) == []
    assert [note.code for note in document.notes] == ["FH908"]
    (operation,) = (o for o in operations(document) if o.id == "deleteTask")
    found: dict[str, object] = json.loads(json.dumps(operation.node.value["responses"]))
    return found


@pytest.mark.parametrize(
    "declared",
    ['        "404": {description: There is none.}\n', '        "4XX": {description: You cannot.}\n'],
)
def test_failures_alone_mean_an_empty_success(load: Load, declared: str) -> None:
    found = responses(load, declared)

    assert next(iter(found)) == "204"
    assert len(found) == 2


@pytest.mark.parametrize(
    "default",
    [
        "{description: Done.}",
        ERROR,
        "{description: No., content: {application/problem+json: {schema: {type: object}}}}",
    ],
)
def test_a_default_without_a_body_or_with_an_error_stays(load: Load, default: str) -> None:
    assert list(responses(load, f"        default: {default}\n")) == ["204", "default"]


def test_another_default_is_the_success(load: Load) -> None:
    found = responses(load, f'        default: {FOUND}\n        "404": {{description: None.}}\n')

    assert list(found) == ["200", "404"]


@pytest.mark.parametrize(
    ("answer", "statuses"), [(FOUND, ["200", "4XX"]), ("{description: Done.}", ["204", "4XX"])]
)
def test_a_range_of_successes_has_one_status(load: Load, answer: str, statuses: list[str]) -> None:
    found = responses(load, f'        "4XX": {{description: No.}}\n        2XX: {answer}\n')

    assert list(found) == statuses


def test_a_range_beside_a_status_of_success_stays(load: Load) -> None:
    document = load(
        changed((GONE, '        "204": {description: Gone.}\n        2XX: {description: Else.}\n'))
    )

    (operation,) = (o for o in operations(document) if o.id == "deleteTask")
    assert list(operation.node.value["responses"]) == ["204", "2XX"]


def test_a_switch_of_protocols_is_left_to_the_rule(load: Load) -> None:
    document = load(changed((GONE, '        "101": {description: A WebSocket.}\n')))

    assert document.notes == ()
    assert registry.problems_of("FH302", document) != []


@pytest.mark.parametrize("status", ["301", "302", "303", "307", "308"])
@pytest.mark.parametrize("shared", [False, True])
def test_a_redirect_is_a_success_that_says_where_to(load: Load, status: str, *, shared: bool) -> None:
    answer = "{description: Elsewhere.}"
    components = "components:\n" + f"  responses: {{Shared: {answer}}}\n" * shared
    declared = '{$ref: "#/components/responses/Shared"}' if shared else answer
    document = load(changed((GONE, f'        "{status}": {declared}\n'), ("components:\n", components)))

    (operation,) = (o for o in operations(document) if o.id == "deleteTask")
    assert (operation.kind, list(operation.success_responses())) == ("custom", [status])
    assert operation.node.get_path("responses", status, "headers", "Location") is not None
    assert [note.code for note in document.notes] == ["FH908"]
    assert registry.problems_of("FH302", document) == registry.problems_of("FH321", document) == []


@pytest.mark.parametrize("name", ["Location", "location"])
def test_a_redirect_with_its_header_and_one_beside_a_success_stay(load: Load, name: str) -> None:
    headers = f"headers: {{{name}: {{schema: {{type: string}}}}}}"
    redirects = (
        f'"302": {{description: There., {headers}}}',
        '"204": {description: Gone.}, "302": {description: There.}',
    )
    for declared in redirects:
        assert load(changed(("responses:\n" + GONE, f"responses: {{{declared}}}\n"))).notes == ()


@pytest.mark.parametrize("status", ["204", "205"])
@pytest.mark.parametrize("answer", [FOUND, '{$ref: "#/components/responses/Shared"}'])
def test_a_response_without_content_has_none(load: Load, status: str, answer: str) -> None:
    shared = f"  responses:\n    Shared: {FOUND}\ncomponents:\n" if "$ref" in answer else "components:\n"
    shared = "components:\n" + shared.removesuffix("components:\n")
    operation = "      x-operation: custom\n      responses:\n"
    declared = f'        "{status}": {answer}\n        "200": {answer}\n'
    document = load(
        changed((f"      responses:\n{GONE}", f"{operation}{declared}"), ("components:\n", shared))
    )

    (gone,) = (o for o in operations(document) if o.id == "deleteTask")

    success = gone.success_responses()
    assert success[status].value == {"description": "It."}
    assert "content" in success["200"].value
    assert [note.message for note in document.notes] == [f"a response with status {status} has no content"]

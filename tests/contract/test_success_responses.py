"""An operation that declares no success gets one: what `default` says, or 204."""

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


def test_a_redirect_is_left_to_the_rule(load: Load) -> None:
    document = load(changed((GONE, '        "302": {description: Elsewhere.}\n')))

    assert document.notes == ()
    assert registry.problems_of("FH302", document) != []

"""What is checked of a token before a request is read."""

import pytest

from tests.rules.mistakes_workspace import WORKSPACE, op
from tests.support.contracts import Load, build_api_model, changed


@pytest.mark.parametrize(
    ("security", "checks"),
    [
        ("[]", []),
        ("[{}, {bearerAuth: []}]", ["require_scopes_of_any_caller()"]),
        ('[{}, {bearerAuth: ["plans:read"]}]', ["require_scopes_of_any_caller('plans:read')"]),
        (
            "[{bearerAuth: [read, plans]}, {}, {bearerAuth: [admin]}]",
            ["require_scopes_of_any_caller('read', 'plans', alternatives=[['admin']])"],
        ),
    ],
)
def test_a_token_that_may_be_left_out_is_verified_where_rows_are_shared(
    load: Load, security: str, checks: list[str]
) -> None:
    plans = op("get", "listPlans", ("security: []", f"security: {security}"))

    api = build_api_model(load(changed(plans, text=WORKSPACE)))

    found = {operation.id: operation for resource in api.resources for operation in resource.operations}
    assert list(map(str, found["listPlans"].access_checks)) == checks


@pytest.mark.parametrize(
    ("path", "responses", "check"),
    [
        ("/{who}/labels/{label_id}/tags/{tag}", "204", "require_owner_in_path('who', 'org_id', 404)"),
        ("/{who}/labels/{label_id}/tags/{tag}", "403", "require_owner_in_path('who', 'org_id', 403)"),
        ("/users/{who}/tags/{tag}", "204", "require_owner_in_path('who', 'sub', 404)"),
    ],
)
def test_an_owner_in_a_path_is_the_one_of_the_rows_above_or_the_subject(
    load: Load, path: str, responses: str, check: str
) -> None:
    names = [step[1:-1] for step in path.split("/") if step.startswith("{")]
    parameters = ", ".join(
        f"{{name: {name}, in: path, required: true, x-owner: {str(name == 'who').lower()}, "
        "schema: {type: string}}"
        for name in names
    )
    answers = ", ".join(f'"{status}": {{description: It.}}' for status in sorted({"204", responses}))
    tag = (
        f"  {path}:\n    post:\n      operationId: tagIt\n      x-operation: custom\n"
        f"      parameters: [{parameters}]\n      responses: {{{answers}}}\n"
    )
    listed = (
        "  /{who}/labels:\n    get:\n      operationId: listLabelsOf\n"
        "      parameters: [{name: who, in: path, required: true, x-owner: true, schema: {type: string}}]\n"
        '      responses: {"200": {description: All., content: {application/json: {schema: {type: array, '
        'items: {$ref: "#/components/schemas/Label"}}}}}}\n'
    )

    api = build_api_model(load(WORKSPACE.replace("paths:\n", f"paths:\n{listed}{tag}", 1)))

    assert api.service_operations is not None
    assert list(map(str, api.service_operations.operations[0].access_checks)) == [check]

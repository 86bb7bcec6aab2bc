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
    ],
)
def test_a_token_that_may_be_left_out_is_verified_where_rows_are_shared(
    load: Load, security: str, checks: list[str]
) -> None:
    plans = op("get", "listPlans", ("security: []", f"security: {security}"))

    api = build_api_model(load(changed(plans, text=WORKSPACE)))

    found = {operation.id: operation for resource in api.resources for operation in resource.operations}
    assert list(map(str, found["listPlans"].access_checks)) == checks

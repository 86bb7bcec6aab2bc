"""Which headers pages of other origins may send and read, beside those of every service."""

from freehold.building import declared_headers
from freehold.contract.operations.inference import operations
from tests.support.contracts import SAMPLE, Load

PARAMETERS = """      parameters:
        - {name: If-Match, in: header, schema: {type: string}}
        - {name: IF-match, in: header, schema: {type: string}}
        - {name: X-Tenant, in: header, schema: {type: string}}
        - {name: "X-Evil\\r\\nSet-Cookie: a=b", in: header, schema: {type: string}}
        - {name: dry, in: query, schema: {type: boolean}}
"""
HEADERS = """          headers:
            X-Quota: {schema: {type: integer}}
            "X-Evil, *": {schema: {type: string}}
"""


def test_they_are_those_of_all_parameters_and_responses(load: Load) -> None:
    place, response = "      operationId: completeTask\n", '        "204":'
    text = SAMPLE.replace(place, place + PARAMETERS).replace(
        response, f'        "402":\n          description: Pay.\n{HEADERS}{response}', 1
    )
    declared = operations(load(text))

    assert {name.lower() for name in declared_headers.request_headers(declared)} == {"if-match", "x-tenant"}
    assert "X-Quota" in declared_headers.response_headers(declared)
    assert all("Evil" not in name for name in declared_headers.response_headers(declared))

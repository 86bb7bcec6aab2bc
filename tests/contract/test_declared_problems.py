"""What the service answers in a failure fits the schema that the served document declares for it."""

import copy
import itertools
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest
import yaml

from freehold.contract import effective_contract, loading
from freehold.contract.validation.fault_texts import make_fault
from freehold.contract.validation.operation_schemas import operation_schemas
from freehold.contract.validation.problem_details.error_shapes import fill_shape, other_shape
from freehold.contract.validation.problem_details.problem_codes import CODES
from freehold.contract.validation.validators import ContractSchemas
from generated.runtime.http.problems import Problem, problem_document
from tests.support.contracts import SAMPLE, Load
from tests.support.service import ROOT
from tests.support.thoroughness import sampled

MEDIA_TYPE = "application/problem+json"
CONTRACTS = [
    ROOT / "openapi" / "tasks-api.yaml",
    ROOT / "tests" / "golden" / "library" / "contract.yaml",
    ROOT / "generator" / "freehold" / "workbench" / "project_template" / "openapi" / "notes.yaml",
    *sorted((ROOT / "tests" / "dialects").glob("*/contract.yaml")),
    *sorted((ROOT / "tests" / "workbench" / "foreign").glob("*.fixed.yaml")),
]
FAULTS = [
    make_fault("encoding"),
    make_fault("cursor", parameter="cursor"),
    make_fault("reused", parameter="Idempotency-Key"),
    make_fault("additionalProperties", pointer="/x"),
    make_fault("maxLength", 200, pointer="/title"),
    make_fault("maximum", 0.5, pointer="/price"),
    make_fault("type", ["string", "null"], pointer="/due"),
    make_fault("format", "date", pointer="/due"),
    make_fault("const", {"kind": ["a", None, True]}, pointer="/kind"),
    make_fault("enum", [1, "a", None, False, {}], parameter="kind"),
    {"pointer": "/due_on", "detail": "Must be later."},
]
"""Of each shape: with and without a place, a limit of each type, and one of an override."""


def problems_of(status: int) -> Iterator[dict[str, Any]]:
    for code, errors in itertools.product(
        [*CODES.get(status, ("error",)), "code_of_an_override"], ([], FAULTS)
    ):
        yield problem_document("one", Problem(status, "A sentence.", code=code, errors=errors))


def refused(document: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """The problems that a document's own schemas refuse, with the operation and the status."""
    schemas = ContractSchemas(document)
    found = []
    for path, item in document["paths"].items():
        for method in item.keys() & {"get", "post", "put", "patch", "delete"}:
            operation = operation_schemas(schemas, path, method)
            assert operation is not None
            for status, answer in operation.answers.items():
                numbers = [int(status)] if status.isdecimal() else [400, 409, 422, 503]
                found += [
                    (path, status, problem)
                    for number in numbers
                    for problem in problems_of(number)
                    if status[0] not in "123" and not is_declared(schemas, answer.content, problem)
                ]
    return found


def is_declared(schemas: ContractSchemas, content: Mapping[str, str | None], problem: dict[str, Any]) -> bool:
    """Whether a problem fits the schema of its response, as it is or in the shape that it has there."""
    pointer, own = content.get(MEDIA_TYPE), other_shape(content)
    if own is not None:
        return fill_shape(schemas, own, problem, {"time": "2026-03-02T09:30:00Z", "path": "/"}) is not None
    return pointer is None or bool(schemas.validator(pointer).is_valid(problem))


def effective(document: Any) -> Any:
    return effective_contract.build_effective_contract(document).root


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_problem_fits_its_declared_schema(path: Any) -> None:
    document = effective(loading.load(path))

    assert "application/problem+json" in str(document) or path.name == "petstore.fixed.yaml"
    assert refused(document) == []


OPEN = {
    "type": "object",
    "required": ["title"],
    "properties": {"title": {"type": "string"}, "status": {"type": "integer", "minimum": 400}},
}
ERRORS = {"type": "array", "items": {"type": "object", "properties": {"detail": {"type": "string"}}}}


def closed_schemas(openapi: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Schemas that allow nothing but what they name: in each spelling, and composed in each way."""
    words: dict[str, dict[str, Any]] = {
        "no others": {"additionalProperties": False},
        "texts": {"additionalProperties": {"type": "boolean"}},
    }
    if openapi == "3.1.0":
        words["nothing unevaluated"] = {"unevaluatedProperties": False}
    for (name, word), with_errors in itertools.product(words.items(), (False, True)):
        closed = copy.deepcopy(OPEN) | word
        if with_errors:
            closed["properties"]["errors"] = copy.deepcopy(ERRORS)
            closed["properties"]["errors"]["items"] |= {"additionalProperties": False}
        shape = f"{name}{' and errors' if with_errors else ''}"
        yield shape, closed
        for choice in ("allOf", "anyOf", "oneOf"):
            yield f"{shape}, in {choice}", {choice: [closed]}
        yield f"{shape}, beside an open part", {"allOf": [{"type": "object"}, {"allOf": [closed]}]}


CLOSED = {
    f"{openapi}, {name}, {place}": (openapi, schema, place)
    for openapi in ("3.0.3", "3.1.0")
    for name, schema in closed_schemas(openapi)
    for place in ("the schema Problem", "inline", "a schema of 4XX", "the default response")
}


@pytest.mark.parametrize(
    ("openapi", "schema", "place"), sampled(CLOSED.values(), every=3), ids=sampled(CLOSED, every=3)
)
def test_a_closed_schema_is_extended_by_what_the_service_answers(
    load: Load, openapi: str, schema: dict[str, Any], place: str
) -> None:
    document = load(SAMPLE.replace("openapi: 3.1.0", f"openapi: {openapi}"))
    assert document.root["openapi"] == openapi
    declare(document.root, copy.deepcopy(schema), place)
    written = copy.deepcopy(document.root)

    served = effective(document)

    assert document.root == written, "the written contract is not changed"
    assert refused(served) == []
    declare(served, schema, place)
    assert refused(served), "the control: the schema as it was written"


def declare(root: Any, schema: dict[str, Any], place: str) -> None:
    responses = root["paths"]["/api/tasks"]["get"]["responses"]
    schemas = root["components"]["schemas"]
    if place == "the schema Problem":
        schemas["Problem"] = schema
        return
    status = {"a schema of 4XX": "4XX", "the default response": "default"}.get(place, "404")
    if place != "inline":
        schemas["Fault"], schema = schema, {"$ref": "#/components/schemas/Fault"}
    responses[status] = {"description": "A failure.", "content": {MEDIA_TYPE: {"schema": schema}}}


@pytest.mark.parametrize("word", [{}, {"additionalProperties": True}, {"additionalProperties": {}}], ids=str)
def test_an_open_schema_stays_as_it_is(load: Load, word: dict[str, Any]) -> None:
    document = load(SAMPLE)
    declare(document.root, OPEN | word, "the schema Problem")

    assert effective(document)["components"]["schemas"]["Problem"] == OPEN | word


def test_a_schema_that_is_no_error_too_stays_as_it_is(load: Load) -> None:
    document = load(SAMPLE)
    task = document.root["components"]["schemas"]["TaskPage"]
    document.root["paths"]["/api/tasks"]["get"]["responses"]["404"] = {
        "description": "x",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/TaskPage"}}},
    }
    task["additionalProperties"] = False

    assert effective(document)["components"]["schemas"]["TaskPage"] == task


def test_the_served_document_lists_the_codes_of_each_status(load: Load) -> None:
    responses = effective(load(SAMPLE))["components"]["responses"]

    for name, response in responses.items():
        if name.startswith("Problem"):
            assert [f"`{code}`" for code in CODES[int(name.removeprefix("Problem"))]] == [
                word.strip(".,") for word in response["description"].partition("Codes: ")[2].split()
            ]


def test_a_decimal_limit_is_a_number() -> None:
    assert make_fault("maximum", Decimal("0.10"))["detail"] == "Must be at most 0.10."


PROPERTIES = {"code": {"type": "integer"}, "message": {"type": "string"}}
OF_A_RANGE: dict[str, Any] = {"type": "object", "required": ["code", "message"], "properties": PROPERTIES}


@pytest.mark.parametrize("word", ["default", "4XX"])
@pytest.mark.parametrize("kind", ["application/json", "application/problem+json", None])
def test_errors_of_a_range_in_an_own_shape_are_those_of_each_status(
    load: Load, word: str, kind: str | None
) -> None:
    root = yaml.safe_load(SAMPLE)
    schema = OF_A_RANGE if kind == "application/json" else {"type": "object"}
    declared = {"description": "D"} | ({"content": {kind: {"schema": schema}}} if kind else {})
    responses = root["paths"]["/api/tasks"]["post"]["responses"]
    root["paths"]["/api/tasks"]["post"]["responses"] = {"201": responses["201"], word: declared}
    root["x-problems"] = "standard"
    whole = effective_contract.build_effective_contract(load(yaml.safe_dump(root))).root

    added = {status for status in whole["paths"]["/api/tasks"]["post"]["responses"] if status.isdecimal()}
    own = kind == "application/json"
    assert {"401", "422"} <= added or own
    assert ("503" in added) == (not own or word == "4XX")
    assert not own or not added & {"400", "401", "413", "415", "422", "429"}


def test_a_status_that_the_shape_of_a_range_cannot_tell_is_declared(load: Load) -> None:
    root, status = yaml.safe_load(SAMPLE), {"type": "integer", "minimum": 400, "maximum": 500}
    properties = {"status": status, "message": {"type": "string"}}
    schema = {"type": "object", "required": ["status"], "properties": properties}
    content = {"application/json": {"schema": schema}}
    responses = root["paths"]["/api/tasks"]["post"]["responses"]
    declared = {"201": responses["201"], "default": {"description": "D", "content": content}}
    root["paths"]["/api/tasks"]["post"]["responses"] = declared
    root["x-problems"] = "standard"

    whole = effective_contract.build_effective_contract(load(yaml.safe_dump(root))).root

    added = whole["paths"]["/api/tasks"]["post"]["responses"].keys() - declared.keys()
    assert added == {"503", "504"}

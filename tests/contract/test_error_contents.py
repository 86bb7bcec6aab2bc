"""An error is no answer, though springdoc declares it so, and can be anything where it has no schema."""

import json

import pytest

from freehold.contract.operations.inference import operations
from freehold.contract.problems.possible_problems import sample_problem
from freehold.contract.rows.column_types import contract_schemas
from freehold.contract.validation.problem_details.error_shapes import fill_shape
from freehold.reading.document import Document
from freehold.rules import registry
from tests.support.contracts import FOUND, PAGED, Load, changed

TASK = '{$ref: "#/components/schemas/Task"}'
OWN = (
    "{type: object, required: [code, message], properties: {code: {type: integer}, message: {type: string}}}"
)
RESULT = (
    "{type: object, required: [success], properties: {success: {type: boolean}, message: {type: string}}}"
)


def error(schema: str, status: str, kind: str = "application/json") -> tuple[str, str]:
    """A change that declares an error of `getTask`."""
    media = f"{{schema: {schema}}}" if schema else "{example: {status: unhealthy}}"
    declared = f'        "{status}": {{description: No., content: {{"{kind}": {media}}}}}\n'
    return f'        "200":\n{FOUND}', f'{declared}        "200":\n{FOUND}'


def content(document: Document, status: str) -> object:
    (operation,) = (o for o in operations(document) if o.id == "getTask")
    response = operation.node.get_path("responses", status)
    assert response is not None
    return response.get_value("content")


def notes(document: Document) -> list[str]:
    return [note.message for note in document.notes if "schema of an answer" in note.message]


@pytest.mark.parametrize("kind", ["application/json", "*/*"])
@pytest.mark.parametrize("status", ["404", "409", "4XX", "500"])
def test_the_schema_of_the_answer_is_left_out_of_errors(load: Load, kind: str, status: str) -> None:
    document = load(changed(error(TASK, status, kind)))

    assert content(document, status) is None
    assert notes(document) == ["application/json of an error has the schema of an answer, and is not sent"]
    assert registry.problems_of("FH336", document) == []


@pytest.mark.parametrize("status", ["403", "404", "500"])
@pytest.mark.parametrize("words", ["", ", message: {type: string}"])
def test_the_schema_of_another_answer_is_left_out_too_if_it_takes_anything(
    load: Load, words: str, status: str
) -> None:
    properties = f"{{id: {{type: integer}}, open: {{type: boolean}}{words}}}"
    school = f"    School: {{type: object, properties: {properties}}}\n"
    media = '{application/json: {schema: {$ref: "#/components/schemas/School"}}}'
    answers = f'{{"200": {{description: D, content: {media}}}}}'
    path = f"  /school:\n    get: {{operationId: school, responses: {answers}}}\n"
    document = load(
        changed(
            error('{$ref: "#/components/schemas/School"}', status),
            ("paths:\n", f"paths:\n{path}"),
            ("  schemas:\n", f"  schemas:\n{school}"),
        )
    )

    assert content(document, status) is None
    assert registry.problems_of("FH336", document) == []


def test_there_is_one_note_for_all(load: Load) -> None:
    (text, first), (_, second) = error(TASK, "404"), error(TASK, "409")
    document = load(changed((text, first.removesuffix(text) + second)))

    (note,) = notes(document)
    assert note.endswith("and is not sent, and 1 more like it")


def test_problem_details_beside_it_stay(load: Load) -> None:
    (text, declared), problem = error(TASK, "404"), "application/problem+json: {schema: {type: object}}"
    document = load(changed((text, declared.replace("content: {", f"content: {{{problem}, ", 1))))

    assert content(document, "404") == {"application/problem+json": {"schema": {"type": "object"}}}


def test_what_is_unhealthy_may_be_told_as_what_is_healthy(load: Load) -> None:
    document = load(changed(error(TASK, "503")))

    assert content(document, "503") is not None
    assert registry.problems_of("FH336", document)


@pytest.mark.parametrize("schema", [OWN, "{type: string}", "{type: object}"])
def test_other_schemas_stay(load: Load, schema: str) -> None:
    document = load(changed(error(schema, "404")))

    assert content(document, "404") is not None
    assert notes(document) == []


def test_a_schema_that_answers_and_errors_share_stays(load: Load) -> None:
    shown = f"              schema: {RESULT}\n"
    head, declared = error(RESULT, "404")
    answer = f"{FOUND}          content:\n            application/json:\n              schema: {TASK}\n"
    document = load(
        changed(
            (
                head + answer.removeprefix(FOUND),
                declared + answer.removeprefix(FOUND).replace(f"              schema: {TASK}\n", shown),
            )
        )
    )

    assert content(document, "404") is not None
    assert notes(document) == []


def test_a_row_that_no_operation_answers_is_refused(load: Load) -> None:
    page = PAGED.strip().removeprefix("schema: ")
    other = page.replace("TaskPage", "Note")
    note = "    Note: {type: object, required: [id], properties: {id: {type: string}}}\n"
    document = load(changed(error(other, "404"), ("  schemas:\n", f"  schemas:\n{note}")))

    assert registry.problems_of("FH336", document)


def test_without_a_schema_an_error_is_anything(load: Load) -> None:
    document = load(changed(error("", "503")))

    assert content(document, "503") == {
        "application/json": {"example": {"status": "unhealthy"}, "schema": {}}
    }
    assert registry.problems_of("FH336", document) == []


CODES = "{type: string, enum: [task-locked, task-archived]}"
LISTED = [
    f"{{type: object, required: [code, message], properties: {{code: {CODES}, message: {{type: string}}}}}}",
    f"{{type: object, required: [error], properties: {{error: {CODES}}}}}",
    "{type: object, required: [error], properties: {error: {type: object, required: [code, message],"
    f" properties: {{code: {CODES}, message: {{type: string}}}}}}}}}}",
]


@pytest.mark.parametrize("schema", LISTED)
def test_an_error_that_only_hand_written_code_raises_may_have_codes_of_its_own(
    load: Load, schema: str
) -> None:
    document = load(changed(error(schema, "409")))
    (operation,) = (o for o in operations(document) if o.id == "getTask")
    pointer = f"{operation.node.pointer}/responses/409/content/application~1json/schema"
    schemas, problem = contract_schemas(document), sample_problem(409)
    request = {"time": "2026-01-31T09:30:00Z", "path": "/tasks"}

    assert registry.problems_of("FH336", document) == []
    for code, fits in (("task-locked", True), ("task-archived", True), ("conflict", False)):
        told = fill_shape(schemas, pointer, problem | {"code": code}, request)
        assert (code in json.dumps(told), told is not None) == (fits, fits)


@pytest.mark.parametrize("schema", LISTED)
@pytest.mark.parametrize("status", ["401", "404", "503", "4XX", "default"])
def test_an_error_that_the_service_sends_has_its_code(load: Load, schema: str, status: str) -> None:
    assert registry.problems_of("FH336", load(changed(error(schema, status))))


def test_what_no_code_fills_is_refused_whoever_raises_it(load: Load) -> None:
    schema = (
        LISTED[0]
        .replace("message]", "message, help]")
        .replace("message: {", "help: {type: string, format: uri}, message: {")
    )

    assert registry.problems_of("FH336", load(changed(error(schema, "409"))))


def test_a_recursive_schema_of_an_error_is_read_to_its_end(load: Load) -> None:
    inner = '{$ref: "#/components/schemas/Task"}'
    schema = f"{{type: object, required: [help], properties: {{help: {inner}, code: {CODES}}}}}"

    assert registry.problems_of("FH336", load(changed(error(schema, "409"))))

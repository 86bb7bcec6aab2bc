"""Who types a word of OpenAPI wrong is told which word it was, where it stands, and what it may have been."""

import pytest

from freehold.ground.problems import ContractError, Problem
from freehold.rules import registry
from tests.support import contracts as c
from tests.support.contracts import MARKER, Load, split_marker

TYPOS = [
    ("openapi: 3", "»opeanpi: 3", "openapi"),
    ("info:\n", "»inof:\n", "info"),
    ("paths:\n", "»pahts:\n", "paths"),
    ("security:\n", "»securty:\n", "security"),
    ("components:\n", "»componets:\n", "components"),
    ("x-problems", "»x-problem", "x-problems"),
    ("x-problems: standard", "x-problems: »standart", "standard"),
    ("  title: T", "  »titel: T", "title"),
    ("  schemas:\n", "  »schmas:\n", "schemas"),
    ("  parameters:\n    T", "  »parametrs:\n    T", "parameters"),
    ("securitySchemes", "»securitySchems", "securitySchemes"),
    ("type: http", "type: »htpp", "http"),
    ("scheme: bearer", "scheme: »baerer", "bearer"),
    ("    get:\n", "    »gte:\n", "get"),
    ("    post:\n", "    »psot:\n", "post"),
    ("operationId: l", "»opertionId: l", "operationId"),
    ("      parameters:\n", "      »paramters:\n", "parameters"),
    ("requestBody:", "»requestBdy:", "requestBody"),
    ("      responses:\n", "      »reponses:\n", "responses"),
    ("        required: true\n", "        »requried: true\n", "required"),
    ('"200":', '»"20O":', "200"),
    ("content:", "»contnet:", "content"),
    ("headers:", "»heders:", "headers"),
    ("description: The task.", "»descripton: The task.", "description"),
    ("- name: page\n", "- »nmae: page\n", "name"),
    ("in: query", "in: »qurey", "query"),
    ("schema: {type: integer", "»shcema: {type: integer", "schema"),
    ('$ref: "#/components/parameters/TaskId"', '»$reff: "#/components/parameters/TaskId"', "$ref"),
    ('$ref: "#/components/schemas/Task"', '»$reff: "#/components/schemas/Task"', "$ref"),
    ("#/components/schemas/TaskPage", "#/components/schemas/TaskPag", "TaskPage"),
    ("type: integer", "type: »integr", "integer"),
    ("type: boolean", "type: »bool", "boolean"),
    ("maxLength: ", "maxLenght: »", "maxLength"),
    ("readOnly: ", "readonly: »", "readOnly"),
    ("      required: [", "      »requird: [", "required"),
    ("properties:\n", "»propertes:\n", "properties"),
    ("additionalProperties: ", "additionalPropertes: »", "additionalProperties"),
    ("enum:", "»emun:", "enum"),
    ("x-resource", "»x-resorce", "x-resource"),
    ("indexes:", "»indices:", "indexes"),
    ("order: [-c", "»ordr: [-c", "order"),
    ("[completed]", "[»complete]", "completed"),
]


@pytest.mark.parametrize(("right", "wrong", "meant"), TYPOS, ids=[wrong.strip() for _, wrong, _ in TYPOS])
def test_typos_are_reported_with_position_and_suggestion(
    load: Load, right: str, wrong: str, meant: str
) -> None:
    assert right in c.SAMPLE
    text = c.SAMPLE.replace(right, wrong, 1)
    line = text[: text.index(wrong)].count("\n") + wrong.strip("\n").count("\n") + 1
    text, place = split_marker(text) if MARKER in wrong else (text, f"{line}:")

    found = told(load, text)

    mine = [
        p for p in found if f"{p.line}:{p.column}".startswith(place) and f"Did you mean {meant}?" in p.fix
    ]
    assert mine, "\n".join(map(str, found))


def told(load: Load, text: str) -> tuple[Problem, ...]:
    with pytest.raises(ContractError) as refused:
        registry.check(load(text))
    return refused.value.problems


def test_a_misspelled_container_is_reported_once(load: Load) -> None:
    (problem,) = told(load, c.SAMPLE.replace("  schemas:\n", "  schmas:\n"))

    assert (problem.code, problem.fix) == ("FH102", "Did you mean schemas?")


@pytest.mark.parametrize(
    "key", ["x-logo: a.png", "x-order: 3", "x-searchable: true", "x-tagGroups: []", "x-internal: true"]
)
def test_extensions_of_other_tools_are_accepted(load: Load, key: str) -> None:
    registry.check(load(c.changed(c.after(c.LIST, f"      {key}\n"))))


def test_unknown_keys_are_rejected_with_the_available_keys(load: Load) -> None:
    (problem,) = told(load, c.changed(c.after(c.LIST, "      colour: red\n")))

    assert problem.message == "colour is not a key of an operation"
    assert "Available keys: tags, summary" in problem.fix
    assert "Extensions start with x-" in problem.fix

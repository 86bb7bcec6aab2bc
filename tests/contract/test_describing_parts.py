"""A part of `allOf` that only describes says the same as its words beside `allOf`."""

import copy
import itertools

import pytest
import yaml

from freehold.contract.normalizing.steps import normalize
from freehold.contract.resources import properties, resources
from freehold.rules import registry
from tests.support.contracts import COMPLETED, TASK, Load, changed

WORDS = {
    "default": "low",
    "description": "How urgent.",
    "title": "Level",
    "example": "low",
    "deprecated": True,
    "readOnly": True,
}
LEVEL = "    Level: {type: string, enum: [low, high]}\n"
REFERENCE = {"$ref": "#/components/schemas/Level"}


def level(load: Load, schema: object) -> dict[str, object]:
    """What a property of the resource says, where no rule refuses it."""
    text = yaml.safe_dump(schema, default_flow_style=True, width=1000).strip()
    document = load(changed((COMPLETED, f"        level: {text}\n{COMPLETED}"), (TASK, f"{LEVEL}{TASK}")))
    for code in ("FH203", "FH341", "FH406", "FH409"):
        assert registry.problems_of(code, document) == []
    return dict(properties(resources(document)["Task"])["level"].value)


@pytest.mark.parametrize("words", [*itertools.combinations(WORDS, 1), *itertools.combinations(WORDS, 2)])
def test_the_words_are_those_of_the_schema(load: Load, words: tuple[str, ...]) -> None:
    said = {word: WORDS[word] for word in words}
    written = {"allOf": [REFERENCE], **said}

    assert level(load, {"allOf": [REFERENCE, said]}) == level(load, written)
    assert level(load, {"allOf": [said, REFERENCE]}) == level(load, written)
    assert level(load, {"allOf": [REFERENCE, *({word: value} for word, value in said.items())]}) == level(
        load, written
    )


def test_what_the_schema_says_itself_stays(load: Load) -> None:
    found = level(load, {"description": "Mine.", "allOf": [REFERENCE, {"description": "Yours."}]})

    assert found["description"] == "Mine."


@pytest.mark.parametrize("part", [{"maxLength": 3}, {"default": "low", "maxLength": 4}, {"enum": ["low"]}])
def test_a_part_that_decides_stays(load: Load, part: dict[str, object]) -> None:
    assert level(load, {"allOf": [REFERENCE, part]})["allOf"] == [REFERENCE, part]


DEFAULTED = "{allOf: [{$ref: '#/components/schemas/Level'}, {default: low}]}"
NESTED = {
    "in a part": f"{{allOf: [{DEFAULTED}, {{title: X}}]}}",
    "in a property of a part": f"{{allOf: [{{type: object, properties: {{a: {DEFAULTED}}}}}, {{title: X}}]}}",
}


@pytest.mark.parametrize("schema", NESTED.values(), ids=NESTED)
def test_it_is_read_at_each_depth_at_once(load: Load, schema: str) -> None:
    once = load(changed((COMPLETED, f"        level: {schema}\n{COMPLETED}"), (TASK, f"{LEVEL}{TASK}")))
    root = copy.deepcopy(once.root)

    assert normalize(once).root == root
    assert "{'default': 'low'}" not in str(root)


def parts(part: str) -> str:
    """A property whose second part is this one, on a line of its own."""
    return f"        level:\n          allOf:\n            - {{title: X}}\n            - {part}\n"


def test_a_problem_of_another_part_has_its_line(load: Load) -> None:
    document = load(changed((COMPLETED, parts("{maxlength: 3}") + COMPLETED)))

    (problem,) = registry.problems_of("FH202", document)

    assert "{maxlength: 3}" in problem.source


def test_words_beside_a_reference_in_openapi_3_0_are_still_reported(load: Load) -> None:
    part = "{$ref: '#/components/schemas/Level', minLength: 3}"
    in_3_0 = ("openapi: 3.1.0", "openapi: 3.0.3")

    document = load(changed(in_3_0, (COMPLETED, parts(part) + COMPLETED), (TASK, f"{LEVEL}{TASK}")))

    (problem,) = registry.problems_of("FH204", document)
    assert part in problem.source

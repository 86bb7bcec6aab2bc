"""A part of `allOf` that only describes says the same as its words beside `allOf`."""

import itertools

import pytest
import yaml

from freehold.contract.resources import properties, resources
from freehold.rules import registry
from tests.support.contracts import COMPLETED, Load, changed

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
    document = load(
        changed((COMPLETED, f"        level: {text}\n{COMPLETED}"), ("    Task:\n", f"{LEVEL}    Task:\n"))
    )
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


def test_a_wrong_default_has_its_line(load: Load) -> None:
    level_ = "        level: {allOf: [{$ref: '#/components/schemas/Level'}, {default: none}]}\n"
    document = load(changed((COMPLETED, level_ + COMPLETED), ("    Task:\n", f"{LEVEL}    Task:\n")))

    (problem,) = registry.problems_of("FH203", document)

    assert problem.source.startswith("        level:")

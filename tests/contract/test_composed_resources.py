"""A resource that is composed with `allOf` has the columns of its parts."""

from contextlib import suppress

import pytest

from freehold.contract.resources import resources
from freehold.ground.problems import ContractError
from freehold.rules import registry
from tests.support import contracts as c
from tests.support.contracts import Load, before, build_api_model, changed, split_marker

FLAT = '        tag:\n          type: [string, "null"]\n          maxLength: 9\n'
BASE = "    Base:\n      type: object\n      required: [completed]\n      properties:\n" + FLAT
PART = '      allOf: [{$ref: "#/components/schemas/Base"}]\n'
COMPOSED = {
    "a part that can be null": (PART, BASE.replace("type: object", "type: [object, 'null']")),
    "a reference": (PART, BASE),
    "an inline part": (
        "      allOf: [{properties: {tag: {type: [string, 'null'], maxLength: 9}}}]\n",
        "",
    ),
    "a part of a part": (
        '      allOf: [{$ref: "#/components/schemas/Outer"}]\n',
        '    Outer: {description: All., allOf: [{$ref: "#/components/schemas/Base"}]}\n' + BASE,
    ),
    "one part twice": (PART.replace("]", ', {$ref: "#/components/schemas/Base"}]'), BASE),
    "a part that repeats a property": (
        PART,
        BASE + "        title: {type: string, minLength: 1, maxLength: 200}\n",
    ),
}


def composed(words: str, schemas: str) -> str:
    """The sample whose Task has parts. Its title says nothing to people, so that a part can repeat it."""
    plain = ("          description: What is to be done, in a few words.\n", "")
    return changed(plain, (c.OPTIONS, c.OPTIONS + words), before(c.TASK, schemas))


@pytest.mark.parametrize(("words", "schemas"), COMPOSED.values(), ids=COMPOSED)
def test_the_properties_of_parts_become_columns(load: Load, words: str, schemas: str) -> None:
    plain = ("          description: What is to be done, in a few words.\n", "")
    flat = build_api_model(load(changed(plain, before(c.ID, FLAT)))).resources[0]

    document = load(composed(words, schemas))
    merged = build_api_model(document).resources[0]

    assert sorted(merged.columns, key=str) == sorted(flat.columns, key=str)
    assert sorted(merged.check_constraints, key=str) == sorted(flat.check_constraints, key=str)
    assert merged.omit_when_null == flat.omit_when_null
    assert "allOf" not in resources(document)["Task"].value


def test_a_part_can_require_a_property(load: Load) -> None:
    base = BASE.replace("[completed]", "[tag]").replace('[string, "null"]', "string")

    with pytest.raises(ContractError) as refused:
        registry.check(load(composed(PART, base)))

    assert "createTask can omit tag, which Task requires" in str(refused.value)


def test_a_problem_of_a_part_is_reported_at_the_part(load: Load) -> None:
    text, place = split_marker(composed(PART, BASE.replace("maxLength: 9", "maxLenght: »9")))

    with pytest.raises(ContractError) as refused:
        registry.check(load(text))

    found = {f"{problem.line}:{problem.column}" for problem in refused.value.problems}
    assert found == {place}


@pytest.mark.parametrize(
    ("words", "schemas"),
    [
        (PART, BASE + "      additionalProperties: false\n"),
        (PART, BASE + "      minProperties: 3\n"),
        (PART, BASE + "        title: {type: string}\n"),
        (PART, "    Base: {anyOf: [{required: [title]}]}\n"),
        ("      allOf: [{not: {required: [tag]}}]\n", ""),
        ("      allOf: [true, false]\n", ""),
    ],
)
def test_a_part_that_says_more_is_rejected(load: Load, words: str, schemas: str) -> None:
    with pytest.raises(ContractError) as refused:
        registry.check(load(composed(words, schemas)))

    assert "FH409" in {problem.code for problem in refused.value.problems}


@pytest.mark.parametrize(
    "schemas",
    [
        '    Base: {allOf: [{$ref: "#/components/schemas/Base"}]}\n',
        '    Base: {allOf: [{$ref: "#/components/schemas/Task"}]}\n',
        "".join(
            f'    Part{n}: {{allOf: [{{$ref: "#/components/schemas/Part{n + 1}"}}, '
            f'{{$ref: "#/components/schemas/Part{n + 1}"}}]}}\n'
            for n in range(40)
        )
        + '    Part40: {properties: {tag: {type: string}}}\n    Base: {$ref: "#/components/schemas/Part0"}\n',
        "    Base: 7\n",
        "    Base: {properties: 7, required: no}\n",
    ],
)
def test_parts_that_are_circular_or_no_schemas_do_no_harm(load: Load, schemas: str) -> None:
    with suppress(ContractError):
        build_api_model(load(composed(PART, schemas)))


def test_a_part_can_have_generated_properties(load: Load) -> None:
    made = "        made: {type: string, format: date-time, readOnly: true, x-generated: created}\n"

    api = build_api_model(load(composed(PART, BASE + made)))

    column = next(column for column in api.resources[0].columns if column.name == "made")
    assert "server_default=func.now()" in column.arguments

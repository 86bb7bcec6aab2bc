"""A parameter of which nothing is said is a text."""

import pytest

from freehold.contract.operations.inference import operations
from freehold.rules import registry
from tests.support.contracts import Load, changed

COMPLETE = "      operationId: completeTask\n"


def parameter(load: Load, schema: str, place: str = "query") -> tuple[dict[str, object], list[str]]:
    """The schema of a parameter, and what the notes say about it."""
    declared = f"      parameters: [{{name: word, in: {place}, schema: {schema}}}]\n"
    document = load(changed((COMPLETE, COMPLETE + declared)))
    (operation,) = (o for o in operations(document) if o.id == "completeTask")
    (found,) = (p for p in operation.parameters() if p.get_value("name") == "word")
    return found.get_value("schema"), [note.message for note in document.notes if "word" in note.message]


@pytest.mark.parametrize("place", ["query", "header"])
@pytest.mark.parametrize("schema", ["{}", "{description: A word.}", "{default: a, title: Word}"])
def test_it_is_a_text(load: Load, place: str, schema: str) -> None:
    found, notes = parameter(load, schema, place)

    assert found["type"] == "string"
    assert notes == ["word has no type: it is a text"]


@pytest.mark.parametrize(
    "schema", ["{type: array}", "{type: array, items: {}}", "{type: array, items: {title: X}}"]
)
def test_so_are_the_elements_of_an_array(load: Load, schema: str) -> None:
    found, notes = parameter(load, schema)

    assert found["items"]["type"] == "string"  # type: ignore[index]
    assert notes == ["the elements of word have no type: they are texts"]


NUMBER_OR_TEXT = "anyOf: [{type: number, minimum: 0}, {type: string}"


@pytest.mark.parametrize("place", ["query", "header"])
@pytest.mark.parametrize(
    ("schema", "default"),
    [
        (f"{{{NUMBER_OR_TEXT}]}}", None),
        (f"{{{NUMBER_OR_TEXT}], title: Word, default: 1.5e-7}}", "0.00000015"),
        (f"{{{NUMBER_OR_TEXT}, {{type: 'null'}}], default: '2'}}", "2"),
        (f"{{{NUMBER_OR_TEXT}, {{type: 'null'}}], default: null}}", None),
        ("{oneOf: [{type: boolean}, {type: string}], default: true}", "true"),
        ("{type: [number, string], default: -3, example: 1.5, examples: [2, a, null]}", "-3"),
        ("{anyOf: [{type: string, title: T}, {type: boolean}, {type: integer}]}", None),
    ],
)
def test_a_choice_with_any_text_is_one(load: Load, place: str, schema: str, default: str | None) -> None:
    found, notes = parameter(load, schema, place)

    assert found["type"] == "string"
    assert found.keys().isdisjoint({"anyOf", "oneOf"})
    assert found.get("default") == default
    assert found.get("examples", ["2", "a"]) == ["2", "a"]
    assert notes == ["word can be any text: it is a text"]


@pytest.mark.parametrize(
    "parts",
    ["{type: number}, {type: string, maxLength: 3}", "{type: string}, {type: 'null'}", "{type: string}, {}"],
)
def test_other_choices_stay(load: Load, parts: str) -> None:
    found, notes = parameter(load, f"{{anyOf: [{parts}]}}")

    assert "anyOf" in found
    assert notes == []


TYPED = ("{minimum: 3}", "{default: 3}", "{example: 3}", "{examples: [3]}", "{enum: [a]}", "{type: integer}")


@pytest.mark.parametrize("schema", TYPED)
def test_what_says_more_stays(load: Load, schema: str) -> None:
    found, notes = parameter(load, schema)

    assert found.get("type") != "string"
    assert notes == []


def test_no_rule_refuses_it(load: Load) -> None:
    text = changed((COMPLETE, COMPLETE + "      parameters: [{name: word, in: query, schema: {}}]\n"))

    assert registry.problems_of("FH312", load(text)) == []


@pytest.mark.parametrize("schema", ["{description: Anything.}", "{type: array}"])
def test_a_schema_that_others_refer_to_stays(load: Load, schema: str) -> None:
    declared = '      parameters: [{name: word, in: query, schema: {$ref: "#/components/schemas/Any"}}]\n'
    named = f"    Any: {schema}\n    Task:\n"
    before = load(changed(("    Task:\n", named)))

    after = load(changed((COMPLETE, COMPLETE + declared), ("    Task:\n", named)))

    assert after.root["components"]["schemas"]["Any"] == before.root["components"]["schemas"]["Any"]
    assert registry.problems_of("FH312", after) == []

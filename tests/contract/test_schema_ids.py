"""What a schema says about itself is no part of what is served."""

import pytest

from freehold.contract.resources import properties, resources
from freehold.ground.problems import ContractError
from freehold.rules import registry
from tests.support.contracts import SAMPLE, Load

NOT_SERVED = {
    "$id: Task": "$id",
    "$id: https://example.com/task.json": "$id",
    "$schema: https://json-schema.org/draft/2020-12/schema": "$schema",
    "$schema: http://json-schema.org/draft-07/schema#": "$schema",
}


def with_words(word: str) -> str:
    """The sample, with the word at the resource."""
    head, name, rest = SAMPLE.partition("\n    Task:\n")
    assert name
    return f"{head}{name}      {word}\n{rest}"


@pytest.mark.parametrize("word", NOT_SERVED)
def test_a_schema_loses_what_it_says_about_itself(load: Load, word: str) -> None:
    plain, named = load(SAMPLE), load(with_words(word))

    assert named.root == plain.root
    (note,) = {*named.notes} - {*plain.notes}
    assert f"{NOT_SERVED[word]} of a schema is not served" in note.message
    assert with_words(word).splitlines()[note.line - 1].strip().startswith(NOT_SERVED[word])


def test_all_of_them_are_one_note(load: Load) -> None:
    nested = SAMPLE.replace(
        "\n        title:\n", "\n        $id: {type: string}\n        title:\n          $id: Title\n", 1
    )
    assert nested != SAMPLE

    document = load(nested.replace("\n    Task:\n", "\n    Task:\n      $id: Task\n"))

    assert [note.message for note in document.notes if "$id" in note.message] == [
        "$id of a schema is not served, and 1 more like it"
    ]
    assert any("$id" in properties(schema) for schema in resources(document).values())


def test_names_that_a_contract_chooses_are_no_keywords(load: Load) -> None:
    names = "discriminator: {propertyName: title, mapping: {$id: '#/components/schemas/Task'}}"

    document = load(with_words(names))

    assert "$id" in document.root["components"]["schemas"]["Task"]["discriminator"]["mapping"]
    assert not any("is not served" in note.message for note in document.notes)


def test_an_id_that_is_no_text_is_refused(load: Load) -> None:
    with pytest.raises(ContractError) as caught:
        registry.check(load(with_words("$id: 7")))

    assert "the keyword $id is not supported" in str(caught.value)


def test_data_keep_their_ids(load: Load) -> None:
    text = with_words("example: {$id: 7, $schema: 'https://json-schema.org/draft/2020-12/schema'}")

    assert "$id" in str(load(text).root)

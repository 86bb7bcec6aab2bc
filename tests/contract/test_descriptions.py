"""Responses without a description are described by the name of their status, and nothing else is."""

import pytest
import yaml

from freehold.ground.problems import ContractError
from freehold.rules import registry
from tests.support.contracts import SAMPLE, Load

PHRASES = {
    "200": "OK",
    "201": "Created",
    "404": "Not Found",
    "4XX": "Another answer.",
    "default": "Another answer.",
}


@pytest.mark.parametrize(("status", "phrase"), PHRASES.items())
@pytest.mark.parametrize(
    "response", [{}, {"x-tool": 1}, {"headers": {"X-A": {"schema": {"type": "string"}}}}], ids=str
)
def test_the_status_describes_them(load: Load, status: str, phrase: str, response: dict[str, object]) -> None:
    root = yaml.safe_load(SAMPLE)
    own = {"operationId": "health", "responses": {status: response, "204": {"description": "D"}}}
    root["paths"]["/health"] = {"get": own}

    document = load(yaml.safe_dump(root))

    assert document.root["paths"]["/health"]["get"]["responses"][status]["description"] == phrase
    assert [note.message for note in document.notes] == ["a response has no description"]
    registry.check(document)


def test_a_misspelled_description_is_told(load: Load) -> None:
    text = SAMPLE.replace("description: The task.", "descripton: The task.", 1)

    with pytest.raises(ContractError) as refused:
        registry.check(load(text))
    (problem,) = (found for found in refused.value.problems if found.code == "FH102")
    assert "Did you mean description?" in problem.fix


def test_a_word_of_other_tools_beside_responses_is_none(load: Load) -> None:
    root = yaml.safe_load(SAMPLE)
    responses = {"204": {"description": "D"}, "x-tool": {}}
    root["paths"]["/health"] = {"get": {"operationId": "health", "responses": responses}}

    assert load(yaml.safe_dump(root)).root["paths"]["/health"]["get"]["responses"]["x-tool"] == {}

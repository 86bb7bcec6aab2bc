"""An id in a path has the type of the id of its row, also where an exporter wrote a plain string."""

import re

import pytest

from freehold.contract.operations.inference import operations
from freehold.rules import registry
from tests.dialects.projects import HERE
from tests.rules.mistakes_workspace import WORKSPACE
from tests.support.contracts import SAMPLE, Load

KEYS = (HERE / "keys" / "contract.yaml").read_text("utf-8")
ID = re.compile(r"(in: path(?:, |\n *)required: true(?:,|\n)(?:.*\n)? *schema: )\{[^}]*\}")


def schemas_of(load: Load, text: str) -> dict[str, object]:
    found = operations(load(text))
    return {
        p.pointer: p.value["schema"] for o in found for p in o.parameters() if p.get_value("in") == "path"
    }


@pytest.mark.parametrize("text", [SAMPLE, WORKSPACE], ids=["sample", "workspace"])
def test_a_plain_string_becomes_the_type_of_the_id(load: Load, text: str) -> None:
    plain, count = ID.subn(r"\1{type: string}", text)
    assert count >= 1

    document = load(plain)

    assert {p.code for p in document.notes} == {"FH908"}
    assert len(document.notes) == len({(p.line, p.column) for p in document.notes})
    assert registry.problems_of("FH421", document) == []
    before, after = schemas_of(load, text), schemas_of(load, plain)
    assert {at: after[at] for at in before if after[at] != before[at]} == {}


def test_a_plain_integer_becomes_the_small_one_that_the_id_is(load: Load) -> None:
    document = load(KEYS.replace(", format: int32, minimum: 1}", ", format: int32}"))

    assert registry.problems_of("FH421", document) == []
    schemas = {
        str(p.value["name"]): p.value["schema"]
        for o in operations(document)
        for p in o.parameters()
        if p.get_value("in") == "path" and o.resource == "Board"
    }
    assert schemas["number"] == {"type": "integer", "format": "int32"}


@pytest.mark.parametrize(
    "words", ["type: string, format: email", "type: string, maxLength: 9", "type: boolean"]
)
def test_what_says_more_than_a_plain_string_is_kept(load: Load, words: str) -> None:
    document = load(ID.sub(rf"\1{{{words}}}", SAMPLE, count=1))

    assert document.notes == ()
    assert registry.problems_of("FH421", document) != []

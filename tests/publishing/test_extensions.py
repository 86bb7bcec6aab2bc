"""The served document has no words that only Freehold reads, and keeps everything else."""

import json

from freehold.contract.effective_contract import DEPENDS_ON_DATA, build_effective_contract
from freehold.contract.vocabulary import FIXED_FIELDS
from freehold.publishing.extensions import remove_extensions
from freehold.publishing.served_document import build_served_document
from tests.publishing.documents import effective, every_contract
from tests.support.contracts import Load, after, changed

OWN = {word for fields in FIXED_FIELDS.values() for word in fields if word.startswith("x-")}
FOREIGN = "x-internal-id"


@every_contract
def test_no_word_of_freehold_is_public(name: str) -> None:
    contract = effective(name)

    served = json.dumps(build_served_document(contract).root)

    assert {word for word in OWN if f'"{word}":' in served} <= {DEPENDS_ON_DATA}
    assert any(f'"{word}":' in json.dumps(contract.root) for word in OWN)


def test_words_of_other_tools_and_names_of_properties_stay(load: Load) -> None:
    contract = build_effective_contract(
        load(
            changed(
                after("      x-resource:\n", ""),
                after("    Task:\n", f"      {FOREIGN}: {{x-resource: kept}}\n"),
            )
        )
    )
    schema = contract.root["components"]["schemas"]["Task"]
    schema["properties"]["x-resource"] = {"type": "string", "default": "x", "x-generated": "uuid"}
    schema["examples"] = [{"x-resource": "a name in data"}]

    remove_extensions(contract.root)

    assert schema["properties"]["x-resource"] == {"type": "string", "default": "x"}
    assert schema["examples"] == [{"x-resource": "a name in data"}]
    assert schema[FOREIGN] == {"x-resource": "kept"}
    assert "x-resource" not in schema


@every_contract
def test_building_the_served_document_leaves_the_contract_as_it_is(name: str) -> None:
    contract = effective(name)
    before = json.dumps(contract.root)

    build_served_document(contract)

    assert json.dumps(contract.root) == before

"""`init --from` takes a contract that the service cannot hold, and says what is left to people."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from freehold.contract import loading
from freehold.contract.operations.inference import operations
from freehold.workbench.importing import checklist
from tests.workbench.foreign.test_searches import contract

SIZE = {"name": "limit", "in": "query", "schema": {"type": "integer"}}


@pytest.mark.parametrize(
    ("limit", "is_held"),
    [({"minimum": 0}, True), ({"minimum": 1}, False), ({"maximum": 100}, False), ({"const": 7}, False)],
)
def test_a_page_with_a_limit_that_it_cannot_keep_is_written_by_hand(
    tmp_path: Path, limit: dict[str, int], *, is_held: bool
) -> None:
    root: dict[str, Any] = contract(SIZE)
    answer = root["paths"]["/notes"]["get"]["responses"]["200"]["content"]["application/json"]
    page = {"rows": answer["schema"], "total": {"type": "integer", **limit}}
    root["components"]["schemas"]["NotePage"] = {"type": "object", "properties": page}
    answer["schema"] = {"$ref": "#/components/schemas/NotePage"}
    file = tmp_path / "api.yaml"
    file.write_text(yaml.safe_dump(root, sort_keys=False), "utf-8")

    reasons = [change.why for change in checklist.apply(file) if change.text == "x-operation: custom"]

    assert [reason.endswith("[FH502]") for reason in reasons] == ([] if is_held else [True])
    assert checklist.steps(file) == []
    assert {o.kind for o in operations(loading.load(file)) if o.id == "listNotes"} == {
        "list" if is_held else "custom"
    }


@pytest.mark.parametrize("longest", [None, 9])
def test_a_parameter_that_is_declared_twice_is_listed_unless_both_are_the_same(
    tmp_path: Path, longest: int | None
) -> None:
    root: dict[str, Any] = contract(SIZE, more="title")
    another = {"type": "string", **({"maxLength": longest} if longest else {})}
    root["paths"]["/notes"]["get"]["parameters"].append({"name": "title", "in": "query", "schema": another})
    file = tmp_path / "api.yaml"
    file.write_text(yaml.safe_dump(root, sort_keys=False), "utf-8")

    checklist.apply(file)

    steps = checklist.steps(file)
    assert [step.problem.code for step in steps] == (["FH314"] if longest else [])

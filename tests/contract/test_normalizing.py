"""A contract is brought into its normal form: nothing it means is lost, and what is malformed is left."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from freehold.contract.normalizing.steps import normalize
from freehold.contract.operations.inference import operations
from freehold.reading.document import Document
from freehold.reading.json_pointers import escape_token
from freehold.reading.yaml_parser import SourceLocation
from tests.support.contracts import SAMPLE, Load, changed
from tests.support.thoroughness import sampled

DRF = (Path(__file__).parents[1] / "dialects" / "drf" / "contract.yaml").read_text("utf-8")
INLINE = '{type: object, properties: {rows: {type: array, items: {$ref: "#/components/schemas/Task"}}}}'


def pointers(value: Any, pointer: str = "") -> list[str]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [p for key, part in parts for p in pointers(part, f"{pointer}/{escape_token(str(key))}")]
    return [pointer, *below]


def with_value(root: Any, pointer: str, value: object) -> Any:
    root = copy.deepcopy(root)
    *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for step in steps:
        root = root[int(step)] if isinstance(root, list) else root[step]
    root[int(last) if isinstance(root, list) else last] = value
    return root


MALFORMED: tuple[object, ...] = (None, 7, "x", [], {}, [7], {"x": 7}, {"type": ["x", {}]})


@pytest.mark.long
@pytest.mark.parametrize("value", sampled(MALFORMED, every=4), ids=repr)
def test_malformed_parts_are_left_to_the_rules(value: object) -> None:
    root = yaml.safe_load(DRF)
    place = {"": SourceLocation("contract.yaml", 1, 1)}

    for pointer in pointers(root)[1:]:
        normalize(Document("contract.yaml", with_value(root, pointer, value), place))


@pytest.mark.parametrize("text", [SAMPLE, DRF])
def test_a_normalized_contract_stays_as_it_is(load: Load, text: str) -> None:
    once = load(text)
    root = copy.deepcopy(once.root)

    twice = normalize(once)

    assert twice.root == root
    assert twice.notes == once.notes


def test_problems_of_a_named_schema_are_where_it_is_written(load: Load) -> None:
    document = load(changed(('{$ref: "#/components/schemas/TaskPage"}', INLINE)))
    schema = next(o for o in operations(document) if o.id == "listTasks").response_schema()

    assert schema is not None
    assert schema.pointer == "/components/schemas/ListTasksResponse"
    line = next(n for n, text in enumerate(SAMPLE.splitlines(), 1) if "TaskPage" in text)
    rows = schema.get_path("properties", "rows")
    assert rows is not None
    assert rows.problem("x").line == line


def test_a_name_that_is_taken_gets_a_number(load: Load) -> None:
    taken = ("    Task:\n", "    ListTasksResponse: {type: object}\n    Task:\n")
    document = load(changed(('{$ref: "#/components/schemas/TaskPage"}', INLINE), taken))
    schema = next(o for o in operations(document) if o.id == "listTasks").response_schema()

    assert schema is not None
    assert schema.name == "ListTasksResponse2"

"""A property that a body calls `readOnly` is no part of a request, whatever schema the body has."""

from typing import Any

import pytest
import yaml

from freehold.contract.effective_contract import build_effective_contract
from freehold.contract.operations.inference import operations
from freehold.rules import registry
from tests.support.contracts import SAMPLE, Load

BODIES = {"createTask": "TaskCreate", "replaceTask": "TaskReplace", "updateTask": "TaskUpdate"}
SIZE = {"type": "integer", "readOnly": True}


def sample(name: str, **properties: dict[str, Any]) -> str:
    """The sample whose resource has a size, and one of whose bodies has more properties, or others."""
    root = yaml.safe_load(SAMPLE)
    schemas = root["components"]["schemas"]
    schemas["Task"]["properties"]["size"] = SIZE
    schemas[name]["properties"] |= properties
    return yaml.safe_dump(root, sort_keys=False)


@pytest.mark.parametrize(("operation_id", "name"), BODIES.items())
def test_the_service_accepts_a_body_without_it(load: Load, operation_id: str, name: str) -> None:
    document = load(sample(name, size=SIZE, id={"type": "string", "format": "uuid", "readOnly": True}))

    assert registry.problems_of("FH406", document) == []
    found = operations(build_effective_contract(document))
    bodies = {o.id: body for o in found if (body := o.row_body())}
    assert bodies[operation_id].value["properties"].keys() == {"title", "description", "completed"}
    assert {body.name for key, body in bodies.items() if key != operation_id} < {*BODIES.values()}


@pytest.mark.parametrize("operation_id", ["createTask", "replaceTask"])
def test_what_a_row_requires_has_to_be_sent(load: Load, operation_id: str) -> None:
    title = {"type": "string", "minLength": 1, "maxLength": 200, "readOnly": True}
    document = load(sample(BODIES[operation_id], title=title))

    (problem,) = registry.problems_of("FH406", document)
    assert problem.message == f"{operation_id} can omit title, which Task requires"

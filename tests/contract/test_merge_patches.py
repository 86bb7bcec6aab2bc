"""The schema of a patch accepts every patch that leads to a value that the schema of the object accepts."""

from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from freehold.contract.effective_contract import build_effective_contract
from freehold.contract.normalizing.updates.merge_patches import PatchSchemas
from freehold.contract.validation.validators import ContractSchemas
from freehold.reading.document import Document
from tests.support import contracts as c
from tests.support.contracts import Load
from tests.values import random_schemas, random_values
from tests.values.json_text import Json, same

_STORED = "/components/schemas/Stored"
_PATCH = "/components/schemas/Derived"
_PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
_OWN_PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": ["string", "null"]}}}


def merge(target: Json, patch: Json) -> Json:
    """RFC 7396, section 2, as it is written there."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def patch_between(random: Random, stored: Json, wanted: Json) -> Json:
    """A patch that leads from one value to another; unchanged members are in it or not."""
    if not isinstance(wanted, dict):
        return wanted
    before = stored if isinstance(stored, dict) else {}
    patch: dict[str, Json] = dict.fromkeys(before.keys() - wanted.keys())
    for name, value in wanted.items():
        if name not in before or not same(before[name], value) or random.random() < 0.3:
            patch[name] = patch_between(random, before.get(name), value)
    return patch


def derived(schema: Json, version: str) -> ContractSchemas:
    document = Document("", {"openapi": version, "components": {"schemas": {"Stored": schema}}}, {})
    document.root["components"]["schemas"]["Derived"] = PatchSchemas(document).derive(schema)
    return ContractSchemas(document.root)


@pytest.mark.parametrize("seed", range(300))
def test_every_way_from_one_valid_value_to_another_is_a_valid_patch(seed: int) -> None:
    random = Random(seed)
    schema = random_schemas.value(random)
    schemas = derived(schema, "3.1.0")
    stored, accepts = schemas.validator(_STORED), schemas.validator(_PATCH)
    fitting = [one for one in random_values.values(random, schema, 40) if _is_valid(stored, one)]

    for before, wanted in pairwise(fitting):
        patch = patch_between(random, before, wanted)
        if same(merge(before, patch), wanted):  # a member that is null cannot be patched in
            assert accepts.is_valid(patch), (schema, patch)


def _is_valid(validator: Any, value: Json) -> bool:
    try:
        return bool(validator.is_valid(value))
    except UnicodeEncodeError:
        return False


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_member_of_each_kind_can_be_removed(version: str) -> None:
    needy = {"type": "object", "required": ["x"]}
    kinds: list[Json] = [
        {"type": "string", "enum": ["a"]}, needy, {"allOf": [{"type": "string"}]},
        {"type": "integer", "minimum": 3},
        {"type": "array", "items": needy}, {"$ref": "#/components/schemas/Stored"}, {},
        {"not": {"type": "integer"}}, {"enum": [{"a": 1}, 2]},
    ]  # fmt: skip
    properties = {f"p{number}": kind for number, kind in enumerate(kinds)}
    schema = {"type": "object", "required": ["p0"], "properties": properties, "minProperties": 2}
    accepts = derived(schema, version).validator(_PATCH)

    assert all(accepts.is_valid({name: None}) for name in properties)
    assert accepts.is_valid({"p5": {"p5": {"p0": None, "p1": {}}}})
    assert not accepts.is_valid({"p0": "b"})
    assert not accepts.is_valid({"p3": 2})
    assert not accepts.is_valid({"p4": [{}]})
    assert not accepts.is_valid({"p5": {"p3": Decimal("1.5")}})
    assert not accepts.is_valid(None)


def with_pets(load: Load, **pets: Json) -> Document:
    """The sample contract with an object in schemas by their names."""
    root = load(c.SAMPLE).root
    for name, pet in pets.items():
        root["components"]["schemas"][name]["properties"]["pet"] = pet
    return Document("", root, {"": load(c.SAMPLE).positions[""]})


def body_of(document: Document, method: str) -> Any:
    operation = document.root["paths"]["/api/tasks/{task_id}"][method]
    return operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]


def pet_in(document: Document, schema: str) -> Any:
    return document.root["components"]["schemas"][schema]["properties"]["pet"]


def test_an_update_with_the_schema_of_the_resource_takes_patches(load: Load) -> None:
    whole = build_effective_contract(with_pets(load, Task=_PET, TaskUpdate={**_PET, "description": "One."}))

    member = {"type": ["string", "null"]}
    assert pet_in(whole, "TaskUpdate") == {
        "type": "object",
        "description": "One.",
        "properties": {"name": member},
    }
    assert pet_in(whole, "Task") == _PET


def test_a_schema_of_its_own_says_which_patches_an_update_takes(load: Load) -> None:
    whole = build_effective_contract(with_pets(load, Task=_PET, TaskUpdate=_OWN_PET))

    assert pet_in(whole, "TaskUpdate") == _OWN_PET


def test_a_body_that_a_replace_uses_too_stays_as_it_is_there(load: Load) -> None:
    document = with_pets(load, Task=_PET, TaskReplace=_PET)
    content = document.root["paths"]["/api/tasks/{task_id}"]["patch"]["requestBody"]["content"]
    content["application/json"]["schema"]["$ref"] = "#/components/schemas/TaskReplace"

    whole = build_effective_contract(document)

    assert body_of(whole, "put").endswith("/TaskReplace")
    assert body_of(whole, "patch").endswith("/TaskReplacePatch")
    assert "required" in pet_in(whole, "TaskReplace")
    assert "required" not in pet_in(whole, "TaskReplacePatch")


def test_the_served_document_is_complete(load: Load) -> None:
    once = build_effective_contract(with_pets(load, Task=_PET, TaskUpdate=_PET))

    assert build_effective_contract(once).root == once.root


def test_scalars_and_arrays_keep_their_schema() -> None:
    for schema in ({"type": "string", "default": "x"}, {"type": "array", "items": {"required": ["a"]}}, True):
        document = Document("", {"openapi": "3.1.0", "components": {"schemas": {}}}, {})
        assert PatchSchemas(document).derive(schema) == schema

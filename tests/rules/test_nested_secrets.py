"""A writeOnly part inside a value is accepted only at the places where no answer shows it."""

import json
from typing import Any

import pytest

from freehold.contract.resources import properties, resources
from freehold.contract.rows.hidden_parts import hidden_paths
from freehold.contract.validation.schema_dialect import SCHEMA_LISTS, SCHEMA_MAPPINGS, SINGLE_SCHEMAS
from freehold.rules import registry
from tests.support import contracts as c
from tests.support.contracts import Load, before, changed

HELD = {"properties", "items", "allOf", "anyOf", "oneOf"}
WORDS = sorted({*SCHEMA_LISTS, *SCHEMA_MAPPINGS, *SINGLE_SCHEMAS} - {"$defs"})
SECRETIVE = {
    "type": "object",
    "properties": {
        "secret": {"type": "string", "maxLength": 9, "writeOnly": True},
        "name": {"type": "string"},
    },
}
SHAPES = [*((word,) for word in WORDS), *((word, "properties") for word in WORDS)]
SHAPES += [("properties", word) for word in WORDS] + [("items", word) for word in WORDS]


def shaped(inner: dict[str, Any], *words: str) -> dict[str, Any]:
    """A schema that has another one under keywords, the outermost first."""
    for word in reversed(words):
        many = [inner] if word in SCHEMA_LISTS else {"part": inner} if word in SCHEMA_MAPPINGS else inner
        inner = {"type": "array" if "tems" in word else "object", word: many}
    return inner


def with_values(**values: dict[str, Any]) -> str:
    """The sample whose Task has columns with values, and the schema Secretive."""
    columns = "".join(f"        {name}: {json.dumps(value)}\n" for name, value in values.items())
    schema = f"    Secretive: {json.dumps(SECRETIVE)}\n"
    return changed(before(c.ID, columns), before(c.TASK, schema))


@pytest.mark.parametrize("words", SHAPES, ids=" ".join)
def test_a_secret_that_one_column_hides_is_judged_at_each_other_place(
    load: Load, words: tuple[str, ...]
) -> None:
    held = {"$ref": "#/components/schemas/Secretive"}
    document = load(with_values(held=held, other=shaped(held, *words)))

    refused = {problem.message for problem in registry.problems_of("FH210", document)}

    task = resources(document)["Task"]
    assert hidden_paths(task)["held"] == (("secret",),)
    assert bool(refused) is not ("other" in hidden_paths(task))
    assert bool(refused) is not (set(words) <= HELD)


def test_a_part_of_a_hidden_part_may_be_marked_too(load: Load) -> None:
    inner = {"type": "object", "properties": {"pin": {"type": "string", "writeOnly": True}}}
    document = load(
        with_values(held={"type": "object", "properties": {"card": {**inner, "writeOnly": True}}})
    )

    assert registry.problems_of("FH210", document) == []
    assert "held" in properties(resources(document)["Task"])


@pytest.mark.parametrize("words", SHAPES, ids=" ".join)
@pytest.mark.parametrize("is_set", [True, False])
def test_a_part_that_no_request_sets_may_say_so(load: Load, words: tuple[str, ...], is_set: bool) -> None:
    part = {"type": "object", "properties": {"id": {"type": "string", "readOnly": True}}}
    value = {**shaped(part, *words), **({} if is_set else {"readOnly": True})}
    document = load(with_values(seen=value))

    assert bool(registry.problems_of("FH210", document)) is is_set

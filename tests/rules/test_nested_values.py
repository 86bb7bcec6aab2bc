"""A value inside JSON that a body accepts is one that the answer can show: FH341."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from freehold.rules import registry
from tests.support.contracts import COMPLETED, CREATED_HEAD, TASK, Load, changed

TEXT, NUMBER, NULLABLE = {"type": "string"}, {"type": "integer"}, {"type": ["string", "null"]}
WORDS = {"type": "string", "enum": ["x", "w"]}
VALUES = ("x", "z", 1, None)


def objects(*, closed: bool) -> Iterator[dict[str, Any]]:
    for first, second in itertools.product((TEXT, NUMBER, NULLABLE, WORDS), (None, TEXT)):
        properties = {"a": first} | ({"b": second} if second else {})
        for required in ([], ["a"], [*properties]):
            others = {"additionalProperties": False} if closed else {}
            yield {"type": "object", "properties": properties, "required": required, **others}


SHAPES = [*objects(closed=False), *objects(closed=True)]
WRAPPED = {
    "itself": lambda schema: schema,
    "an element": lambda schema: {"type": "array", "items": schema},
    "or null": lambda schema: {"anyOf": [schema, {"type": "null"}]},
    "a property": lambda schema: {"type": "object", "required": ["in"], "properties": {"in": schema}},
}


def instances(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Objects with the properties that a schema names, as far as it accepts them."""
    names = [*schema["properties"]]
    judge = jsonschema_rs.validator_for(schema)
    for number in range(len(names) + 1):
        for chosen in itertools.combinations(names, number):
            for values in itertools.product(VALUES, repeat=number):
                if judge.is_valid(value := dict(zip(chosen, values, strict=True))):
                    yield value


def refused(load: Load, body: object, shown: object) -> bool:
    def written(schema: object, indent: str = "        ") -> str:
        return f"{indent}level: {json.dumps(schema)}\n"

    text = changed((COMPLETED, written(shown) + COMPLETED))
    head = f"{CREATED_HEAD}      required: [title]\n      properties:\n"
    assert text.count(head) == 1
    document = load(text.replace(head, head + written(body)))
    return any(
        "level of TaskCreate" in problem.message for problem in registry.problems_of("FH341", document)
    )


@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_it_is_refused_exactly_if_a_value_of_the_body_is_none_of_the_answer(load: Load, wrap: Any) -> None:
    pairs = [*itertools.product(SHAPES, SHAPES)][:: 7 * len(WRAPPED)]
    for body, shown in pairs:
        judge = jsonschema_rs.validator_for(shown)
        has_other = not all(map(judge.is_valid, instances(body)))

        assert refused(load, wrap(body), wrap(shown)) is has_other, (body, shown)


def test_schemas_that_contain_themselves_are_compared_once(load: Load) -> None:
    def tree(name: str, required: str) -> str:
        inner = f"below: {{type: array, items: {{$ref: '#/components/schemas/{name}'}}}}"
        properties = f"properties: {{a: {{type: string}}, {inner}}}"
        return f"    {name}: {{type: object, required: [{required}], {properties}}}\n"

    named = (TASK, tree("TreeShown", "a") + tree("TreeSent", "below") + TASK)
    shown = "        level: {$ref: '#/components/schemas/TreeShown'}\n"
    head = f"{CREATED_HEAD}      required: [title]\n      properties:\n"
    sent = f"{head}        level: {{$ref: '#/components/schemas/TreeSent'}}\n"
    document = load(changed(named, (COMPLETED, shown + COMPLETED), (head, sent)))

    (problem,) = registry.problems_of("FH341", document)

    assert problem.message == "level of TaskCreate can lack a, which is required in Task"
    assert problem.fix == "In TreeSent: Add a to its properties and to `required`."


def test_schemas_of_many_levels_are_compared_pair_by_pair(load: Load) -> None:
    def levels(kind: str, last: str) -> str:
        """Forty levels, each of which has the next one twice: 2^40 when they are written out."""
        next_one = "{{$ref: '#/components/schemas/{}'}}"
        below = f"{{{{type: object, properties: {{{{a: {next_one}, b: {next_one}}}}}}}}}"
        named = [f"    {kind}{n}: {below.format(*[f'{kind}{n + 1}'] * 2)}\n" for n in range(40)]
        return "".join(named) + f"    {kind}40: {last}\n"

    shown, sent = (
        levels("Shown", "{type: object, required: [c], properties: {c: {type: string}}}"),
        levels("Sent", "{type: object}"),
    )
    head = f"{CREATED_HEAD}      required: [title]\n      properties:\n"
    level = "        level: {{$ref: '#/components/schemas/{}0'}}\n"
    document = load(
        changed(
            (TASK, shown + sent + TASK),
            (COMPLETED, level.format("Shown") + COMPLETED),
            (head, head + level.format("Sent")),
        )
    )

    (problem,) = registry.problems_of("FH341", document)

    assert problem.fix.startswith("In Sent40: Add c")

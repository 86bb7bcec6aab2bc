"""A value inside JSON that a body accepts is one that the answer can show: FH341."""

import itertools
import json
from collections.abc import Callable, Iterator
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


def maps() -> Iterator[dict[str, Any]]:
    """Objects that say what their other properties can be, and some that list one."""
    for others, first in itertools.product((TEXT, NUMBER, NULLABLE, {}, True, False), (None, TEXT, NUMBER)):
        yield {"type": "object", "properties": {"a": first} if first else {}, "additionalProperties": others}


OBJECTS = [*objects(closed=False), *objects(closed=True)]
MAPS = [*maps()]
WRAPPED: dict[str, Callable[[object], object]] = {
    "itself": lambda schema: schema,
    "an element": lambda schema: {"type": "array", "items": schema},
    "or null": lambda schema: {"anyOf": [schema, {"type": "null"}]},
    "a property": lambda schema: {"type": "object", "required": ["in"], "properties": {"in": schema}},
}


def instances(schema: dict[str, Any], *others: str) -> Iterator[dict[str, Any]]:
    """Objects with the properties that a schema names, and with others, as far as it accepts them."""
    names = [*schema["properties"], *others]
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


@pytest.mark.long
@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_it_is_refused_exactly_if_a_value_of_the_body_is_none_of_the_answer(load: Load, wrap: Any) -> None:
    pairs = [*itertools.product(OBJECTS, OBJECTS)][:: 9 * len(WRAPPED) + 1]
    for body, shown in pairs:
        judge = jsonschema_rs.validator_for(shown)
        has_other = not all(map(judge.is_valid, instances(body, "n")))

        assert refused(load, wrap(body), wrap(shown)) is has_other, (body, shown)


@pytest.mark.long
@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_what_a_map_can_hold_is_compared_with_each_property_of_the_answer(load: Load, wrap: Any) -> None:
    for body, shown in [*itertools.product(MAPS, MAPS)][:: 3 * len(WRAPPED) - 1]:
        judge = jsonschema_rs.validator_for(shown)
        has_other = not all(map(judge.is_valid, instances(body, *{"a", "n"} - body["properties"].keys())))

        assert refused(load, wrap(body), wrap(shown)) is has_other, (body, shown)


@pytest.mark.parametrize("body", [{}, {"description": "Anything."}, {"type": ["string", "object"]}], ids=str)
def test_what_can_be_anything_is_no_object(load: Load, body: dict[str, Any]) -> None:
    for wrap in WRAPPED.values():
        assert refused(load, wrap(body), wrap({"type": "object", "additionalProperties": TEXT}))
        assert not refused(load, wrap({"type": "object", "additionalProperties": TEXT}), wrap({}))


def test_a_decimal_inside_of_json_is_no_number(load: Load) -> None:
    """A column of numbers converts it, and JSON keeps it as it is."""
    number, decimal = {"type": "number"}, {"type": ["number", "string"], "format": "decimal"}

    assert not refused(load, decimal, number)
    for name in ("an element", "a property"):
        assert refused(load, WRAPPED[name](decimal), WRAPPED[name](number))
    assert refused(
        load,
        {"type": "object", "additionalProperties": decimal},
        {"type": "object", "additionalProperties": number},
    )


@pytest.mark.parametrize(
    ("body", "shown", "is_refused"),
    [
        ({"^x": TEXT}, {}, False),
        ({"^x": TEXT}, {"additionalProperties": TEXT}, False),
        ({"^x": TEXT}, {"additionalProperties": NUMBER}, True),
        ({"^x": TEXT}, {"additionalProperties": False}, True),
        ({"^x": TEXT}, {"additionalProperties": False, "patternProperties": {"^x": TEXT}}, False),
        ({"^x": TEXT}, {"additionalProperties": False, "patternProperties": {"^x": NUMBER}}, True),
    ],
)
def test_names_with_patterns_are_compared(
    load: Load, body: dict[str, Any], shown: dict[str, Any], *, is_refused: bool
) -> None:
    closed = {"type": "object", "additionalProperties": False}

    assert refused(load, {**closed, "patternProperties": body}, {"type": "object", **shown}) is is_refused


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

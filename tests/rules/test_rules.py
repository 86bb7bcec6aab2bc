"""What a contract must not say is refused: where it stands, what is wrong, what to do."""

from contextlib import suppress

import pytest

from freehold.ground.problems import ContractError, Problem
from freehold.reading.document import Document
from freehold.rules import document as documents
from freehold.rules import registry, schemas, values
from tests.rules.mistakes import MISTAKES, Mistake
from tests.rules.mistakes_answers import ANSWER_MISTAKES
from tests.rules.mistakes_keys import KEY_MISTAKES, KEYS
from tests.rules.mistakes_more import MORE
from tests.rules.mistakes_operations import OPERATION_MISTAKES
from tests.rules.mistakes_values import VALUE_MISTAKES
from tests.rules.mistakes_workspace import WORKSPACE, WORKSPACE_MISTAKES
from tests.support import contracts as c
from tests.support.contracts import (
    Load,
    before,
    build_api_model,
    build_or_reject,
    changed,
    split_marker,
    within,
)
from tests.support.thoroughness import sampled

_TABLES = (
    (c.SAMPLE, MISTAKES),
    (c.SAMPLE, OPERATION_MISTAKES),
    (WORKSPACE, WORKSPACE_MISTAKES),
    (WORKSPACE, VALUE_MISTAKES),
    (c.SAMPLE, MORE),
    (c.SAMPLE, ANSWER_MISTAKES),
    (KEYS, KEY_MISTAKES),
)
_ALL = [
    pytest.param(base, mistake, id=name)
    for base, table in _TABLES
    for name, mistake in sampled(table.items(), every=3 if base is WORKSPACE else 1)  # it is the large one
]


@pytest.mark.parametrize(("base", "mistake"), _ALL)
def test_mistakes_are_rejected_at_their_position(load: Load, base: str, mistake: Mistake) -> None:
    rule, what, fix, *changes = mistake
    text, place = split_marker(changed(*changes, text=base))
    document = load(text)

    problems = told(rule, document)

    found = [p for p in problems if f"{p.line}:{p.column}" == place and what in p.message and fix in p.fix]
    assert found, f"expected at {place}, got:\n" + "\n".join(map(str, problems))
    assert found[0].source == text.splitlines()[found[0].line - 1]
    with pytest.raises(ContractError) as refused:
        registry.check(document)
    assert found[0] in refused.value.problems


def test_every_rule_has_a_mistake() -> None:
    broken = {rule for _, table in _TABLES for rule, *_ in table.values()}

    assert broken == {documents.shape, *registry.RULES.values()}


def test_the_sample_contract_is_valid(load: Load) -> None:
    assert [operation.id for operation in build_api_model(load(c.SAMPLE)).resources[0].operations] == [
        "listTasks", "createTask", "getTask", "replaceTask", "updateTask", "deleteTask", "completeTask",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "7\n", "just words\n", "- a\n- b\n"])
def test_a_contract_must_be_a_mapping(load: Load, text: str) -> None:
    with pytest.raises(ContractError, match=r"contract.yaml:1:1: error\[FH103\]: "):
        registry.check(load(text))


def test_all_problems_are_reported_in_file_order(load: Load) -> None:
    text = changed(
        ("openapi: 3.1.0", 'openapi: "2.0"'),
        within(c.PAGE, ("integer", "number")),
        within(c.GET, ("getTask", "list-tasks")),
        (c.LIMITS, "          maxLenght: 200\n"),
        ("order: [-created_at, -id]", "order: [-create_at, -id]"),
    )

    with pytest.raises(ContractError) as refused:
        registry.check(load(text))

    problems = refused.value.problems
    assert len(problems) == 5
    assert problems == tuple(sorted(problems, key=lambda p: (p.line, p.column)))
    assert str(refused.value).count("\n\n") == 4


def test_read_only_properties_can_be_left_to_overrides(load: Load) -> None:
    """A read-only property without a default is nullable in the table: nobody but an override sets it."""
    required = "required: [id, title, description, completed, created_at, updated_at]"
    text = changed(
        (required, required.replace("updated_at", "updated_at, seen_at")),
        before(c.COMPLETED, "        seen_at: {type: string, format: date-time, readOnly: true}\n"),
    )

    registry.check(load(text))


@pytest.mark.long
def test_removing_any_line_never_crashes(load: Load) -> None:
    for text in sampled(c.without_a_line(c.SAMPLE), every=4):
        with suppress(ContractError):
            build_api_model(load(text))


@pytest.mark.parametrize("value", [None, [], {}, 7, ""], ids=repr)
def test_replacing_any_value_never_crashes(load: Load, value: object) -> None:
    sample = load(c.SAMPLE)
    for pointer in sampled(c.replaceable_pointers(sample), every=4):
        build_or_reject(c.with_value(sample, pointer, value))


@pytest.mark.parametrize("value", [None, [], 7, ""], ids=repr)
@pytest.mark.parametrize("name", ["id", "title", "completed", "created_at"])
def test_a_property_must_be_a_mapping(load: Load, name: str, value: object) -> None:
    pointer = f"/components/schemas/Task/properties/{name}"

    with pytest.raises(ContractError) as refused:
        registry.check(c.with_value(load(c.SAMPLE), pointer, value))

    (problem,) = refused.value.problems
    assert problem.message.startswith(f"{name}: ")


@pytest.mark.parametrize("word", ["type: bool", "type: ''", "type: string, pattern: '['"])
def test_a_default_does_not_hide_problems_of_its_schema(load: Load, word: str) -> None:
    document = load(changed(within(c.DONE_SCHEMA, ("type: boolean", f"{word}, default: x"))))

    with pytest.raises(ContractError) as refused:
        registry.check(document)

    found = [*told(schemas.supported_keywords, document), *told(values.patterns, document)]
    assert [problem for problem in found if problem in refused.value.problems]


def told(rule: registry.Rule, document: Document) -> list[Problem]:
    """What a rule says, with its code."""
    code = next((code for code, known in registry.RULES.items() if known == rule), None)
    return list(rule(document)) if code is None else registry.problems_of(code, document)

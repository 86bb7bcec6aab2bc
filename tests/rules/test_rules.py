"""What a contract must not say is refused: where it stands, what is wrong, what to do."""

from contextlib import suppress

import pytest

from freehold.ground.problems import ContractError, Problem
from freehold.reading.document import Document
from freehold.rules import document as documents
from freehold.rules import registry, schemas, values
from tests.rules.mistakes import MISTAKES, Mistake
from tests.rules.mistakes_more import MORE
from tests.rules.mistakes_operations import OPERATION_MISTAKES
from tests.rules.mistakes_values import VALUE_MISTAKES
from tests.rules.mistakes_workspace import WORKSPACE, WORKSPACE_MISTAKES
from tests.support import contracts as c
from tests.support.contracts import Load, before, changed, pointed, survives, understand, within

_TABLES = (
    (c.SAMPLE, MISTAKES),
    (c.SAMPLE, OPERATION_MISTAKES),
    (WORKSPACE, WORKSPACE_MISTAKES),
    (WORKSPACE, VALUE_MISTAKES),
    (c.SAMPLE, MORE),
)
_ALL = [pytest.param(base, mistake, id=name) for base, table in _TABLES for name, mistake in table.items()]


@pytest.mark.parametrize(("base", "mistake"), _ALL)
def test_a_mistake_is_refused_where_it_stands(load: Load, base: str, mistake: Mistake) -> None:
    rule, what, fix, *changes = mistake
    text, place = pointed(changed(*changes, text=base))
    document = load(text)

    problems = told(rule, document)

    found = [p for p in problems if f"{p.line}:{p.column}" == place and what in p.message and fix in p.fix]
    assert found, f"expected at {place}, got:\n" + "\n".join(map(str, problems))
    assert found[0].source == text.splitlines()[found[0].line - 1]
    with pytest.raises(ContractError) as refused:
        registry.check(document)
    assert found[0] in refused.value.problems


def test_every_rule_is_broken_by_a_mistake_above() -> None:
    broken = {rule for _, table in _TABLES for rule, *_ in table.values()}

    assert broken == {documents.shape, *registry.RULES.values()}


def test_the_sample_breaks_no_rule(load: Load) -> None:
    assert [operation.id for operation in understand(load(c.SAMPLE)).resources[0].operations] == [
        "listTasks", "createTask", "getTask", "replaceTask", "updateTask", "deleteTask", "completeTask",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "7\n", "just words\n", "- a\n- b\n"])
def test_a_contract_that_is_no_mapping_is_refused(load: Load, text: str) -> None:
    with pytest.raises(ContractError, match=r"contract.yaml:1:1: error\[FH103\]: "):
        registry.check(load(text))


def test_many_mistakes_are_all_reported_in_the_order_of_the_file(load: Load) -> None:
    text = changed(
        ("openapi: 3.1.0", 'openapi: "2.0"'),
        within(c.SIZE, ("maximum: 100, ", "")),
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


def test_what_only_an_override_can_fill_is_for_the_override_to_fill(load: Load) -> None:
    """A read-only property without a default is nullable in the table: nobody but an override sets it."""
    required = "required: [id, title, description, completed, created_at, updated_at]"
    text = changed(
        (required, required.replace("updated_at", "updated_at, seen_at")),
        before(c.COMPLETED, "        seen_at: {type: string, format: date-time, readOnly: true}\n"),
    )

    registry.check(load(text))


def test_a_contract_without_any_one_of_its_lines_is_fine_or_refused(load: Load) -> None:
    for text in c.without_a_line(c.SAMPLE):
        with suppress(ContractError):
            understand(load(text))


@pytest.mark.parametrize("value", [None, [], {}, 7, ""], ids=repr)
def test_a_contract_with_another_value_anywhere_is_fine_or_refused(load: Load, value: object) -> None:
    sample = load(c.SAMPLE)
    for pointer in c.changeable(sample):
        survives(c.with_value(sample, pointer, value))


@pytest.mark.parametrize("value", [None, [], 7, ""], ids=repr)
@pytest.mark.parametrize("name", ["id", "title", "completed", "created_at"])
def test_a_property_that_is_no_mapping_is_refused(load: Load, name: str, value: object) -> None:
    pointer = f"/components/schemas/Task/properties/{name}"

    with pytest.raises(ContractError) as refused:
        registry.check(c.with_value(load(c.SAMPLE), pointer, value))

    (problem,) = refused.value.problems
    assert problem.message.startswith(f"{name}: ")


@pytest.mark.parametrize("word", ["type: bool", "type: ''", "type: string, pattern: '['"])
def test_a_default_beside_what_is_no_schema_does_not_hide_what_is_wrong_with_that(
    load: Load, word: str
) -> None:
    document = load(changed(within(c.DONE_SCHEMA, ("type: boolean", f"{word}, default: x"))))

    with pytest.raises(ContractError) as refused:
        registry.check(document)

    found = [*told(schemas.supported_keywords, document), *told(values.patterns, document)]
    assert [problem for problem in found if problem in refused.value.problems]


def told(rule: registry.Rule, document: Document) -> list[Problem]:
    """What a rule says, with its code."""
    code = next((code for code, known in registry.RULES.items() if known == rule), None)
    return list(rule(document)) if code is None else registry.problems_of(code, document)

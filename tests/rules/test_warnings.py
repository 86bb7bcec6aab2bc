"""What a team should know of its contract is told and stops nothing; a team can say that it knows."""

from pathlib import Path

import pytest

from freehold.contract import effective_contract
from freehold.rules import warnings
from tests.rules.mistakes_workspace import WORKSPACE
from tests.support import contracts as c
from tests.support.contracts import Load, Run, after, changed, edit, within

FORBIDDEN = within(c.OPTIONS, ("x-resource:\n", "x-resource:\n        foreign: forbidden\n"))
IGNORED = "Remove `additionalProperties`: the response to a misspelled property is then 422."


def advised(load: Load, text: str) -> list[tuple[str, str, str]]:
    found = warnings.find_warnings(effective_contract.build_effective_contract(load(text)))
    assert {problem.level for problem in found} <= {"warning"}
    return [(problem.code, problem.message, problem.fix) for problem in found]


def test_the_sample_contract_has_no_warnings(load: Load) -> None:
    assert advised(load, c.SAMPLE) == []


def test_forbidden_foreign_rows_are_warned_about(load: Load) -> None:
    ((code, what, _),) = advised(load, changed(FORBIDDEN))

    assert (code, what) == ("FH901", "a 403 reveals that a row of Task with this id exists")


def test_sequential_ids_are_warned_about(load: Load) -> None:
    integer = "          type: integer\n          readOnly: true\n"
    head = "        id:\n          description: Made by the service; random.\n"
    text = changed((f"{c.ID}{c.MADE}", f"{head}{integer}"))

    (code, what, fix), *others = advised(load, text)

    assert (code, what.partition(" is a sequence")[0]) == ("FH902", "id of Task")
    assert "format: uuid" in fix
    assert {code for code, *_ in others} == {"FH907"}, "the example of an id is a UUID"


@pytest.mark.parametrize(
    ("indexes", "warned"),
    [
        ("[[title], [completed]]", True),
        ("[[title], [created_at, id]]", False),
        ("[[title], [created_at]]", False),
        ("[[title], [completed, created_at]]", True),
    ],
)
def test_lists_without_an_index_for_their_order_are_warned_about(
    load: Load, indexes: str, warned: bool
) -> None:
    found = advised(
        load, changed(within(c.OPTIONS, ("[[completed], [created_at, id], [title, id]]", indexes)))
    )

    assert [code for code, *_ in found] == ["FH903"] * warned
    assert [fix == "Add `indexes: [[created_at, id]]` to x-resource of Task." for *_, fix in found] == [
        True
    ] * warned


def test_orders_that_clients_choose_without_an_index_are_warned_about(load: Load) -> None:
    found = advised(load, changed(within(c.OPTIONS, (", [title, id]]", "]"))))

    assert [(code, fix) for code, _, fix in found] == [
        ("FH910", "Add `indexes: [[title, id]]` to x-resource of Task.")
    ]


def test_existing_indexes_satisfy_an_order(load: Load) -> None:
    by_id = changed(
        within(
            c.OPTIONS,
            (
                "order: [-created_at, -id]\n        indexes: [[completed], [created_at, id], [title, id]]",
                "order: [id]\n        indexes: [[title]]",
            ),
        ),
        (c.SORT, c.SORT.replace("created_at, -created_at", "id, -id").replace("-created_at", "id")),
    )
    unique = changed(
        within(
            c.OPTIONS,
            ("indexes: [[completed], [created_at, id], [title, id]]", "unique: [[created_at], [title]]"),
        )
    )
    below = [fix for _, _, fix in advised(load, WORKSPACE) if "of Task." in fix]

    assert advised(load, by_id) == advised(load, unique) == []
    assert all("[[project_id, " in fix for fix in below)


def test_unimplemented_parts_are_warned_about(load: Load) -> None:
    text = changed(after(c.CREATE, "      callbacks: {}\n"), ("paths:\n", "webhooks: {}\npaths:\n"))

    assert [(code, what.split()[0]) for code, what, _ in advised(load, text)] == [
        ("FH904", "webhooks"),
        ("FH904", "callbacks"),
    ]


def test_unused_resources_are_warned_about(load: Load) -> None:
    text = changed(c.before(c.TASK, f"    Note:\n{c.OTHER % 'notes'}"))

    ((code, what, _),) = advised(load, text)

    assert (code, what) == ("FH905", "no operation uses Note: its table stays empty")


def test_a_resource_that_an_owner_seems_to_have_once_is_advised_to_be_a_singleton(load: Load) -> None:
    answer = '{description: x, content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}}'
    shown = f'  /note:\n    get: {{operationId: showNote, responses: {{"200": {answer}}}}}\n'
    text = changed(c.before(c.TASK, f"    Note:\n{c.OTHER % 'notes'}"), c.before("  /api/tasks:\n", shown))

    fixes = [fix for code, _, fix in advised(load, text) if code == "FH905"]

    assert ["as showNote says: `x-resource: {id: none}`" in fix for fix in fixes] == [True]


@pytest.mark.parametrize("open_", ["true", "{}"])
def test_bodies_that_ignore_unknown_properties_are_warned_about(load: Load, open_: str) -> None:
    closed = "additionalProperties: false"
    written = changed(within(c.REPLACE, (closed, f"additionalProperties: {open_}")))
    row = within(c.OPTIONS, ("      x-resource", f"      additionalProperties: {open_}\n      x-resource"))
    body = (c.CREATED, 'schema: {$ref: "#/components/schemas/Task"}')
    derived = changed(row, body, ("    TaskCreate:\n", "    NewTask:\n"))

    assert advised(load, written) == [
        (
            "FH906",
            "requests can have properties that TaskReplace does not list, and they are ignored",
            IGNORED,
        )
    ]
    assert [(code, "that Task does" in what) for code, what, _ in advised(load, derived)] == [("FH906", True)]
    assert advised(load, changed(row)) == []


# In a project.


def test_warnings_are_printed_without_failing(project: Path, freehold: Run) -> None:
    edit(project, *FORBIDDEN)

    made, checked = freehold("generate"), freehold("check")

    for result in (made, checked):
        assert result.exit_code == 0
        assert "openapi/tasks-api.yaml:180:18: warning[FH901]: a 403 reveals" in result.stdout
    assert "wrote    generated/tasks/repository.py" in made.stdout
    assert checked.stdout.endswith("generated/ is up to date.\n")


@pytest.mark.long
def test_strict_mode_fails_on_warnings(project: Path, freehold: Run) -> None:
    assert freehold("check", "--strict").exit_code == 0
    edit(project, *FORBIDDEN)
    freehold("generate")

    result = freehold("check", "--strict")

    assert result.exit_code == 1
    assert "1 warning, which --strict does not allow" in result.stderr


def test_allowed_warnings_are_silenced(project: Path, freehold: Run) -> None:
    edit(project, *FORBIDDEN)
    allow(project, '["FH901"]')
    freehold("generate")

    result = freehold("check", "--strict")

    assert (result.exit_code, result.output) == (0, "generated/ is up to date.\n")


@pytest.mark.parametrize("said", ['["FH305"]', '"FH901"', '["FH999"]', "[7]", '["oracle"]'])
def test_only_codes_of_warnings_can_be_allowed(project: Path, freehold: Run, said: str) -> None:
    allow(project, said)

    result = freehold("check")

    assert result.exit_code == 2
    assert 'allow = ["FH901"] lists codes of warnings' in result.stderr


def allow(project: Path, said: str) -> None:
    file = project / "pyproject.toml"
    file.write_text(
        file.read_text("utf-8").replace("[tool.freehold]\n", f"[tool.freehold]\nallow = {said}\n")
    )

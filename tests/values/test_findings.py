"""What was found wrong with values before, each from its own contract, in ../shared/findings/reports."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from freehold import pipeline
from freehold.ground.problems import ContractError, Problem
from freehold.ground.project import find_project
from tests.support.service import Database
from tests.values.contracts import Entry
from tests.values.json_text import Json, same
from tests.values.refusals import sieved_service
from tests.values.served import Answer, Question, ask, running
from tests.values.shared import REPORTS

pytestmark = pytest.mark.skipif(
    not REPORTS.is_dir(), reason="what was found before is not at ../shared/findings"
)

_OWN = {"id", "title", "completed", "created_at"}
_DECIMALS = "04-decimal-limits-are-floats/contract.yaml"
_ENUM = "06-nullable-enum-without-null/contract.yaml"
_ADDRESSES = "07-valid-emails-and-uris-refused/contract.yaml"
_ONE = "08-integer-defaults/one.yaml"
_PATTERNS = "10-patterns-are-not-ecma/contract.yaml"
_LETTERS = "10-patterns-are-not-ecma/refused.yaml"
_EXCLUSIVE = "13-boolean-exclusive-minimum-in-3.0/contract.yaml"
_TAKEN = (_DECIMALS, _ENUM, _ADDRESSES, _ONE, _PATTERNS, _LETTERS)
_UNREAD = {"posix", "inl"}
"""Patterns that readers of ECMA-262 cannot read: they must be refused."""

CASES = [
    ("price", "1.50", 201), ("price", "1.505", 422), ("lo", "0.1", 201), ("lo", "0.3", 201),
    ("lo", "0.09", 422), ("lo", "0.31", 422), ("e31", "a", 201), ("e31", None, 422),
    ("url", "http://localhost:54321/", 201),
    ("url", "https://x:30443/", 201), ("url", "https://my-app-git-feature-branch-team.vercel.app/", 201),
    ("url", "https://my-long-service-name-abc-uc.a.run.app", 201), ("url", "no link", 422),
    ("mail", "j.p.vandenbroeckenhouten@example.org", 201), ("mail", "a.b.c.d.e.f@x.org", 201),
    ("mail", "a@", 422),
    ("host", "a-b-c-d-e-f.com", 201), ("host", "my-app-git-feature-branch-team.vercel.app", 201),
    ("host", "-a", 422),
    ("n10", 7, 201), ("n10", 7.5, 422), ("dig", "34", 201), ("dig", "٣٤", 422), ("word", "ab_1", 201),
    ("word", "äöü", 422), ("letters", "äöü", 201), ("letters", "a1", 422),
]  # fmt: skip
Try = Callable[[str, Json], Answer]


def _properties(file: str) -> dict[str, Any]:
    contract = yaml.safe_load((REPORTS / file).read_text("utf-8"))
    found: dict[str, Any] = contract["components"]["schemas"]["Task"]["properties"]
    return {name: schema for name, schema in found.items() if name not in _OWN | _UNREAD}


def _entries(*files: str) -> list[Entry]:
    return [Entry(name, schema, inline=True) for file in files for name, schema in _properties(file).items()]


@pytest.fixture(scope="module")
def try_value(
    empty_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Try]:
    """Sends a value for one of the properties; all of them are in one contract."""
    with sieved_service(_entries(*_TAKEN), tmp_path_factory.mktemp("found"), empty_database) as (
        sieved,
        service,
    ):

        def send(name: str, value: Json) -> Answer:
            problems = sieved.refused.get(name) or sieved.crashed.get(name)
            assert problems is None, problems
            return ask(service, [Question(sieved.contract.paths[name], name, value)])[0]

        yield send


@pytest.mark.parametrize(("name", "value", "status"), CASES)
def test_a_value_is_answered_as_its_schema_says(try_value: Try, name: str, value: Json, status: int) -> None:
    answer = try_value(name, value)

    assert answer.status == status, answer.text
    assert status != 201 or same(value, answer.found)


def test_a_default_with_a_point_is_an_integer(try_value: Try) -> None:
    answer = try_value("word", "a")

    assert answer.status == 201
    assert '"n10":1,' in answer.text.replace(" ", "").replace("}", ",")


def test_an_enum_without_null_is_never_answered_with_null(try_value: Try) -> None:
    assert '"e31":null' not in try_value("word", "a").text.replace(" ", "")


@pytest.mark.parametrize(
    ("file", "word"),
    [
        ("08-integer-defaults/huge.yaml", "default: 99999999999999999999"),
        ("08-integer-defaults/int32.yaml", "default: 3000000000"),
        (_PATTERNS, "[[:alpha:]]"),
        (_PATTERNS, "(?i)"),
    ],
)
def test_what_cannot_be_held_is_refused_at_its_line(tmp_path: Path, file: str, word: str) -> None:
    assert any(word in problem.source for problem in _refused(tmp_path, file))


def test_what_stands_beside_allof_on_a_resource_is_in_each_answer_or_refused(
    tmp_path: Path, empty_database: Callable[[], Database]
) -> None:
    file = "05-allof-on-resource-dropped/contract.yaml"
    if _refused(tmp_path, file):
        return
    with running(_generate(tmp_path, file), tmp_path, empty_database()) as service, service.user() as client:
        created = client.post("/tasks", json={"title": "x"})

    assert created.status_code != 201 or "tag" in created.json()


def test_3_0_takes_a_boolean_as_exclusive_minimum(
    tmp_path: Path, empty_database: Callable[[], Database]
) -> None:
    with sieved_service(_entries(_EXCLUSIVE), tmp_path, empty_database, "3.0.3") as (sieved, service):
        assert not sieved.refused
        answers = ask(service, [Question("/group0", "num", number) for number in (0, 1, -1)])

    assert [answer.status for answer in answers] == [422, 201, 422]


def _refused(folder: Path, file: str) -> tuple[Problem, ...]:
    try:
        _generate(folder, file)
    except ContractError as error:
        return error.problems
    return ()


def _generate(folder: Path, file: str) -> dict[str, str]:
    (folder / "pyproject.toml").write_text('[tool.freehold]\ncontract = "contract.yaml"\n', "utf-8")
    (folder / "contract.yaml").write_bytes((REPORTS / file).read_bytes())
    return {str(path): text for path, text in pipeline.generate(find_project(folder)).files.items()}

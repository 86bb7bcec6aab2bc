"""The examples and tables of docs/contract.md match what the tool generates."""

import json
import re
from pathlib import Path

import pytest
import yaml

from freehold.contract import effective_contract
from freehold.contract.loading import load
from freehold.contract.operations.contract_operation import KINDS
from freehold.contract.operations.inference import operations
from freehold.contract.problems.possible_problems import possible_statuses
from freehold.contract.resources import GENERATED_TYPES, ON_DELETE
from freehold.contract.validation import fault_texts, faults
from freehold.contract.validation.problem_details.problem_codes import CODES
from freehold.rules.resources import OPTIONS
from generated.runtime.http.problems import INTERNAL_ERROR, PROBLEMS_BY_ERROR
from tests.support import documented_examples
from tests.support.documented_examples import Claim, Example
from tests.support.service import ROOT
from tests.support.thoroughness import sampled

PAGE = (ROOT / "docs" / "contract.md").read_text("utf-8")
SHAPE = json.loads((ROOT / "generator" / "freehold" / "rules" / "shape.json").read_text("utf-8"))
EXAMPLES = documented_examples.examples(PAGE)
BASE = EXAMPLES[0]


@pytest.mark.parametrize("example", sampled(EXAMPLES, every=3), ids=lambda example: f"line {example.line}")
def test_the_claims_about_an_example_are_true(example: Example, tmp_path: Path) -> None:
    assert example.claims, "an example without a claim below it"

    documented_examples.verify(documented_examples.whole(BASE, example), example, tmp_path)


def test_each_type_has_the_documented_column(tmp_path: Path) -> None:
    rows = documented_examples.table(PAGE, "schema", "column", "Python")
    assert len(rows) > 20
    properties = {f"p{number}": yaml.safe_load(row[0].strip("`")) for number, row in enumerate(rows)}
    contract = documented_examples.merged(
        documented_examples.whole(BASE, BASE),
        {"components": {"schemas": {"Task": {"properties": properties}}}},
    )
    columns = "\n...\n".join(
        f"    p{number}: Mapped[{python.strip('`')} | None] = mapped_column({column.strip('`')})"
        for number, (_, column, python) in enumerate(rows)
    )

    documented_examples.verify(contract, Example(0, "", [Claim("python", columns)]), tmp_path)


def test_every_extension_keyword_has_an_example() -> None:
    shown = "\n".join(example.text for example in EXAMPLES)
    options = {
        option
        for example in EXAMPLES
        for schema in schemas(example)
        for option in schema.get("x-resource", {})
    }

    assert {word for word in documented_examples.words(SHAPE) if word not in shown} == set()
    assert options - {"ordr"} == set(OPTIONS)


def schemas(example: Example) -> list[documented_examples.Values]:
    whole = documented_examples.whole(BASE, example)["components"]["schemas"]
    return [schema for schema in whole.values() if isinstance(schema, dict)]


@pytest.mark.parametrize("values", [KINDS, (*GENERATED_TYPES,), ON_DELETE], ids=str)
def test_every_value_of_a_keyword_is_documented(values: tuple[str, ...]) -> None:
    assert [value for value in values if f"`{value}`" not in PAGE] == []


def test_all_filter_operators_are_documented() -> None:
    rows = documented_examples.table(PAGE, "operator", "keeps rows whose property")
    named = [operator for row in rows for operator in re.findall(r"`(\w+)`", row[0])]

    known = SHAPE["$defs"]["parameter"]["else"]["properties"]["x-filter"]["properties"]["op"]["enum"]
    assert sorted(named) == sorted(known)


def test_all_response_statuses_are_documented() -> None:
    rows = documented_examples.table(PAGE, "status", "code", "when")

    expected = {str(problem.status) for problem in (*PROBLEMS_BY_ERROR.values(), INTERNAL_ERROR)} | {"405"}
    for dialect in (ROOT / "tests" / "dialects").glob("*/contract.yaml"):
        for operation in operations(effective_contract.build_effective_contract(load(dialect))):
            expected |= set(possible_statuses(operation))
    assert expected <= {row[0] for row in rows}
    assert rows == [
        [str(status), f"`{code}`", when] for status, codes in CODES.items() for code, when in codes.items()
    ]


def test_all_codes_of_faults_are_documented() -> None:
    """Those that are no keywords of JSON Schema: the code of a keyword is its name."""
    own = fault_texts._TEXTS.keys() - {"type", *faults._PLAIN, *faults._NO_LIMIT} | {"false", "schema"}

    section = PAGE.partition("The `code` of an entry in `errors`")[2].partition("\n\n")[0]
    assert {"storage", "cursor", "reference"} <= own <= set(re.findall(r"`(\w+)`", section))


def test_every_link_of_the_reference_has_a_target() -> None:
    titles = re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}

    for link in re.findall(r"\]\(([^)]*)\)", PAGE):
        assert link.removeprefix("#") in anchors if link.startswith("#") else (ROOT / "docs" / link).is_file()


# A wrong claim does not pass.


@pytest.mark.parametrize(
    "claim",
    [
        Claim("python", '    __tablename__ = "task"\n'),
        Claim("python", '    __tablename__ = "tasks"\n    __tablename__ = "tasks"\n'),
        Claim("sql", "title VARCHAR(201) NOT NULL\n"),
        Claim("http", "GET /tasks: 200, 401, 404, 422, 503\n"),
        Claim("http", "GET /tasks: 200, 401, 422\n"),
        Claim("http", "GET /nowhere: 200\n"),
        Claim("json", '{"Task": {"type": "object"}}'),
        Claim("text", "It is refused.\n"),
    ],
    ids=lambda claim: f"{claim.language} {claim.text[:30].strip()}",
)
def test_a_false_claim_is_detected(claim: Claim, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        documented_examples.verify(documented_examples.whole(BASE, BASE), Example(0, "", [claim]), tmp_path)


@pytest.mark.parametrize("expected", [[], ["x-resource has no ordr\nDid you mean owner?"]])
def test_a_false_claim_about_a_refusal_is_detected(expected: list[str], tmp_path: Path) -> None:
    wrong = {"components": {"schemas": {"Task": {"x-resource": {"ordr": ["title"]}}}}}
    contract = documented_examples.merged(documented_examples.whole(BASE, BASE), wrong)

    with pytest.raises(AssertionError):
        documented_examples.verify(
            contract, Example(0, "", [Claim("text", text) for text in expected]), tmp_path
        )


def test_a_block_without_a_check_is_detected() -> None:
    with pytest.raises(AssertionError):
        documented_examples.examples("```yaml\nTask: {}\n```\n\n```toml\nx = 1\n```\n")

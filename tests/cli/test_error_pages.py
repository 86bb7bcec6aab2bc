"""The story of each code is true: what is called wrong is refused with that code, and what is fine is not."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from freehold.cli import error_codes
from freehold.contract import effective_contract, loading
from freehold.ground.problems import ContractError
from freehold.rules import registry, warnings
from tests.support import documented_examples
from tests.support.contracts import Run
from tests.support.service import ROOT
from tests.support.thoroughness import sampled

CODES = list(error_codes.titles())
BASE = documented_examples.examples((ROOT / "docs" / "contract.md").read_text("utf-8"))[0]
COMMON = "Money: {type: string}\nFound: {description: It is there.}\nLimit: {name: limit, in: query}\n"
_BLOCK = re.compile(r"^(Wrong|Fine):\n\n```(yaml|python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# What only a disk, very much of something or a file of another encoding can show.
UNSHOWN = {"FH001", "FH002", "FH003", "FH024", "FH026", "FH027", "FH120"}
READ = [code for code in CODES if code < "FH100" and code not in UNSHOWN]
RULED = [c for c in CODES if c not in UNSHOWN and ("FH100" < c < "FH800" or c in warnings.WARNINGS)]


def examples(code: str) -> dict[str, str]:
    found = {word: text for word, _, text in _BLOCK.findall(error_codes.error_page(code))}
    assert list(found) == ["Wrong", "Fine"], code
    return found


@pytest.mark.parametrize("code", CODES)
def test_a_page_has_reasons_a_wrong_and_a_correct_example(code: str) -> None:
    error_page = error_codes.error_page(code)
    wrong, fine = examples(code).values()

    assert error_page.startswith(f"{code}: {error_codes.titles()[code]}\n\n")
    assert wrong.strip() != fine.strip()
    assert 10 <= error_page.count("\n") <= 50
    assert len(error_page.partition("Wrong:")[0].split()) >= 30, "it says too little"
    assert max(map(len, error_page.splitlines())) <= 120


@pytest.mark.parametrize("code", READ)
def test_the_wrong_example_cannot_be_read_and_the_correct_one_can(code: str, tmp_path: Path) -> None:
    wrong, fine = examples(code).values()

    assert code in read(tmp_path, wrong)
    assert read(tmp_path, fine) == set()


@pytest.mark.parametrize("code", sampled(RULED, every=3))
def test_only_the_wrong_example_is_refused_with_the_code(code: str, tmp_path: Path) -> None:
    wrong, fine = examples(code).values()

    assert code in reported_codes(tmp_path, wrong)
    assert reported_codes(tmp_path, fine) <= {"FH903", "FH905"} - {code}


def test_a_ref_cannot_leave_the_folder_of_the_contract(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (tmp_path / "common.yaml").write_text(COMMON)

    assert read(folder, examples("FH024")["Wrong"]) == {"FH024"}


def test_the_pages_are_in_the_wheel(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    (wheel,) = tmp_path.glob("*.whl")

    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if "/error_pages/" in name] == [
        f"freehold/cli/error_pages/{code}.md" for code in CODES
    ]


def read(folder: Path, text: str) -> set[str]:
    """The codes of what keeps a contract from being read."""
    (folder / "contract.yaml").write_text(text, "utf-8")
    (folder / "common.yaml").write_text(COMMON)
    try:
        loading.load(folder / "contract.yaml")
    except ContractError as error:
        return {problem.code for problem in error.problems}
    return set()


def reported_codes(folder: Path, text: str) -> set[str]:
    """The codes of what is wrong with the contract of docs/contract.md after an example has changed it."""
    whole = documented_examples.whole(BASE, documented_examples.Example(0, text))
    (folder / "contract.yaml").write_text(yaml.safe_dump(whole, sort_keys=False), "utf-8")
    document = loading.load(folder / "contract.yaml")
    try:
        registry.check(document)
    except ContractError as error:
        return {problem.code for problem in error.problems}
    return {
        problem.code
        for problem in warnings.find_warnings(effective_contract.build_effective_contract(document))
    }


# The command.


@pytest.mark.parametrize("code", ["FH305", "fh305"])
def test_explain_prints_the_page_of_a_code(freehold: Run, code: str) -> None:
    result = freehold("explain", code)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == error_codes.error_page("FH305")
    assert result.stdout.endswith("a schema name under `schemas:`.\n")


def test_explain_lists_every_code_with_its_title(freehold: Run) -> None:
    lines = freehold("explain", "codes").stdout.splitlines()

    assert lines == [f"{code}  {title}" for code, title in error_codes.titles().items()]


@pytest.mark.parametrize(
    ("code", "near"), [("FH306", "FH305"), ("FH30", "FH301"), ("305", "FH305"), ("FH9999", "lists all codes")]
)
def test_an_unknown_code_is_reported_with_the_nearest_codes(freehold: Run, code: str, near: str) -> None:
    result = freehold("explain", code)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"There is no code {code.upper()}.")
    assert near in result.stderr

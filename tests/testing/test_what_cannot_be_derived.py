"""What no contract says is not passed over: a test is skipped with the reason, or a project says it."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from freehold.cli.main import main
from tests.support.project_tests import run_tests

PIN = "        return await self._fetch(self._pin(), note_id)\n"
PIN_IF_READY = (
    '        if (await self.get_note(note_id)).text != "ready":\n'
    '            raise Problem(422, "Only notes that are ready can be pinned.")\n' + PIN
)
EXAMPLE = re.compile(r"      examples:\n        - title: Water the plants\n          text: .*\n")
HOOKS = '''"""Two users on every operation."""

from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.testing.contract_tests import ROW, ContractTests


class TestContract(ContractTests):
    bodies = {"createNote": {"title": "XYZ-9876"}}
    known = {"test_the_pages_of_a_list_have_each_row_once[listNotes]": "The list shows one note at most."}

    def prepare(self, scene: Any, user: Any, operation: ContractOperation, ids: Any) -> None:
        if operation.id == "pinNote":
            user.client.patch(f"/notes/{ids[ROW]}", json={"text": "ready"})
'''


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose titles have no simple sample, and whose notes are pinned in one state."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["init", "shop"], catch_exceptions=False).exit_code == 0
    folder = tmp_path / "shop"
    contract = folder / "openapi" / "shop.yaml"
    text, number = EXAMPLE.subn("", contract.read_text("utf-8"))
    assert number == 1
    before, create, after = text.partition("    NoteCreate:")
    limits = 'minLength: 1, maxLength: 200, pattern: "^[A-Z]{3}-[0-9]{4}$", not: {pattern: "^ABC"}'
    after = after.replace(
        "title: {type: string, minLength: 1, maxLength: 200}", f"title: {{type: string, {limits}}}", 1
    )
    contract.write_text(before + create + after, "utf-8")
    override = folder / "overrides" / "notes.py"
    source = override.read_text("utf-8").replace(PIN, PIN_IF_READY)
    override.write_text(source.replace("import statement", "import Problem, statement"), "utf-8")
    monkeypatch.chdir(folder)
    assert CliRunner().invoke(main, ["generate"], catch_exceptions=False).exit_code == 0
    return folder


@pytest.mark.long
def test_each_test_is_skipped_with_the_reason(shop: Path) -> None:
    done = run_tests(shop, "-k", "TestContract and not random")

    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" not in done.stdout
    assert "createNote: the contract has no example of its body, and no simple value matches" in done.stdout
    assert "Write a complete `example` into the contract, beside the schema of the body" in done.stdout


@pytest.mark.long
def test_a_project_gives_bodies_states_and_exceptions(shop: Path) -> None:
    file = shop / "tests" / "test_contract.py"
    file.write_text(HOOKS.replace("    known = {", "    unknown = {"), "utf-8")

    done = run_tests(shop, "-k", "TestContract and not random")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "29 passed" in done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.long
def test_an_operation_in_the_wrong_state_is_skipped_and_the_rest_is_tested(shop: Path) -> None:
    file = shop / "tests" / "test_contract.py"
    file.write_text(HOOKS.replace('"pinNote"', '"noNote"'), "utf-8")

    done = run_tests(shop, "-k", "TestContract and (pinNote or pages)")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "pinNote: it could not be performed on a new row:" in done.stdout
    assert "override `prepare` in your ContractTests" in done.stdout
    assert "[XPASS(strict)] The list shows one note at most." in done.stdout
    assert re.search(r"1 failed, \d+ passed, 1 skipped", done.stdout)


@pytest.mark.long
def test_a_wrong_name_and_a_wrong_contract_are_told_before_any_test_runs(shop: Path) -> None:
    file = shop / "tests" / "test_contract.py"
    file.write_text(HOOKS.replace("test_the_pages", "test_teh_pages"), "utf-8")
    misnamed = run_tests(shop, "-k", "TestContract")
    contract = shop / "openapi" / "shop.yaml"
    contract.write_text(
        contract.read_text("utf-8").replace("operationId: pinNote", "operationId: ["), "utf-8"
    )
    broken = run_tests(shop, "-k", "TestContract")

    assert (misnamed.returncode, broken.returncode) == (2, 2)
    assert "`known` of TestContract names no test: test_teh_pages_of_a_list" in misnamed.stdout
    assert "openapi/shop.yaml:" in broken.stdout
    assert "Run `freehold check`." in broken.stdout
    assert "Traceback" not in misnamed.stdout + broken.stdout

"""The tests of a project find its rows in answers that are envelopes, with a status and a message."""

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from freehold.cli.main import main
from tests.support.project_tests import run_tests


def envelope(name: str) -> dict[str, object]:
    return {
        "type": "object",
        "required": ["status", "message", "data"],
        "properties": {
            "status": {"type": "integer", "example": 200},
            "message": {"type": "string"},
            "data": {"$ref": f"#/components/schemas/{name}"},
        },
    }


@pytest.mark.long
def test_each_operation_is_tested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["init", "shop"], catch_exceptions=False).exit_code == 0
    folder = tmp_path / "shop"
    (contract,) = (folder / "openapi").glob("*.yaml")
    root = yaml.safe_load(contract.read_text("utf-8"))
    root["components"]["schemas"] |= {"NoteAnswer": envelope("Note"), "NotesAnswer": envelope("NotePage")}
    answer = {"application/json": {"schema": {"$ref": "#/components/schemas/NoteAnswer"}}}
    page = {"application/json": {"schema": {"$ref": "#/components/schemas/NotesAnswer"}}}
    operations = root["paths"]["/notes"], root["paths"]["/notes/{note_id}"]
    operations[0]["get"]["responses"]["200"]["content"] = page
    operations[0]["post"]["responses"]["201"]["content"] = answer
    operations[1]["get"]["responses"]["200"] = {"description": "The note.", "content": answer}
    contract.write_text(yaml.safe_dump(root, sort_keys=False), "utf-8")
    monkeypatch.chdir(folder)
    assert CliRunner().invoke(main, ["generate"], catch_exceptions=False).exit_code == 0

    done = run_tests(folder, "-k", "TestContract")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout.splitlines()[-1], done.stdout

"""The main job: a property added to the contract is in the database, the API and the documentation.

Every step is the command that a person types, in a copy of the project.
"""

import filecmp
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.support import warm_python
from tests.support.service import ROOT, Database, serving
from tests.support.tool import MAIN

PRIORITY = "priority: {type: string, enum: [low, normal, high]"
AFTER = {  # each line is followed by the new property, at the same depth
    "        completed:\n          description: Whether it is done.\n": (
        f"        {PRIORITY}, default: normal}}\n"
    ),
    "        completed: {type: boolean, default: false}\n": f"        {PRIORITY}, default: normal}}\n",
    "        completed: {type: boolean}\n": f"        {PRIORITY}}}\n",
}


def freehold(folder: Path, database: Database, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return warm_python.run(["-c", MAIN, *arguments], folder, os.environ | {"DATABASE_URL": database.url})


def add_priority(contract: Path) -> None:
    text = contract.read_text("utf-8")
    for line, addition in AFTER.items():
        assert line in text
        text = text.replace(line, addition + line)
    contract.write_text(text, "utf-8")


@pytest.mark.long
def test_a_new_property_reaches_the_database_the_api_and_the_documentation(
    folder: Path, make_database: Callable[[], Database]
) -> None:
    database = make_database()
    database.rows("INSERT INTO tasks (owner_id, title) VALUES ('alice', 'from before')")
    add_priority(folder / "openapi" / "tasks-api.yaml")

    stale = freehold(folder, database, "check")
    assert stale.returncode == 1
    assert "generated/tasks/table.py is out of date" in stale.stdout
    assert "freehold generate" in stale.stderr

    generated = freehold(folder, database, "generate")
    assert generated.returncode == 0, generated.stderr
    assert changed(folder / "generated") == {
        "contract.json",
        "contract.json.sha256",
        "openapi.json",
        "openapi.json.sha256",
        "schemas.py",
        "tasks/repository.py",
        "tasks/table.py",
    }
    assert freehold(folder, database, "check").returncode == 0
    assert unchanged(folder / "overrides", ROOT / "overrides")

    assert freehold(folder, database, "migrate", "check").returncode == 1
    proposed = freehold(folder, database, "migrate", "new", "-m", "Tasks have a priority")
    assert proposed.returncode == 0, proposed.stderr
    revision = next((folder / "migrations" / "versions").glob("*priority.py"))
    assert "ck_tasks_priority_allowed" in revision.read_text()
    assert freehold(folder, database, "migrate", "up").returncode == 0
    assert freehold(folder, database, "migrate", "check").returncode == 0

    with serving(folder, database) as service, service.user("alice") as alice:
        assert_priority_is_served(alice)

    assert freehold(folder, database, "migrate", "down").returncode == 0
    assert "priority" not in database.rows("SELECT * FROM tasks")[0]


def assert_priority_is_served(alice: httpx.Client) -> None:
    tasks = alice.get("/api/tasks").json()["data"]
    assert [(task["title"], task["priority"]) for task in tasks] == [("from before", "normal")]
    path = alice.post("/api/tasks", json={"title": "new", "priority": "high"}).headers["Location"]
    assert alice.get(path).json()["priority"] == "high"
    assert alice.patch(path, json={"title": "newer"}).json()["priority"] == "high"
    assert alice.patch(path, json={"priority": "low"}).json()["priority"] == "low"
    assert alice.put(path, json={"title": "newest"}).json()["priority"] == "normal"
    assert alice.patch(path, json={"priority": "urgent"}).status_code == 422
    assert alice.patch(path, json={"priority": None}).status_code == 422
    served = alice.get("/openapi.json").json()
    create = served["components"]["schemas"]["TaskCreate"]["properties"]["priority"]
    assert create["description"].endswith('Defaults to `"normal"`.')
    assert "priority" in served["components"]["schemas"]["Task"]["required"]


@pytest.mark.long
def test_a_new_enum_value_needs_a_migration(folder: Path, make_database: Callable[[], Database]) -> None:
    database, contract = make_database(), folder / "openapi" / "tasks-api.yaml"
    add_priority(contract)
    for arguments in (("generate",), ("migrate", "new", "-m", "Priority"), ("migrate", "up")):
        assert freehold(folder, database, *arguments).returncode == 0

    contract.write_text(
        contract.read_text("utf-8").replace("[low, normal, high]", "[low, normal, high, urgent]")
    )
    assert freehold(folder, database, "generate").returncode == 0
    assert freehold(folder, database, "migrate", "check").returncode == 1
    for arguments in (("migrate", "new", "-m", "Urgent"), ("migrate", "up"), ("migrate", "check")):
        done = freehold(folder, database, *arguments)
        assert done.returncode == 0, done.stderr
    database.rows("INSERT INTO tasks (owner_id, title, priority) VALUES ('alice', 'now', 'urgent')")


def changed(generated: Path) -> set[str]:
    files = [file for file in generated.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    names = {file.relative_to(generated).as_posix() for file in files}
    return {
        name for name in names if (generated / name).read_bytes() != (ROOT / "generated" / name).read_bytes()
    }


def unchanged(left: Path, right: Path) -> bool:
    names = [file.name for file in right.glob("*.py")]
    return filecmp.cmpfiles(left, right, names, shallow=False)[0] == names

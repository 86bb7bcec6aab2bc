"""The services of published contracts run before anything is written: two users on each operation never meet.

Operations of a person's own answer 501 and ask for a token. Each answer is compared with the served document.
"""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from freehold.cli.main import main
from freehold.database import embedded_postgres
from tests.real_contracts.measure import CONTRACTS
from tests.support.project_tests import run_tests
from tests.support.service import Database
from tests.support.thoroughness import long
from tests.support.tool import freehold

CHILDREN = """
from sqlalchemy import Insert
from typing_extensions import override

from generated.childs import repository
from generated.childs.table import ChildRow
from generated.runtime import statement
from generated.schemas import Child, ChildCreate


class ChildRepository(repository.ChildRepository):
    @statement
    def _create_child(cls) -> Insert:
        return cls._insert(ChildRow.first_name, ChildRow.birth_date, ChildRow.slug)

    @override
    async def create_child(self, child: ChildCreate) -> Child:
        slug = child.first_name.replace(" ", "-")
        values = {"first_name": child.first_name, "birth_date": child.birth_date, "slug": slug}
        return await self._fetch(self._create_child(), **values)
"""
WRITTEN = {"babybuddy.yml": ("childs.py", CHILDREN)}
"""What has to be written before rows can be used: the paths of children end in a slug, which nobody sends."""
DECIDED = {
    "flashnotes.json": (
        r'("collection_id": \{ "type": "string", "format": "uuid", "title": "Collection Id") \}',
        r'\1, "x-references": {"resource": "Collection", "on_delete": "cascade"} }',
    )
}
"""What `init` asks for: that the session of a user practices a collection of the same user."""
SERVED = [
    "museum.yaml",
    *map(
        long,
        ("babybuddy.yml", "conduit.yml", "fastapi-template.json", "flashnotes.json", "train-travel.yaml"),
    ),
]


@pytest.mark.parametrize("name", SERVED)
def test_two_users_of_a_published_contract_never_meet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: embedded_postgres.Server, name: str
) -> None:
    if not (CONTRACTS / name).exists():
        pytest.skip("the published contracts are not beside this repository, in ../shared/contracts")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(
        main, ["init", "api", "--from", str(CONTRACTS / name)], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    if name in DECIDED:
        contract = tmp_path / "api" / "openapi" / name
        text, count = re.subn(*DECIDED[name], contract.read_text("utf-8"), count=1)
        assert count == 1
        contract.write_text(text, "utf-8")
    if name in WRITTEN:
        module, text = WRITTEN[name]
        (tmp_path / "api" / "overrides" / module).write_text(text, "utf-8")
    database = f"published_{name.partition('.')[0].replace('-', '_')}"
    embedded_postgres.create_database(server, database)
    folder = tmp_path / "api"
    freehold(folder, Database(server.url(database)).url, "generate", "migrate new -m Everything")

    done = run_tests(folder, "-k", "not random", "-rs")

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    skipped = re.findall(r"^SKIPPED .*", done.stdout, re.MULTILINE)
    assert all("not written yet" in line for line in skipped), skipped
    assert " passed" in done.stdout

"""The examples of docs/migrations.md are what `freehold migrate new` proposes, asks and warns of."""

import re
import subprocess
from pathlib import Path

import pytest
from ruff import find_ruff_bin

from freehold.contract import loading
from freehold.database import embedded_postgres
from freehold.database.schema.renames import declared_renames
from tests.database.schema.migrating import CONTRACT, Database, resource, rolled_back, tables_of
from tests.support.service import ROOT

PAGE = (ROOT / "docs" / "migrations.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*)\n(.*)\n```\n\n```(python|text)\n((?s:.*?))```", PAGE)


def formatted(source: str) -> str:
    """The lines of a revision as they are written."""
    command = [find_ruff_bin(), "format", "--line-length", "110", "--stdin-filename", "revision.py", "-"]
    done = subprocess.run(command, input="if True:\n" + source, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 7


@pytest.mark.parametrize(
    ("before", "after", "kind", "shown"), EXAMPLES, ids=[example[1] for example in EXAMPLES]
)
def test_an_example_is_proposed(
    before: str, after: str, kind: str, shown: str, server: embedded_postgres.Server, tmp_path: Path
) -> None:
    old, new = (tables_of(tmp_path, resource("Task", line)) for line in (before, after))
    (tmp_path / "renamed.yaml").write_text(CONTRACT.format(schemas=resource("Task", after)), "utf-8")
    renames = list(declared_renames(loading.load(tmp_path / "renamed.yaml")))

    def proposed(database: Database) -> tuple[str, str]:
        database.migrate(old)
        database.run("INSERT INTO tasks (owner_id) VALUES ('alice')")
        proposal = database.propose(new, renames)
        return formatted(database.source(proposal.up())), "\n".join([*proposal.questions, *proposal.warnings])

    source, messages = rolled_back(server.url("postgres"), lambda connection: proposed(Database(connection)))
    assert shown in (source if kind == "python" else f"{messages}\n")

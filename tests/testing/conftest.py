"""Projects that are made of a contract."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from freehold.cli.main import main
from freehold.database import embedded_postgres
from tests.support.service import Database
from tests.support.tool import freehold


@pytest.fixture
def imported_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: embedded_postgres.Server
) -> Callable[[str, str], Path]:
    """Make a project of a contract, with a migration of its tables. The other text names a new database."""

    def make(contract: str, database: str) -> Path:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "contract.yaml").write_text(contract, "utf-8")
        command = ["init", "api", "--from", "contract.yaml"]
        result = CliRunner().invoke(main, command, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        embedded_postgres.create_database(server, database)
        url = Database(server.url(database)).url
        freehold(tmp_path / "api", url, "generate", "migrate new -m Everything")
        return tmp_path / "api"

    return make

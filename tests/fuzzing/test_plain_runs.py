"""A plain `schemathesis run` in a project, as a stranger or a CI does it, reports no false failure."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from freehold import testing
from freehold.fuzzing.targets import sign_users
from freehold.reading.document import Document
from freehold.workbench import new_project
from tests.conftest import NOT_CACHES
from tests.dialects.projects import NAMES
from tests.runtime.test_fuzz import sample_contract
from tests.support.service import ROOT, Database, Service, serving
from tests.support.thoroughness import count
from tests.support.two_users import load_contract

EXAMPLES = count("FUZZ_EXAMPLES", short=4, long=4)
SEED = "1"


def run(folder: Path, url: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run Schemathesis in a folder, without a word about its configuration."""
    program = str(Path(sys.executable).with_name("schemathesis"))
    command = [
        program,
        "--no-color",
        "run",
        f"{url}/openapi.json",
        f"--max-examples={EXAMPLES}",
        f"--seed={SEED}",
    ]
    kept = {"HYPOTHESIS_STORAGE_DIRECTORY": str(ROOT / ".hypothesis")}
    return subprocess.run(
        [*command, *options], cwd=folder, env=os.environ | kept, capture_output=True, text=True, check=False
    )


def token_options(contract: Document, secret: str) -> list[str]:
    user, _ = sign_users(contract, secret, 1)
    return ["--header", f"Authorization: Bearer {user.token}"]


def require_clean(done: "subprocess.CompletedProcess[str]", operations: int) -> None:
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert f"Tested: {operations}\n" in done.stdout
    assert "schemathesis.toml" in done.stdout


@pytest.mark.long
@pytest.mark.parametrize("token", ["given", "none"])
def test_on_the_sample(service: Service, tmp_path: Path, token: str) -> None:
    shutil.copy(ROOT / "schemathesis.toml", tmp_path)
    contract = sample_contract()

    done = run(tmp_path, service.url, *(token_options(contract, service.secret) if token == "given" else []))

    require_clean(done, 7)
    assert "Configuration:" in done.stdout
    assert str(tmp_path / "schemathesis.toml") in done.stdout


@pytest.mark.long
def test_on_a_new_project(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    new_project.create(folder)

    with testing.serving(folder) as service:
        for options in ([], token_options(service.contract, service.secret)):
            require_clean(run(folder, service.url, *options), 6)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_on_each_dialect(
    make_dialect: Callable[[str], tuple[Path, Database]], tmp_path: Path, name: str
) -> None:
    folder, database = make_dialect(name)
    shutil.copy(ROOT / "schemathesis.toml", tmp_path)
    contract = load_contract(folder / "contract.yaml")
    document = contract.operations[0].node.document

    with serving(folder, database) as service:
        done = run(tmp_path, service.url, *token_options(document, service.secret))

    require_clean(done, len(contract.operations))


def test_the_file_of_this_repository_is_that_of_a_new_project() -> None:
    template = ROOT / "generator" / "freehold" / "workbench" / "project_template" / "schemathesis.toml"

    assert (ROOT / "schemathesis.toml").read_text("utf-8") == template.read_text("utf-8")


@pytest.mark.long
def test_a_service_that_breaks_its_contract_is_reported(
    make_database: Callable[[], Database], tmp_path: Path
) -> None:
    folder = tmp_path / "faulty"
    for name in ("generated", "overrides"):
        shutil.copytree(ROOT / name, folder / name, ignore=NOT_CACHES)
    shutil.copy(ROOT / "schemathesis.toml", folder)
    repository = folder / "generated" / "tasks" / "routes.py"
    text = repository.read_text("utf-8")
    assert "status_code=201" in text
    repository.write_text(text.replace("status_code=201", "status_code=202"), "utf-8")

    with serving(folder, make_database(), CHECK_ANSWERS="false") as service:
        options = token_options(sample_contract(), service.secret)
        done = run(folder, service.url, *options, "--phases=examples")

    assert done.returncode == 1
    assert "Received: 202" in done.stdout

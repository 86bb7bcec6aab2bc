"""The README matches the code."""

import re
import tomllib

import pytest
from click.testing import CliRunner

from freehold.cli.main import COMMANDS, main
from generated.runtime.settings.server_settings import ServerSettings
from generated.runtime.settings.service_settings import Settings
from tests.support.service import ROOT

README = (ROOT / "README.md").read_text("utf-8")


TEMPLATE = ROOT / "generator" / "freehold" / "workbench" / "project_template"


def test_the_quoted_code_is_current() -> None:
    test_file, override = re.findall(r"```python\n(.*?)```", README, re.DOTALL)

    assert test_file == (TEMPLATE / "tests" / "test_contract.py").read_text("utf-8")
    assert override in (ROOT / "overrides" / "tasks.py").read_text("utf-8")


def test_it_names_every_command() -> None:
    named = set(re.findall(r"(?:^\$ |`)freehold ([a-z]+)", README, re.MULTILINE))

    assert named == set(COMMANDS)


def test_it_names_every_make_target() -> None:
    words = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = re.search(r"`make help` lists the other targets: ([^.]*)\.", README)

    assert named is not None
    assert sorted(re.findall(r"`([\w-]+)`", named[1])) == sorted(set(words) - {"help", "dev", "test"})


def test_the_example_environment_has_every_setting() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")

    shown = re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE)
    settings = [*Settings.model_fields, *ServerSettings.model_fields]
    assert sorted(shown) == sorted(name.upper() for name in settings)


def test_every_path_that_it_names_exists() -> None:
    for name in re.findall(
        r"`((?:openapi|generated|overrides|migrations|tests|generator)/[\w./-]*)`", README
    ):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_an_example(name: str) -> None:
    assert "Example" in CliRunner().invoke(main, [name, "--help"]).output


def test_the_lock_has_hashes_and_no_urls() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==", lock, re.MULTILINE)

    assert "://" not in lock
    assert len(pinned) > 40
    assert lock.count("--hash=sha256:") > len(pinned)


def test_the_lock_has_every_requirement() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    asked += (ROOT / "generated" / "requirements.txt").read_text("utf-8").splitlines()
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE))

    for requirement in asked:
        name = re.match(r"[\w.-]+", requirement)
        assert name is None or name[0] in locked, requirement

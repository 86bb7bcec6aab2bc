"""CONTRIBUTING.md names files and folders that exist, and has every folder of the tool."""

import re

import pytest

from tests.support.service import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
TOOL = ROOT / "generator" / "freehold"
RUNTIME = TOOL / "printing" / "templates"
NAMED = sorted(set(re.findall(r"`([\w.*/-]+/[\w.*/-]*)`", PAGE)))


@pytest.mark.parametrize("path", NAMED)
def test_every_path_that_the_page_names_exists(path: str) -> None:
    places = (ROOT, TOOL, RUNTIME)

    assert any(list(place.glob(path.rstrip("/"))) for place in places), path


def test_every_folder_of_the_tool_is_in_the_table() -> None:
    folders = {folder.name for folder in TOOL.iterdir() if (folder / "__init__.py").is_file()}

    assert {folder for folder in folders if f"`{folder}/`" in PAGE} == folders

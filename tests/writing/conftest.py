"""A generated folder to write into."""

from pathlib import Path

import pytest

from freehold.writing import generated_folder
from tests.support.generated_folders import made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A generated folder with three files."""
    folder = tmp_path / "generated"
    generated_folder.write(folder, made(a="1", sub_b="1", sub_c="1"))
    return folder

"""Creates a project for a dialect: its files, its generated code, its migrations."""

import shutil
import sys
from pathlib import Path

from tests.support import tool
from tests.support.service import ROOT, Database
from tests.support.thoroughness import long

HERE = Path(__file__).parent
NAMES = sorted(folder.name for folder in HERE.iterdir() if (folder / "contract.yaml").is_file())
LARGEST = "workspace"
"""The dialect with most of the vocabulary. The short version runs what takes long only for this one."""
LARGEST_FIRST = [LARGEST, *(long(name) for name in NAMES if name != LARGEST)]
SHORT = (LARGEST, "press")
"""The dialects of which the short version tests each table and each operation."""
freehold = tool.freehold
FREEHOLD = Path(sys.executable).with_name("freehold")


def copy_project(name: str, folder: Path) -> Path:
    """Copy the files of a dialect into a folder, without generating code."""
    shutil.copytree(
        HERE / name, folder, ignore=shutil.ignore_patterns("__pycache__", "test_*.py"), dirs_exist_ok=True
    )
    (folder / "pyproject.toml").write_text('[tool.freehold]\ncontract = "contract.yaml"\n', "utf-8")
    (folder / "migrations" / "versions").mkdir(parents=True)
    for part in ("env.py", "script.py.mako"):
        shutil.copy(ROOT / "migrations" / part, folder / "migrations" / part)
    return folder


def create_project(name: str, folder: Path, database: Database) -> Path:
    """Create the project of a dialect, generate its code, and migrate a database."""
    copy_project(name, folder)
    freehold(folder, database.url, "generate", "migrate new -m Everything", "migrate up")
    return folder

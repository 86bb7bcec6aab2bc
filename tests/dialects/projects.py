"""Creates a project for a dialect: its files, its generated code, its migrations."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.service import ROOT, Database

HERE = Path(__file__).parent
NAMES = sorted(folder.name for folder in HERE.iterdir() if (folder / "contract.yaml").is_file())
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


def freehold(folder: Path, url: str, *arguments: str) -> str:
    """Run the `freehold` command in a project, and return its output."""
    variables = os.environ | {"DATABASE_URL": url}
    process = subprocess.run(
        [FREEHOLD, *arguments], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, f"freehold {' '.join(arguments)}\n{process.stdout}{process.stderr}"
    return process.stdout


def create_project(name: str, folder: Path, database: Database) -> Path:
    """Create the project of a dialect, generate its code, and migrate a database."""
    copy_project(name, folder)
    freehold(folder, database.url, "generate")
    freehold(folder, database.url, "migrate", "new", "-m", "Everything")
    freehold(folder, database.url, "migrate", "up")
    return folder

"""A dialect as a project of its own: generated, migrated, served."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.service import ROOT, Database

HERE = Path(__file__).parent
NAMES = sorted(folder.name for folder in HERE.iterdir() if (folder / "contract.yaml").is_file())
FREEHOLD = Path(sys.executable).with_name("freehold")


def lay(name: str, folder: Path) -> Path:
    """Lay the project of a dialect into a folder."""
    shutil.copytree(
        HERE / name, folder, ignore=shutil.ignore_patterns("__pycache__", "test_*.py"), dirs_exist_ok=True
    )
    (folder / "pyproject.toml").write_text('[tool.freehold]\ncontract = "contract.yaml"\n', "utf-8")
    (folder / "migrations" / "versions").mkdir(parents=True)
    for part in ("env.py", "script.py.mako"):
        shutil.copy(ROOT / "migrations" / part, folder / "migrations" / part)
    return folder


def freehold(folder: Path, url: str, *arguments: str) -> str:
    """Run the tool in a project, as a person does."""
    variables = os.environ | {"DATABASE_URL": url}
    done = subprocess.run(
        [FREEHOLD, *arguments], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"freehold {' '.join(arguments)}\n{done.stdout}{done.stderr}"
    return done.stdout


def make(name: str, folder: Path, database: Database) -> Path:
    """Generate the service of a dialect, and bring a database to its tables."""
    lay(name, folder)
    freehold(folder, database.url, "generate")
    freehold(folder, database.url, "migrate", "new", "-m", "Everything")
    freehold(folder, database.url, "migrate", "up")
    return folder

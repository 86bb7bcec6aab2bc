"""Creates a project for a dialect: its files, its generated code, its migrations."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.service import ROOT, Database
from tests.support.thoroughness import long

HERE = Path(__file__).parent
NAMES = sorted(folder.name for folder in HERE.iterdir() if (folder / "contract.yaml").is_file())
LARGEST = "workspace"
"""The dialect with most of the vocabulary. The short version runs what takes long only for this one."""
LARGEST_FIRST = [LARGEST, *(long(name) for name in NAMES if name != LARGEST)]
FREEHOLD = Path(sys.executable).with_name("freehold")
COMMANDS = """
import shlex, sys
from freehold.cli.main import main
for command in sys.argv[1:]:
    main(shlex.split(command), standalone_mode=False)
"""


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


def freehold(folder: Path, url: str, *commands: str) -> str:
    """Run commands of the tool in a project, all in one process, and return their output."""
    variables = os.environ | {"DATABASE_URL": url}
    program = [sys.executable, "-c", COMMANDS, *commands]
    done = subprocess.run(program, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"freehold {', '.join(commands)}\n{done.stdout}{done.stderr}"
    return done.stdout


def create_project(name: str, folder: Path, database: Database) -> Path:
    """Create the project of a dialect, generate its code, and migrate a database."""
    copy_project(name, folder)
    freehold(folder, database.url, "generate", "migrate new -m Everything", "migrate up")
    return folder

"""Commands of the tool in a project, all of them in one process."""

import os
from pathlib import Path

from tests.support import warm_python

MAIN = "from freehold.cli.main import main; main()"
"""What the script `freehold` does."""
COMMANDS = """
import shlex, sys
from freehold.cli.main import main
for command in sys.argv[1:]:
    main(shlex.split(command), standalone_mode=False)
"""


def freehold(folder: Path, url: str, *commands: str) -> str:
    """Runs commands of the tool in a project, and returns their output."""
    done = warm_python.run(["-c", COMMANDS, *commands], folder, os.environ | {"DATABASE_URL": url})
    assert done.returncode == 0, f"freehold {', '.join(commands)}\n{done.stdout}{done.stderr}"
    return done.stdout

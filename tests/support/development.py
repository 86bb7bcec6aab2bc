"""`freehold dev`, as a person starts it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.service import free_port
from tests.support.tool import MAIN
from tests.support.warm_python.interpreter import warm_interpreter

FREEHOLD = Path(sys.executable).with_name("freehold")


@dataclass(frozen=True)
class Development:
    """A running `freehold dev`, and what it printed."""

    process: "subprocess.Popen[str]"
    printed: str
    url: str


@contextmanager
def developing(folder: Path, *before: str, **settings: str) -> Iterator[Development]:
    port = free_port()
    hidden = {"DATABASE_URL", "BETTER_AUTH_SECRET"}
    variables = {name: value for name, value in os.environ.items() if name not in hidden} | settings
    with warm_interpreter() as python:
        command = [*before, python, "-c", MAIN, "dev", f"--port={port}"]
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=subprocess.PIPE, text=True)
        try:
            yield Development(process, read_until(process, "Ctrl-C"), f"http://127.0.0.1:{port}")
        finally:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


def read_until(process: "subprocess.Popen[str]", word: str) -> str:
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if word in line:
            return printed
    raise AssertionError(f"freehold dev ended: {printed}")

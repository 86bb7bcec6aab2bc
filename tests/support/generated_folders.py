"""Folders of generated files to write into, and what people do to them."""

from pathlib import Path, PurePosixPath

from freehold.printing.python_sources import HEADER, Files
from freehold.writing import checksums
from tests.support.contracts import Run
from tests.support.thoroughness import count

LONG_AGO = 1_000_000_000
KILLS = count("FREEHOLD_KILLS", short=4, long=25)
"""How often a process is killed at a random moment; `make fuzz` does it 200 times."""


def made(**texts: str) -> Files:
    """Files of ours: `a="1"` is the file a.py, `sub_b="1"` the file sub/b.py."""
    return checksums.add_checksums(
        {PurePosixPath(name.replace("_", "/") + ".py"): HEADER + text for name, text in texts.items()}
    )


def content(text: str) -> bytes:
    """What is in a file of ours."""
    return made(a=text)[PurePosixPath("a.py")].encode()


def names(*texts: str) -> tuple[PurePosixPath, ...]:
    return tuple(map(PurePosixPath, texts))


OLD = made(a="1", sub_b="1", sub_c="1", gone_d="1")
NEW = made(a="2", other_b="2", sub_b="1", sub_c="2", z="2")
KEPT = {"notes.md": "# mine", "sub/mine.py": "x = 1\n", "own/keep.txt": "mine"}
TITLE = ("summary: List your tasks", "summary: List all of your tasks")
"""A small edit of the sample contract."""


def said(freehold: Run) -> dict[str, str]:
    """What `check` says of each file."""
    result = freehold("check")
    assert result.exit_code == 1
    lines = [line.partition(" ") for line in result.stdout.splitlines() if line.startswith("generated/")]
    return {name.removeprefix("generated/"): what for name, _, what in lines if ":" not in name}


def append(file: Path, text: str) -> str:
    """Edit a file by hand; what it was."""
    before = file.read_text("utf-8")
    file.write_text(before + text, "utf-8")
    return before

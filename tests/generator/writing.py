"""Folders of generated files to write into."""

from pathlib import PurePosixPath

from freehold import stamps
from freehold.sources import HEADER, Files

LONG_AGO = 1_000_000_000


def made(**texts: str) -> Files:
    """Files of ours: `a="1"` is the file a.py, `sub_b="1"` the file sub/b.py."""
    return stamps.stamp(
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

"""How a generated file is recognised, and whether somebody has edited it since.

Each file carries a checksum of its own under its header, so that in git two branches meet only where they
change the same file. JSON has no comments: its checksum stands beside it, as `sha256sum --check` reads it.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath

from freehold.printing.python_sources import HEADER, Files

SUM = "# sha256 of what follows: "
BESIDE = ".sha256"
OWNED = frozenset({PurePosixPath("openapi.json"), PurePosixPath(f"openapi.json{BESIDE}")})
"""Ours by their name, though they have no room for a header."""

_SAID = re.compile(re.escape(SUM.encode()) + rb"([0-9a-f]{64})\n")
_MARK = rb"(?:<{7}|\|{7}|={7}|>{7})[^\n]*\n"  # git's, around the two checksums of two branches
_HEAD = re.compile(re.escape(HEADER.encode()) + b"((?:" + _SAID.pattern + b"|" + _MARK + b")*)")
_SUM_BESIDE = re.compile(rb"([0-9a-f]{64})  \S+\n")
_CONFLICT = re.compile(rb"^<{7} ", re.MULTILINE)


@dataclass(frozen=True)
class Stamp:
    """A file of ours as it was found. Line ends that git has turned into those of Windows do not count."""

    body: bytes
    recorded: str | None
    """The checksum that it was written with, if it still says."""
    in_conflict: bool = False
    """Whether git has left two sides of a merge in it, or in its checksum."""

    @property
    def edited(self) -> bool:
        """Whether it is not what was written."""
        return self.recorded != digest(self.body)


def stamp(files: Files) -> Files:
    """The files with their checksums: in the header, or in a file beside them."""
    result: Files = {}
    for name, text in files.items():
        if name in OWNED:
            result[name] = text
            result[beside(name)] = f"{digest(text.encode())}  {name.name}\n"
        else:
            body = text.removeprefix(HEADER)
            result[name] = f"{HEADER}{SUM}{digest(body.encode())}\n{body}"
    return result


def beside(name: PurePosixPath) -> PurePosixPath:
    """Where the checksum of a file without comments stands."""
    return name.with_name(f"{name.name}{BESIDE}")


def read(name: PurePosixPath, content: bytes, sum_beside: bytes | None) -> Stamp | None:
    """What a file says of itself, or nothing when it is not ours."""
    plain, there = content.replace(b"\r\n", b"\n"), (sum_beside or b"").replace(b"\r\n", b"\n")
    in_conflict = bool(_CONFLICT.search(plain) or _CONFLICT.search(there))
    if name in OWNED:
        if name.suffix == BESIDE:  # nothing in it is anybody's work
            return Stamp(plain, digest(plain))
        said = _SUM_BESIDE.fullmatch(there)
        return Stamp(plain, said[1].decode() if said else None, in_conflict)
    head = _HEAD.match(plain)
    if head is None:
        return None
    said = _SAID.fullmatch(head[1])
    return Stamp(plain[head.end() :], said[1].decode() if said else None, in_conflict)


def digest(body: bytes) -> str:
    """The checksum of what a file holds under its header."""
    return sha256(body).hexdigest()

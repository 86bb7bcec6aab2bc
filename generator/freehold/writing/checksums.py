"""Checksums of generated files: recognize a generated file and detect edits by hand.

Each file carries its own checksum below its header, so that two git branches conflict only where they
change the same file. JSON, JavaScript and CSS have no such comments: their checksum is in a file beside
them, in the format of `sha256sum --check`.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath

from freehold.ground.project import CONTRACT_COPY, SERVED_DOCUMENT
from freehold.printing.python_sources import HEADER, PAGE_FILES, Files

CHECKSUM_COMMENT = "# sha256 of what follows: "
CHECKSUM_SUFFIX = ".sha256"
HEADERLESS = frozenset(
    PurePosixPath(f"{name}{suffix}")
    for name in (CONTRACT_COPY, SERVED_DOCUMENT, *PAGE_FILES)
    for suffix in ("", CHECKSUM_SUFFIX)
)
"""Generated files that are recognized by name, because they have no room for a header."""

_CHECKSUM_LINE = re.compile(re.escape(CHECKSUM_COMMENT.encode()) + rb"([0-9a-f]{64})\n")
_CONFLICT_LINE = rb"(?:<{7}|\|{7}|={7}|>{7})[^\n]*\n"  # git's, around the two checksums of two branches
_FILE_HEAD = re.compile(
    re.escape(HEADER.encode()) + b"((?:" + _CHECKSUM_LINE.pattern + b"|" + _CONFLICT_LINE + b")*)"
)
_CHECKSUM_FILE = re.compile(rb"([0-9a-f]{64})  \S+\n")
_CONFLICT_START = re.compile(rb"^<{7} ", re.MULTILINE)


@dataclass(frozen=True)
class GeneratedFile:
    """The content of a generated file on disk, with line endings normalized to line feeds."""

    body: bytes
    """The content below the header."""
    recorded: str | None
    """The checksum that was recorded when the file was generated, if it is still readable."""
    in_conflict: bool = False
    """Whether the file or its checksum contains conflict markers of a git merge."""

    @property
    def edited(self) -> bool:
        """Whether the body differs from what was generated."""
        return self.recorded != digest(self.body)


def add_checksums(files: Files) -> Files:
    """Return the files with their checksums: in the header, or in a file beside them."""
    result: Files = {}
    for name, text in files.items():
        if name in HEADERLESS:
            result[name] = text
            result[checksum_file(name)] = f"{digest(text.encode())}  {name.name}\n"
        else:
            body = text.removeprefix(HEADER)
            result[name] = f"{HEADER}{CHECKSUM_COMMENT}{digest(body.encode())}\n{body}"
    return result


def checksum_file(name: PurePosixPath) -> PurePosixPath:
    """Return the name of the file that holds the checksum of a file without comments."""
    return name.with_name(f"{name.name}{CHECKSUM_SUFFIX}")


def parse(name: PurePosixPath, content: bytes, checksum_content: bytes | None) -> GeneratedFile | None:
    """Parse a file and, for a file without a header, its checksum file. None when it is not generated."""
    text, checksum_text = (part.replace(b"\r\n", b"\n") for part in (content, checksum_content or b""))
    in_conflict = bool(_CONFLICT_START.search(text) or _CONFLICT_START.search(checksum_text))
    if name in HEADERLESS:
        if name.suffix == CHECKSUM_SUFFIX:  # it holds nobody's work, so it never counts as edited
            return GeneratedFile(text, digest(text))
        match = _CHECKSUM_FILE.fullmatch(checksum_text)
        return GeneratedFile(text, match[1].decode() if match else None, in_conflict)
    head = _FILE_HEAD.match(text)
    if head is None:
        return None
    match = _CHECKSUM_LINE.fullmatch(head[1])
    return GeneratedFile(text[head.end() :], match[1].decode() if match else None, in_conflict)


def digest(body: bytes) -> str:
    """Return the SHA-256 checksum of the content below a header, in hexadecimal."""
    return sha256(body).hexdigest()

"""Rules about paths: each one is reached by the requests that it describes."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from freehold.ground.problems import Problem
from freehold.reading.document import Document

_RESERVED = {
    "/livez": "liveness",
    "/readyz": "readiness",
    "/metrics": "metrics",
    "/openapi.json": "the contract itself",
}
_PARAMETER = re.compile(r"\{[^{}]*\}")
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f]")


def served_paths(document: Document) -> Iterator[Problem]:
    """Paths start with `/`, are unambiguous, can be requested, and are not reserved by the service."""
    seen: dict[str, str] = {}
    found = document.root_node.get("paths")
    for path, item in found.items() if found else ():
        for what, fix in _faults(path):
            yield item.problem(f"the path {path} {what}", fix)
        decoded = _decoded(path)
        if decoded in _RESERVED:
            yield item.problem(f"the path {path} is reserved for {_RESERVED[decoded]}", "Use another path.")
        same = _PARAMETER.sub("{}", decoded)
        if same in seen:
            yield item.problem(
                f"{path} and {seen[same]} match the same URLs", "Merge the two paths into one."
            )
        seen.setdefault(same, path)


def _faults(path: str) -> Iterator[tuple[str, str]]:
    """Yield why no request has a path, and what to do."""
    literal = _PARAMETER.sub("_", path)
    if not path.startswith("/"):
        yield "does not start with a slash", f"Use /{path}."
    if "?" in literal:
        fix = f"Use {path.partition('?')[0]}, and declare query parameters in `parameters`."
        yield "has a query, which is no part of a path", fix
    if "#" in literal:
        yield "has a fragment, which clients do not send", f"Use {path.partition('#')[0]}, or write %23."
    if {".", ".."} & {*_decoded(literal).split("/")}:
        yield "has a segment . or .., which clients remove", "Remove the segment."
    yield from _parameter_faults(path, literal)
    yield from _escape_faults(literal)


def _parameter_faults(path: str, literal: str) -> Iterator[tuple[str, str]]:
    names = _PARAMETER.findall(path)
    if {"{", "}"} & {*literal}:
        yield "has a brace without its counterpart", "Write a parameter as {name}."
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield f"has the parameter {name} twice", "Rename one of the two."
    if "}{" in path:
        yield "has two parameters side by side, which cannot be told apart", "Put a character between them."


def _escape_faults(literal: str) -> Iterator[tuple[str, str]]:
    decoded = _decoded(literal)
    if _ESCAPE.search(literal):
        yield "has a % without two hexadecimal digits", "Write %25 for a percent sign."
    elif "\ufffd" in decoded or _INVISIBLE.search(decoded):
        yield "has an escape that is no visible character of UTF-8", "Remove it."
    elif decoded.count("/") != literal.count("/") or {"{", "}"} & {*decoded} - {*literal}:
        yield "has an escaped slash or brace, which requests cannot have", "Use another character."


def _decoded(path: str) -> str:
    """Return a path as the service compares it with the one of a request."""
    return unquote_to_bytes(path).decode(errors="replace")

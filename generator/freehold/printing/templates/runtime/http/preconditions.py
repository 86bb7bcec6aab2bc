"""Entity tags and conditional requests (RFC 9110, 8.8.3 and 13.1), and keys of repeated requests.

The ETag is the version of a row, which each update increments: `"7"`. It is checked in the same statement
that changes the row.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, NamedTuple

from fastapi import Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from ..validation.fault_texts import make_fault
from ..validation.problem_details.problem_codes import DETAILS
from .problems import PreconditionRequired, Problem
from .response_models import Versions, version_of

IDEMPOTENCY_KEY = "Idempotency-Key"
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_ENTITY_TAG = re.compile(r'(W/)?"([1-9][0-9]{0,17})"')
_QUOTED = re.compile('"[^"]*"')
_CONDITIONS: Mapping[str, Callable[[str], bool]] = {
    "If-Match": lambda value: value != "*",
    "If-None-Match": lambda value: "*" in _QUOTED.sub("", value) or bool(_ENTITY_TAG.search(value)),
    "If-Unmodified-Since": bool,
}
"""The preconditions of writes, and whether a row may fail to meet a value of each."""


class NotModified(Exception):
    """304: the client already has this version (RFC 9110, 15.4.5)."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


class KeyReused(Problem):
    """422: the key belongs to another request (draft-ietf-httpapi-idempotency-key-header, 2.7)."""

    def __init__(self) -> None:
        super().__init__(
            422,
            DETAILS["key_reused"],
            code="key_reused",
            errors=[make_fault("reused", parameter=IDEMPOTENCY_KEY)],
        )


class UnsupportedPrecondition(Problem):
    """400: the client wants a write only under a condition that the operation does not evaluate."""

    def __init__(self, header: str) -> None:
        detail = DETAILS["unsupported_precondition"].format(header)
        super().__init__(400, detail, code="unsupported_precondition")


class WritePreconditions:
    """Rejects the preconditions of a write that its operation does not declare (RFC 9110, 13.1).

    To ignore one would overwrite what the client wanted to protect. Conditions that every existing row meets
    are accepted: `If-Match: *`, unless the operation `creates` a row that is missing, and `If-None-Match`
    with entity tags that no row has.
    """

    def __init__(
        self, methods: Iterable[str], declared_headers: Iterable[str], *, creates: bool = False
    ) -> None:
        is_write = not _SAFE_METHODS.issuperset(methods)
        declared = {name.lower() for name in declared_headers}
        names = [name for name in _CONDITIONS if is_write and name.lower() not in declared]
        self._may_fail = {**_CONDITIONS, "If-Match": bool} if creates else _CONDITIONS
        self._undeclared = {name.lower().encode("ascii"): name for name in names}

    def __bool__(self) -> bool:
        return bool(self._undeclared)

    def check(self, request: Request) -> None:
        """Raises UnsupportedPrecondition if the request has a condition that may not be met."""
        for key, value in request.scope["headers"]:
            name = self._undeclared.get(key)
            if name is not None and self._may_fail[name](value.decode("latin-1").strip()):
                raise UnsupportedPrecondition(name)


def _if_match(request: Request) -> Versions:
    """The versions in `If-Match`, without weak tags; None for `*` or without the header."""
    header_values = request.headers.getlist("If-Match")
    if not header_values or [text.strip() for text in header_values] == ["*"]:
        return None
    return [int(number) for weak, number in _parse_tags(header_values) if not weak]


def _if_none_match(request: Request) -> Versions:
    """The versions in `If-None-Match`; None for `*`, which matches any version."""
    header_values = request.headers.getlist("If-None-Match")
    if [text.strip() for text in header_values] == ["*"]:
        return None
    return [int(number) for _, number in _parse_tags(header_values)]


def _required_if_match(request: Request) -> Versions | PreconditionRequired:
    return _if_match(request) if "If-Match" in request.headers else PreconditionRequired()


class PutPrecondition(NamedTuple):
    """What a PUT may do that replaces a row or creates it (RFC 9110, 13.1).

    Example: `async def put_label(self, code: str, label: Label, *, precondition: PutPrecondition) -> Label:`
    """

    versions: Versions = None
    """The versions that it may replace, or None for any version."""
    may_create: bool = True
    may_replace: bool = True


def _put_precondition(request: Request) -> PutPrecondition:
    """`If-Match` creates no row, and `If-None-Match: *` replaces none.

    Raises UnsupportedPrecondition for `If-None-Match` with entity tags.
    """
    none_match = [text.strip() for text in request.headers.getlist("If-None-Match")]
    if none_match not in ([], ["*"]):
        raise UnsupportedPrecondition("If-None-Match with entity tags")
    has_version = "If-Match" in request.headers
    return PutPrecondition(_if_match(request), may_create=not has_version, may_replace=not none_match)


PutCondition = Annotated[PutPrecondition, Depends(_put_precondition)]
"""The precondition of a PUT that replaces a row or creates it."""
IfMatch = Annotated[Versions, Depends(_if_match)]
"""The versions that the request may change, or None for any version."""
RequiredIfMatch = Annotated[Versions | PreconditionRequired, Depends(_required_if_match)]
"""The same if the contract requires the header."""
IfNoneMatch = Annotated[Versions, Depends(_if_none_match)]
"""The versions that the client has, or None for any version."""


def require_version(if_match: Versions | PreconditionRequired) -> Versions:
    """The versions that the request may change. Raises PreconditionRequired without `If-Match`."""
    if isinstance(if_match, PreconditionRequired):
        raise if_match
    return if_match


def set_etag(response: Response, row: BaseModel) -> None:
    """Set the ETag of a row."""
    response.headers["ETag"] = f'"{version_of(row)}"'


def raise_if_not_modified(response: Response, row: BaseModel, known_versions: Versions) -> None:
    """Set the ETag of a row. Raises NotModified if the client already has this version."""
    set_etag(response, row)
    if known_versions is None or version_of(row) in known_versions:
        raise NotModified(response.headers["ETag"])


def _parse_tags(header_values: list[str]) -> list[tuple[str, str]]:
    return [match for text in header_values for match in _ENTITY_TAG.findall(text)]

"""Entity tags and what a request makes of them (RFC 9110, 8.8.3 and 13.1).

A tag is the version of a row, which each change counts up: `"7"`. The tag that is served is the tag that is
checked, in the same statement that changes the row.
"""

import re
from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from .problems import PreconditionRequired
from .response_models import Versions, version_of

_TAG = re.compile(r'(W/)?"([1-9][0-9]{0,17})"')


class NotModified(Exception):
    """The client has what it asks for (RFC 9110, 15.4.5)."""

    def __init__(self, set_etag: str) -> None:
        super().__init__(set_etag)
        self.tag = set_etag


def _if_match(request: Request) -> Versions:
    """The versions that `If-Match` names; a weak tag is none of them. None for `*` and without the header."""
    said = request.headers.getlist("If-Match")
    if not said or [text.strip() for text in said] == ["*"]:
        return None
    return [int(number) for weak, number in _tags(said) if not weak]


def _if_none_match(request: Request) -> Versions:
    """The versions that the client already has; None for `*`: it has any that there is."""
    said = request.headers.getlist("If-None-Match")
    if [text.strip() for text in said] == ["*"]:
        return None
    return [int(number) for _, number in _tags(said)]


def _if_match_needed(request: Request) -> Versions | PreconditionRequired:
    return _if_match(request) if "If-Match" in request.headers else PreconditionRequired()


IfMatch = Annotated[Versions, Depends(_if_match)]
"""The versions that may be changed, or None for any."""
RequiredIfMatch = Annotated[Versions | PreconditionRequired, Depends(_if_match_needed)]
"""The same where the contract wants the client to say it."""
IfNoneMatch = Annotated[Versions, Depends(_if_none_match)]
"""The versions that the client has, or None for any."""


def require_version(if_match: Versions | PreconditionRequired) -> Versions:
    """The versions that may be changed. Raises PreconditionRequired when the client named none."""
    if isinstance(if_match, PreconditionRequired):
        raise if_match
    return if_match


def set_etag(response: Response, row: BaseModel) -> None:
    """Serve the entity tag of a row that was fetched."""
    response.headers["ETag"] = f'"{version_of(row)}"'


def raise_if_not_modified(response: Response, row: BaseModel, known: Versions) -> None:
    """Serve the entity tag of a row. Raises NotModified when the client has this version."""
    set_etag(response, row)
    if known is None or version_of(row) in known:
        raise NotModified(response.headers["ETag"])


def _tags(said: list[str]) -> list[tuple[str, str]]:
    return [found for text in said for found in _TAG.findall(text)]

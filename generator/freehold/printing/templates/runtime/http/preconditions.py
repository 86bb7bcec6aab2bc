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

from .problems import VersionNeeded
from .response_models import Versions, version_of

_TAG = re.compile(r'(W/)?"([1-9][0-9]{0,17})"')


class NotModified(Exception):
    """The client has what it asks for (RFC 9110, 15.4.5)."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


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


def _if_match_needed(request: Request) -> Versions | VersionNeeded:
    return _if_match(request) if "If-Match" in request.headers else VersionNeeded()


IfMatch = Annotated[Versions, Depends(_if_match)]
"""The versions that may be changed, or None for any."""
IfMatchNeeded = Annotated[Versions | VersionNeeded, Depends(_if_match_needed)]
"""The same where the contract wants the client to say it."""
IfNoneMatch = Annotated[Versions, Depends(_if_none_match)]
"""The versions that the client has, or None for any."""


def needed(if_match: Versions | VersionNeeded) -> Versions:
    """The versions that may be changed. Raises VersionNeeded when the client named none."""
    if isinstance(if_match, VersionNeeded):
        raise if_match
    return if_match


def tag(response: Response, row: BaseModel) -> None:
    """Serve the entity tag of a row that was fetched."""
    response.headers["ETag"] = f'"{version_of(row)}"'


def must_be_news(response: Response, row: BaseModel, known: Versions) -> None:
    """Serve the entity tag of a row. Raises NotModified when the client has this version."""
    tag(response, row)
    if known is None or version_of(row) in known:
        raise NotModified(response.headers["ETag"])


def _tags(said: list[str]) -> list[tuple[str, str]]:
    return [found for text in said for found in _TAG.findall(text)]

"""What differs in all answers of a service: the id of the request, the time, and the path of the request."""

from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

_HEADERS = frozenset({"date", "x-request-id"})
_LENGTH = "content-length"

_CLOCK_DIFFERENCE = 2
"""Seconds between the header `Date`, which the server makes now and then, and the time in an error."""


def without_varying_parts(
    text: str, status: int, headers: Mapping[str, str], *paths: str
) -> tuple[dict[str, str], str]:
    """Return the headers and the body of an answer without what differs in every answer.

    Only errors have a time and a path: the second of the header `Date`, and the percent-encoded path of the
    request. `paths` are what it may be, with a prefix and without. The length is one without the path. The
    names of headers are in lower case.
    """
    kept = {name: value for name, value in sorted(headers.items()) if name not in _HEADERS}
    text = text.replace(headers.get("x-request-id") or "\0", "<request id>")
    if status < HTTPStatus.BAD_REQUEST:
        return kept, text
    for moment in _moments(headers.get("date", "")):
        text = text.replace(moment, "<time>")
    repeated = sum(len(path) * text.count(f'"{path}"') for path in paths)
    length = kept.get(_LENGTH, "")
    kept |= {_LENGTH: str(int(length) - repeated)} if length.isdecimal() else {}
    for path in paths:
        text = text.replace(f'"{path}"', '"<path>"')
    return kept, text


def _moments(date: str) -> list[str]:
    """The times in RFC 3339, in UTC and whole seconds, that are about that of the header `Date`."""
    seconds = range(-_CLOCK_DIFFERENCE, _CLOCK_DIFFERENCE + 1)
    try:
        middle = parsedate_to_datetime(date)
        return [f"{middle + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}" for second in seconds]
    except (ValueError, OverflowError):
        return []

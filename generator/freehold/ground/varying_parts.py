"""What differs in all answers of a service: the id of the request, the time, and the path of the request."""

from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

_HEADERS = frozenset({"date", "x-request-id"})
_HEADERS_OF_ERRORS = _HEADERS | {"content-length"}
"""The length is that of a body with the path; bodies are compared themselves."""

_CLOCK_DIFFERENCE = 2
"""Seconds between the header `Date`, which the server makes now and then, and the time in an error."""


def headers_without_varying(headers: Mapping[str, str], status: int) -> dict[str, str]:
    """Return the headers of an answer without those that differ in every answer, in alphabetical order."""
    varying = _HEADERS if status < HTTPStatus.BAD_REQUEST else _HEADERS_OF_ERRORS
    return {name: value for name, value in sorted(headers.items()) if name not in varying}


def text_without_varying(text: str, status: int, headers: Mapping[str, str], path: str) -> str:
    """Return the body of an answer without what differs in every answer.

    Only errors have a time and a path: the second of the header `Date`, and the percent-encoded `path` of the
    request. The names of the headers are in lower case.
    """
    text = text.replace(headers.get("x-request-id") or "\0", "<request id>")
    if status < HTTPStatus.BAD_REQUEST:
        return text
    for moment in _moments(headers.get("date", "")):
        text = text.replace(moment, "<time>")
    return text.replace(f'"{path}"', '"<path>"')


def _moments(date: str) -> list[str]:
    """The times in RFC 3339, in UTC and whole seconds, that are about that of the header `Date`."""
    try:
        middle = parsedate_to_datetime(date)
    except ValueError:
        return []
    seconds = range(-_CLOCK_DIFFERENCE, _CLOCK_DIFFERENCE + 1)
    return [f"{middle + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}" for second in seconds]

"""Words that APIs have for the kinds of errors: their code for a problem that has another one here."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

_OTHER_CHARACTERS = re.compile(r"[^a-z0-9]")
_STATUSES = frozenset(HTTPStatus)
_OTHER_WORDS = {
    400: "invalidrequest malformedrequest validationerror validationfailed invalidinput",
    401: "unauthenticated authenticationrequired authenticationerror notauthenticated",
    403: "accessdenied permissiondenied",
    404: "resourcenotfound entitynotfound",
    409: "resourceconflict",
    413: "payloadtoolarge contenttoolarge requestentitytoolarge requesttoolarge toolarge",
    422: "unprocessableentity unprocessablecontent validationerror validationfailed invalidinput invalid",
    429: "ratelimited ratelimitexceeded ratelimit",
    500: "internalerror servererror internal unknownerror",
    503: "unavailable",
    504: "timeout",
}
"""Beside the reason phrase of the status (RFC 9110, 15), without anything but their letters."""


def plain_word(text: str) -> str:
    """Return a word without anything but its letters and digits: `notfound` for `NOT_FOUND`."""
    return _OTHER_CHARACTERS.sub("", text.lower())


def words_for(status: int, words: Iterable[Any]) -> list[str]:
    """Return those of some words that name the kind of an error with a status, the reason phrase first."""
    known = [plain_word(HTTPStatus(status).phrase)] if status in _STATUSES else []
    known += _OTHER_WORDS.get(status, "").split()
    named = {plain_word(word): word for word in words if isinstance(word, str)}
    return [named[word] for word in known if word in named]

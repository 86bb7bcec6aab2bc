"""Parses a compact JWS (RFC 7515, 7.1) strictly: each token has exactly one valid spelling."""

import json
import re
from binascii import a2b_base64, b2a_base64
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

_COMPACT_FORM = re.compile(r"[A-Za-z0-9_-]{1,2048}\.[A-Za-z0-9_-]{1,8192}\.[A-Za-z0-9_-]{1,1024}")
_MAX_KEY_ID_LENGTH = 128  # characters
_MOST_HEADERS = 64  # that are remembered: an issuer has one for each key
_TO_BASE64, _TO_BASE64URL = bytes.maketrans(b"-_", b"+/"), bytes.maketrans(b"+/", b"-_")
_TYPES = frozenset({"jwt", "at+jwt"})  # RFC 7519, 5.1; RFC 9068, 2.1
# They let a token bring its own key, or change what is signed: RFC 7515, 4.1; RFC 7516; RFC 7797.
_FORBIDDEN_PARAMETERS = frozenset({"crit", "jku", "jwk", "x5u", "x5c", "b64", "enc", "zip"})


class InvalidToken(Exception):
    """The reason why a token is rejected. The message goes to the log and contains nothing of the token."""


_CLAIM_TEXTS = {
    "invalid_claim": "The claim {} of the token is not valid.",
    "malformed_claims": "The claims of the token are not a valid JSON object.",
    "missing_claim": "The token has no claim {}.",
    "token_expired": "The token has expired.",
    "token_lifetime": "The token is valid for longer than this service accepts.",
    "token_not_yet_valid": "The token is not valid yet.",
    "wrong_audience": "The token is for another audience.",
    "wrong_issuer": "The token is from another issuer.",
}


class InvalidClaims(InvalidToken):
    """The same for a token whose signature has held: the client is told too, with the `code` of the problem.

    `claim` is the name of a claim that the service knows; no value is ever told.
    """

    def __init__(self, code: str, claim: str = "") -> None:
        super().__init__(_CLAIM_TEXTS[code].format(claim))
        self.code = code


@dataclass(frozen=True)
class CompactJws:
    """The parts of a token. The payload is not parsed before the signature is verified."""

    algorithm: str
    key_id: str | None
    signed: bytes
    payload: bytes
    signature: bytes


def parse_compact_jws(token: str) -> CompactJws:
    """Parse a token. Raises InvalidToken, or another exception if a part is not even JSON."""
    if not _COMPACT_FORM.fullmatch(token):
        raise InvalidToken("not in compact form")
    header, payload, signature = token.split(".")
    algorithm, key_id = _parse_header(header)
    return CompactJws(
        algorithm=algorithm,
        key_id=key_id,
        signed=f"{header}.{payload}".encode("ascii"),
        payload=_decode_base64url(payload),
        signature=_decode_base64url(signature),
    )


class _Header(NamedTuple):
    algorithm: str
    key_id: str | None


@lru_cache(_MOST_HEADERS)
def _parse_header(text: str) -> _Header:
    parameters = json_object(_decode_base64url(text))
    _check_header(parameters)
    key_id = _name(parameters["kid"]) if "kid" in parameters else None
    return _Header(_name(parameters.get("alg")), key_id)


def json_object(content: bytes) -> dict[str, Any]:
    """Parse a JSON object in UTF-8. Raises InvalidToken for duplicate keys, NaN and infinite numbers."""
    value = json.loads(
        content.decode("utf-8"),
        object_pairs_hook=_unique_keys,
        parse_constant=_reject_constant,
        parse_float=_finite,
    )
    if not isinstance(value, dict):
        raise InvalidToken("not a JSON object")
    return value


def _check_header(parameters: dict[str, Any]) -> None:
    if not _FORBIDDEN_PARAMETERS.isdisjoint(parameters):
        raise InvalidToken("a header parameter that is not for this API")
    token_type = parameters.get("typ", "JWT")
    if not isinstance(token_type, str) or token_type.lower().removeprefix("application/") not in _TYPES:
        raise InvalidToken("another type of token")


def _name(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= _MAX_KEY_ID_LENGTH:
        raise InvalidToken("alg or kid is not a name")
    return value


def _decode_base64url(text: str) -> bytes:
    """Decode canonical base64url: no padding, and no unused bits that are set."""
    sent = text.encode("ascii")
    value = a2b_base64(sent.translate(_TO_BASE64) + b"=" * (-len(sent) % 4))
    if b2a_base64(value, newline=False).translate(_TO_BASE64URL).rstrip(b"=") != sent:
        raise InvalidToken("not canonical base64url")
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise InvalidToken("duplicate keys")
    return value


def _reject_constant(_: str) -> NoReturn:
    raise InvalidToken("not a JSON number")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise InvalidToken("a number out of range")
    return value

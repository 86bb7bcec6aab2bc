"""The compact form of a token (RFC 7515, 7.1), read strictly: one spelling, one meaning."""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

_COMPACT = re.compile(r"[A-Za-z0-9_-]{1,2048}\.[A-Za-z0-9_-]{1,8192}\.[A-Za-z0-9_-]{1,1024}")
_LONGEST_KEY_ID = 128  # characters
_TYPES = frozenset({"jwt", "at+jwt"})  # RFC 7519, 5.1; RFC 9068, 2.1
# What would let a token bring its own key, or change what is signed: RFC 7515, 4.1; RFC 7516; RFC 7797.
_REFUSED = frozenset({"crit", "jku", "jwk", "x5u", "x5c", "b64", "enc", "zip"})


class Refused(Exception):
    """Why a token proves nothing. The text is for the log and holds nothing of the token."""


@dataclass(frozen=True)
class Compact:
    """A token in its parts. Nothing is known of the payload before the signature is verified."""

    algorithm: str
    key_id: str | None
    signed: bytes
    payload: bytes
    signature: bytes


def split(token: str) -> Compact:
    """The parts of a token. Raises Refused, or another exception for what is not even JSON."""
    if not _COMPACT.fullmatch(token):
        raise Refused("not in compact form")
    header, payload, signature = token.split(".")
    said = json_object(_decoded(header))
    _check_header(said)
    return Compact(
        algorithm=_text(said.get("alg")),
        key_id=_text(said["kid"]) if "kid" in said else None,
        signed=f"{header}.{payload}".encode("ascii"),
        payload=_decoded(payload),
        signature=_decoded(signature),
    )


def json_object(content: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8 without duplicate keys and without numbers that JSON has not."""
    found = json.loads(
        content.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_not_json, parse_float=_finite
    )
    if not isinstance(found, dict):
        raise Refused("not a JSON object")
    return found


def _check_header(said: dict[str, Any]) -> None:
    if not _REFUSED.isdisjoint(said):
        raise Refused("a header parameter that is not for this API")
    kind = said.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in _TYPES:
        raise Refused("another type of token")


def _text(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= _LONGEST_KEY_ID:
        raise Refused("alg or kid is not a name")
    return value


def _decoded(text: str) -> bytes:
    """Base64url as it is written in only one way: no padding, no bits that say nothing."""
    found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(found).rstrip(b"=").decode("ascii") != text:
        raise Refused("not canonical base64url")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("duplicate keys")
    return found


def _not_json(_: str) -> NoReturn:
    raise Refused("not a JSON number")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise Refused("a number out of range")
    return value

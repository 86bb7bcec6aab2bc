"""Signed cursors: opaque texts that name where a page of a list begins.

A cursor holds values and is signed (HMAC-SHA-256, RFC 2104) for one scope, such as one owner, one list and
one order, and good for nothing else.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json, to_json

_MAC = 16  # bytes
_LONGEST = 8192  # letters


class Cursors:
    """Signs cursors with the first of its secrets, and reads those that were signed with any."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys = [hashlib.sha256(b"freehold cursors\0" + secret.encode()).digest() for secret in secrets]

    def write(self, scope: tuple[str, ...], values: list[object]) -> str:
        """A cursor for `values`; `scope` says where it is good."""
        content = to_json(values)
        mac = _mac(self._keys[0], scope, content)
        return base64.urlsafe_b64encode(mac + content).decode().rstrip("=")

    def read(self, scope: tuple[str, ...], cursor: str) -> list[Any]:
        """The values of a cursor. Raises ValueError for one that was not written for this `scope`."""
        if len(cursor) > _LONGEST:
            raise ValueError("too long")
        whole = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        mac, content = whole[:_MAC], whole[_MAC:]
        if not any(hmac.compare_digest(mac, _mac(key, scope, content)) for key in self._keys):
            raise ValueError("not signed for this")
        values: list[Any] = from_json(content)
        return values


def _mac(key: bytes, scope: tuple[str, ...], content: bytes) -> bytes:
    signed = json.dumps(scope).encode() + b"\0" + content
    return hmac.digest(key, signed, "sha256")[:_MAC]

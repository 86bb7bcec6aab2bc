"""Signed cursors: opaque texts that tell where a page of a list starts.

A cursor holds values and is signed (HMAC-SHA-256, RFC 2104) for one scope, such as one owner, one list and
one sort order. It is invalid anywhere else.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json, to_json

_MAC_SIZE = 16  # bytes
_MAX_LENGTH = 8192  # characters


class CursorSigner:
    """Signs cursors with the first secret, and accepts signatures of any of them."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys = [hashlib.sha256(b"freehold cursors\0" + secret.encode()).digest() for secret in secrets]

    def write(self, scope: tuple[str, ...], values: list[object]) -> str:
        """Create a cursor that holds `values` and is valid in `scope`."""
        content = to_json(values)
        mac = _sign(self._keys[0], scope, content)
        return base64.urlsafe_b64encode(mac + content).decode().rstrip("=")

    def read(self, scope: tuple[str, ...], cursor: str) -> list[Any]:
        """The values of a cursor. Raises ValueError if it is not valid in `scope`."""
        if len(cursor) > _MAX_LENGTH:
            raise ValueError("too long")
        decoded = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        mac, content = decoded[:_MAC_SIZE], decoded[_MAC_SIZE:]
        if not any(hmac.compare_digest(mac, _sign(key, scope, content)) for key in self._keys):
            raise ValueError("not signed for this")
        values: list[Any] = from_json(content)
        return values


def _sign(key: bytes, scope: tuple[str, ...], content: bytes) -> bytes:
    message = json.dumps(scope).encode() + b"\0" + content
    return hmac.digest(key, message, "sha256")[:_MAC_SIZE]

"""A cache of verified tokens, so that a token is not verified again for each request."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256

MAX_TOKENS = 4096
"""The size of the cache; the least recently used token is evicted."""


@dataclass(frozen=True)
class VerifiedToken:
    """A verified payload and its validity, in seconds since 1970."""

    payload: bytes
    valid_from: float
    valid_until: float


class TokenCache:
    """Caches payloads by the SHA-256 digest of their token; the tokens themselves are not stored."""

    def __init__(self, max_tokens: int = MAX_TOKENS) -> None:
        self._max_tokens = max_tokens
        self._entries: OrderedDict[bytes, VerifiedToken] = OrderedDict()

    def get(self, token: str) -> bytes | None:
        """The payload of a verified token that is valid now, or None."""
        digest = _digest(token)
        entry = self._entries.get(digest)
        if entry is None:
            return None
        if not entry.valid_from <= time.time() < entry.valid_until:
            del self._entries[digest]
            return None
        self._entries.move_to_end(digest)
        return entry.payload

    def put(self, token: str, verified: VerifiedToken) -> None:
        """Store a verified token."""
        self._entries[_digest(token)] = verified
        if len(self._entries) > self._max_tokens:
            self._entries.popitem(last=False)

    def clear(self) -> None:
        """Remove all tokens, because the keys have changed."""
        self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()

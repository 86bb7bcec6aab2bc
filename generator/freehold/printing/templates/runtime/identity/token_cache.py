"""Tokens that were verified before: the same token need not be verified again for each request."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256

MOST = 4096
"""How many tokens are remembered; the one that was not used for the longest time is forgotten."""


@dataclass(frozen=True)
class Verified:
    """A payload whose signature was verified, and when it holds, in seconds since 1970."""

    payload: bytes
    begins: float
    ends: float


class TokenCache:
    """Payloads by a digest of their token: neither tokens nor what a request was given are kept."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: OrderedDict[bytes, Verified] = OrderedDict()

    def get(self, token: str) -> bytes | None:
        """The payload of a token that was verified and holds now."""
        digest = _digest(token)
        found = self._known.get(digest)
        if found is None:
            return None
        if not found.begins <= time.time() < found.ends:
            del self._known[digest]
            return None
        self._known.move_to_end(digest)
        return found.payload

    def put(self, token: str, verified: Verified) -> None:
        """Remember a token that was verified."""
        self._known[_digest(token)] = verified
        if len(self._known) > self._most:
            self._known.popitem(last=False)

    def clear(self) -> None:
        """Forget all: the keys have changed."""
        self._known.clear()

    def __len__(self) -> int:
        return len(self._known)


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()

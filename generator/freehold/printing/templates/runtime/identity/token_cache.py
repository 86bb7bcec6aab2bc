"""A cache of verified tokens, so that a token is not verified again for each request."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic_core import from_json

MAX_TOKENS = 4096
"""The size of the cache; the least recently used token is evicted."""

T = TypeVar("T")

_MISSING: Any = object()


class VerifiedToken:
    """A verified token: its payload, its validity in seconds since 1970, and what was computed from it."""

    __slots__ = ("_payload", "_results", "subject", "valid_from", "valid_until")

    def __init__(self, payload: bytes, subject: str, valid_from: float, valid_until: float) -> None:
        self._payload = payload
        self._results: dict[Hashable, Any] = {}
        self.subject = subject
        self.valid_from = valid_from
        self.valid_until = valid_until

    def claims(self) -> Mapping[str, Any]:
        """The claims, read-only: the owner is read from them. Their values are new ones in each call."""
        return MappingProxyType(from_json(self._payload))

    def derive(self, key: Hashable, compute: Callable[[Mapping[str, Any]], T]) -> T:
        """An immutable value that `compute` makes of the claims. It is computed once for each key."""
        result: T = self._results.get(key, _MISSING)
        if result is _MISSING:
            result = self._results[key] = compute(self.claims())
        return result


class TokenCache:
    """Caches verified tokens by their SHA-256 digest; the tokens as they were sent are not stored."""

    def __init__(self, max_tokens: int = MAX_TOKENS) -> None:
        self._max_tokens = max_tokens
        self._entries: OrderedDict[bytes, VerifiedToken] = OrderedDict()

    def get(self, token: bytes) -> VerifiedToken | None:
        """A verified token that is valid now, or None."""
        digest = sha256(token).digest()
        entry = self._entries.get(digest)
        if entry is None:
            return None
        if not entry.valid_from <= time.time() < entry.valid_until:
            del self._entries[digest]
            return None
        self._entries.move_to_end(digest)
        return entry

    def put(self, token: bytes, verified: VerifiedToken) -> None:
        """Store a verified token."""
        self._entries[sha256(token).digest()] = verified
        if len(self._entries) > self._max_tokens:
            self._entries.popitem(last=False)

    def clear(self) -> None:
        """Remove all tokens, because the keys have changed."""
        self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)

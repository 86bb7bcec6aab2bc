"""The keys that verify tokens: shared secrets, or the public keys of an issuer (RFC 7517)."""

import hmac
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from .compact_jws import CompactJws, InvalidToken, json_object

_log = logging.getLogger(__name__)
_MAX_KEYS = 100
_MAX_KEY_ID_LENGTH = 128  # characters
_MIN_RSA_BITS, _MAX_RSA_BITS = 2048, 8192  # RFC 7518, 3.3; longer keys only cost time
_PRIVATE_MEMBERS = frozenset({"d", "k", "p", "q"})
_ALGORITHM_BY_CURVE = {"Ed25519": "EdDSA", "P-256": "ES256", "P-521": "ES512"}
_CURVES_BY_TYPE = {"OKP": {"Ed25519"}, "EC": {"P-256", "P-521"}}
_RSA_ALGORITHMS = frozenset({"RS256", "PS256"})
_ALGORITHM_NAMES = {"EdDSA": frozenset({"EdDSA", "Ed25519"})}  # RFC 9864: one algorithm, two names


@dataclass(frozen=True)
class VerificationKey:
    """A key with the only algorithm it is valid for. Two keys are equal if their `identity` is equal."""

    identity: str
    algorithm_names: frozenset[str] = field(compare=False)
    """The names of the algorithm in a header."""
    verify: Callable[[bytes, bytes], bool] = field(compare=False, repr=False)
    """Whether the second argument is a signature of the first."""

    def verifies(self, token: CompactJws) -> bool:
        """Whether the token names this key's algorithm and has a valid signature."""
        return token.algorithm in self.algorithm_names and self.verify(token.signed, token.signature)


KeySet = Mapping[str, Sequence[VerificationKey]]
"""Keys by their id. An issuer may use one id for several keys."""


class KeySource(Protocol):
    """Finds the keys that may verify a token."""

    async def find(self, token: CompactJws) -> Sequence[VerificationKey]:
        """The candidate keys of a token: none, one, or several during a rotation."""


class SharedSecrets:
    """Shared secrets (HS256), the newest one first."""

    def __init__(self, secrets: Sequence[str]) -> None:
        algorithm_names = frozenset({"HS256"})
        self._keys = [
            VerificationKey(f"secret {n}", algorithm_names, partial(_verify_hs256, text.encode()))
            for n, text in enumerate(secrets)
        ]

    async def find(self, _token: CompactJws) -> Sequence[VerificationKey]:
        """All secrets: they have no id."""
        return self._keys


def _verify_hs256(secret: bytes, signed: bytes, signature: bytes) -> bool:
    """Compare in constant time (RFC 7518, 3.2)."""
    return hmac.compare_digest(hmac.digest(secret, signed, "sha256"), signature)


def parse_jwk_set(content: bytes) -> KeySet:
    """Parse the usable keys of a JWK Set; others are skipped. Raises an exception if it is not a JWK Set."""
    jwks = json_object(content).get("keys")
    if not isinstance(jwks, list) or len(jwks) > _MAX_KEYS:
        raise InvalidToken("not a JWK Set")
    keys: dict[str, tuple[VerificationKey, ...]] = {}
    for number, jwk in enumerate(jwks):
        try:
            key = _parse_jwk(jwk)
        except Exception as error:  # noqa: BLE001 - an unusable key must not affect the others
            reason = str(error) if isinstance(error, InvalidToken) else type(error).__name__
            _log.warning("key_skipped: number %d of the key set: %s", number, reason)
            continue
        keys[jwk["kid"]] = (*keys.get(jwk["kid"], ()), key)
    return keys


def _parse_jwk(jwk: dict[str, Any]) -> VerificationKey:
    key_id = jwk.get("kid")
    if not isinstance(key_id, str) or not 1 <= len(key_id) <= _MAX_KEY_ID_LENGTH:
        raise InvalidToken("it has no id")
    if not _PRIVATE_MEMBERS.isdisjoint(jwk):
        raise InvalidToken("it is not a public key")
    if jwk.get("use", "sig") != "sig" or "verify" not in jwk.get("key_ops", ["verify"]):
        raise InvalidToken("it is not for signatures")
    name = _algorithm_of(jwk)
    import jwt  # noqa: PLC0415 - a service with a shared secret needs no asymmetric cryptography

    parsed = jwt.PyJWK.from_dict(jwk, name)
    if jwk["kty"] == "RSA" and not _MIN_RSA_BITS <= parsed.key.key_size <= _MAX_RSA_BITS:
        raise InvalidToken("an RSA key of that size is not taken")
    identity = json.dumps(jwk, sort_keys=True)
    names = _ALGORITHM_NAMES.get(name, frozenset({name}))
    algorithm, key = parsed.Algorithm, parsed.key

    def verify(signed: bytes, signature: bytes) -> bool:
        return algorithm.verify(signed, key, signature)

    return VerificationKey(identity, names, verify)


def _algorithm_of(jwk: dict[str, Any]) -> str:
    """The algorithm of a key: its `alg`, or the only one for its type and curve."""
    key_type, curve = str(jwk.get("kty")), str(jwk.get("crv"))
    if key_type == "RSA":
        name = str(jwk.get("alg", "RS256"))
        if name not in _RSA_ALGORITHMS:
            raise InvalidToken("its algorithm is not taken")
        return name
    if curve not in _CURVES_BY_TYPE.get(key_type, ()):
        raise InvalidToken("its type is not taken")
    name = _ALGORITHM_BY_CURVE[curve]
    if jwk.get("alg", name) not in _ALGORITHM_NAMES.get(name, {name}):
        raise InvalidToken("its algorithm is not that of its type")
    return name

"""The keys that a token may be signed with: shared secrets, or the public keys of an issuer (RFC 7517)."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import jwt
from jwt.algorithms import Algorithm, HMACAlgorithm

from .compact_jws import Compact, Refused, json_object

_log = logging.getLogger(__name__)
_MOST_KEYS = 100
_LONGEST_ID = 128  # characters
_WEAKEST_RSA, _STRONGEST_RSA = 2048, 8192  # bits: RFC 7518, 3.3; more only costs time
_PRIVATE = frozenset({"d", "k", "p", "q"})
_CURVES = {"Ed25519": "EdDSA", "P-256": "ES256", "P-521": "ES512"}
_CURVES_OF = {"OKP": {"Ed25519"}, "EC": {"P-256", "P-521"}}
_RSA = frozenset({"RS256", "PS256"})
_NAMES = {"EdDSA": frozenset({"EdDSA", "Ed25519"})}  # RFC 9864: one algorithm, two names


@dataclass(frozen=True)
class Key:
    """A key and the one algorithm that it is for. Two keys are equal when their `identity` is."""

    identity: str
    names: frozenset[str] = field(compare=False)
    """What the algorithm is called in a header."""
    algorithm: Algorithm = field(compare=False)
    material: Any = field(compare=False, repr=False)

    def proves(self, token: Compact) -> bool:
        """Whether the token names this key's algorithm and was signed with this key."""
        return token.algorithm in self.names and self.algorithm.verify(
            token.signed, self.material, token.signature
        )


KeySet = Mapping[str, Sequence[Key]]
"""Keys by their id. An issuer may give one id to several."""


class Keys(Protocol):
    """Where the keys for a token are found."""

    async def find(self, token: Compact) -> Sequence[Key]:
        """The keys that it may have been signed with: none, one, or more in a rotation."""


class SharedSecrets:
    """The secrets of both sides (HS256), the newest first."""

    def __init__(self, secrets: Sequence[str]) -> None:
        hs256 = HMACAlgorithm(HMACAlgorithm.SHA256)
        names = frozenset({"HS256"})
        self._keys = [Key(f"secret {n}", names, hs256, text.encode()) for n, text in enumerate(secrets)]

    async def find(self, _token: Compact) -> Sequence[Key]:
        """All of them: a secret has no id."""
        return self._keys


def key_set(content: bytes) -> KeySet:
    """The usable keys of a JWK Set. Raises an exception for what is none; unusable keys are left out."""
    listed = json_object(content).get("keys")
    if not isinstance(listed, list) or len(listed) > _MOST_KEYS:
        raise Refused("not a JWK Set")
    found: dict[str, tuple[Key, ...]] = {}
    for number, said in enumerate(listed):
        try:
            key = _key(said)
        except Exception as error:  # noqa: BLE001 - one key that nobody understands is no reason to lose all
            reason = str(error) if isinstance(error, Refused) else type(error).__name__
            _log.warning("key_skipped: number %d of the key set: %s", number, reason)
            continue
        found[said["kid"]] = (*found.get(said["kid"], ()), key)
    return found


def _key(said: dict[str, Any]) -> Key:
    key_id = said.get("kid")
    if not isinstance(key_id, str) or not 1 <= len(key_id) <= _LONGEST_ID:
        raise Refused("it has no id")
    if not _PRIVATE.isdisjoint(said):
        raise Refused("it is not a public key")
    if said.get("use", "sig") != "sig" or "verify" not in said.get("key_ops", ["verify"]):
        raise Refused("it is not for signatures")
    name = _algorithm(said)
    made = jwt.PyJWK.from_dict(said, name)
    if said["kty"] == "RSA" and not _WEAKEST_RSA <= made.key.key_size <= _STRONGEST_RSA:
        raise Refused("an RSA key of that size is not taken")
    identity = json.dumps(said, sort_keys=True)
    return Key(identity, _NAMES.get(name, frozenset({name})), made.Algorithm, made.key)


def _algorithm(said: dict[str, Any]) -> str:
    """The one algorithm of a key: its `alg`, or what its type and curve leave."""
    kind, curve = str(said.get("kty")), str(said.get("crv"))
    if kind == "RSA":
        name = str(said.get("alg", "RS256"))
        if name not in _RSA:
            raise Refused("its algorithm is not taken")
        return name
    if curve not in _CURVES_OF.get(kind, ()):
        raise Refused("its type is not taken")
    name = _CURVES[curve]
    if said.get("alg", name) not in _NAMES.get(name, {name}):
        raise Refused("its algorithm is not that of its type")
    return name

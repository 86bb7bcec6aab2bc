"""Verified tokens are cached until they expire."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from generated.runtime.http.problems import Problem, RejectedToken
from generated.runtime.identity import token_cache, token_verifier
from generated.runtime.identity.token_cache import TokenCache, VerifiedToken
from generated.runtime.identity.token_verifier import Claims, TokenVerifier
from generated.runtime.settings.service_settings import Settings
from tests.support.issuer import issuing

NEW, OLD = "k3Yx0PqT7uV9wZ2bD4fG6hJ8lM1nR5sC", "Zq8Wn4Lr6Ty1Uo3Ip5As7Df9Gh2Jk0Xc"


def tokens(**settings: Any) -> TokenVerifier:
    return TokenVerifier(Settings.model_validate({"database_url": "postgresql://nowhere/app"} | settings))


def signed(secret: str = NEW, **changes: object) -> str:
    now = int(time.time())
    return jwt.encode({"sub": "alice", "iat": now, "exp": now + 600} | changes, secret, algorithm="HS256")


def read(verified: TokenVerifier, token: str) -> Any:
    return asyncio.run(verified.verify(token.encode())).claims()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the clock, in seconds from now."""
    began = time.time()

    def move(seconds: float) -> None:
        for module in (token_cache, token_verifier):
            monkeypatch.setattr(module.time, "time", lambda: began + seconds)

    return move


def test_a_token_is_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, token = tokens(better_auth_secret=NEW), signed()
    first = read(ours, token)
    monkeypatch.setattr(token_verifier, "parse_compact_jws", None)

    assert read(ours, token) == first


def test_a_cached_token_expires_on_time(clock: Callable[[float], None]) -> None:
    ours, token = tokens(better_auth_secret=NEW), signed()
    read(ours, token)
    clock(605)
    assert read(ours, token)["sub"] == "alice"
    clock(611)
    with pytest.raises(RejectedToken, match=r"^The token has expired\.$"):
        read(ours, token)


def test_a_cached_token_is_invalid_before_nbf(clock: Callable[[float], None]) -> None:
    ours, token = tokens(better_auth_secret=NEW), signed(nbf=int(time.time()) + 5)
    read(ours, token)
    clock(-60)
    with pytest.raises(RejectedToken, match=r"^The token is not valid yet\.$"):
        read(ours, token)


def test_claims_cannot_be_changed() -> None:
    claims = read(tokens(better_auth_secret=NEW), signed())

    with pytest.raises(TypeError):
        claims["sub"] = "bob"
    with pytest.raises(AttributeError):
        claims.update({"sub": "bob"})
    with pytest.raises(TypeError):
        claims |= {"sub": "bob"}
    assert claims["sub"] == "alice"


def test_changing_values_of_claims_does_not_affect_other_requests() -> None:
    ours, token = tokens(better_auth_secret=NEW), signed(permissions=["read"], org={"id": 1})
    for _ in range(2):
        claims = read(ours, token)
        claims["permissions"].append("write")
        claims["org"]["id"] = 2

    again = read(ours, token)
    assert (again["sub"], again["permissions"], again["org"]) == ("alice", ["read"], {"id": 1})


def test_what_is_derived_from_claims_is_computed_once_for_each_token() -> None:
    ours, computed = tokens(better_auth_secret=NEW), []

    def subject(claims: Claims) -> str:
        computed.append(claims["sub"])
        return str(claims["sub"])

    sent = [signed(sub=name).encode() for name in ("alice", "bob", "alice", "bob")]
    verified = [asyncio.run(ours.verify(token)) for token in sent]

    assert [token.derive("sub", subject) for token in verified] == ["alice", "bob", "alice", "bob"]
    assert computed == ["alice", "bob"]


def test_a_failure_to_derive_is_repeated() -> None:
    token = asyncio.run(tokens(better_auth_secret=NEW).verify(signed().encode()))

    def fail(_: Claims) -> None:
        raise RejectedToken

    for _ in range(2):
        with pytest.raises(RejectedToken):
            token.derive("owner", fail)


def test_a_rejected_token_is_not_cached() -> None:
    ours = tokens(better_auth_secret=NEW)
    for _ in range(2):
        with pytest.raises(RejectedToken, match=r"^The token is not valid\.$"):
            read(ours, signed(OLD))


def test_the_cache_evicts_the_least_recently_used_token() -> None:
    cache, held = TokenCache(max_tokens=3), VerifiedToken(b"{}", "alice", 0, time.time() + 60)
    for name in (b"a", b"b", b"c"):
        cache.put(name, held)
    cache.get(b"a")
    cache.put(b"d", held)

    assert [name for name in (b"a", b"b", b"c", b"d") if cache.get(name)] == [b"a", b"c", b"d"]
    assert len(cache) == 3


def test_both_secrets_are_accepted_during_a_rotation() -> None:
    ours = tokens(better_auth_secrets=f"2:{NEW},1:{OLD}")

    assert read(ours, signed(NEW))["sub"] == read(ours, signed(OLD))["sub"] == "alice"
    after = tokens(better_auth_secrets=f"2:{NEW}")
    with pytest.raises(RejectedToken):
        read(after, signed(OLD))


def test_cached_tokens_are_dropped_when_their_key_is_removed() -> None:
    async def steps() -> None:
        with issuing() as issuer:
            ours = tokens(
                auth_jwks_url=issuer.url,
                auth_issuer="https://auth.example.com",
                auth_audience="https://api.example.com",
                auth_jwks_refresh=1,
            )
            token = issuer.token("first")
            async with ours.refreshing_keys():
                assert (await ours.verify(token.encode())).subject == "alice"
                issuer.published = []
                await asyncio.sleep(1.4)
                with pytest.raises(RejectedToken):
                    await ours.verify(token.encode())

    asyncio.run(steps())


def test_unavailable_keys_are_a_503_and_not_a_401() -> None:
    ours = tokens(auth_jwks_url="http://127.0.0.1:1/jwks", auth_issuer="x", auth_audience="x")
    with issuing() as issuer, pytest.raises(Problem) as told:
        read(ours, issuer.token("first"))

    assert told.value.status == 503

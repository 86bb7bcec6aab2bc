"""The keys of an issuer: fetched from a fixed URL, kept during outages, refreshed in the background."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from generated.runtime.identity.compact_jws import InvalidToken, parse_compact_jws
from generated.runtime.identity.jwks import FetchSchedule, JwksClient, KeysUnavailable
from generated.runtime.identity.signing_keys import parse_jwk_set
from tests.support.issuer import MAKERS, Answer, Issuer, issuing, public, send
from tests.support.measuring.waiting import ends_within

QUICK = FetchSchedule(refresh=0.1, retry=0.05, timeout=0.5, cooldown=30, initial_cooldown=0.2)

Steps = Callable[[JwksClient], Awaitable[None]]


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer


def run(issuer: Issuer, steps: Steps, schedule: FetchSchedule = QUICK) -> int:
    """Run the steps with a key client. Returns the number of changes of the keys."""
    changes: list[None] = []
    asyncio.run(steps(JwksClient(issuer.url, lambda: changes.append(None), schedule)))  # type: ignore[arg-type]
    return len(changes)


async def proven(jwks: JwksClient, token: str) -> bool:
    parts = parse_compact_jws(token)
    return any(key.verifies(parts) for key in await jwks.find(parts))


@pytest.mark.parametrize("algorithm", MAKERS)
def test_each_algorithm_of_better_auth_is_accepted(issuer: Issuer, algorithm: str) -> None:
    issuer.add("other", algorithm)

    async def steps(jwks: JwksClient) -> None:
        assert await proven(jwks, issuer.token("other"))
        assert await proven(jwks, issuer.token("first"))

    assert run(issuer, steps) == 1
    assert len(issuer.asked) == 1


def test_concurrent_requests_share_one_fetch(issuer: Issuer) -> None:
    issuer.answer = slowly(0.1, issuer)
    token = issuer.token("first")

    async def steps(jwks: JwksClient) -> None:
        assert all(await asyncio.gather(*(proven(jwks, token) for _ in range(200))))

    run(issuer, steps)
    assert len(issuer.asked) == 1


def test_a_new_key_is_fetched_on_first_use(issuer: Issuer) -> None:
    async def steps(jwks: JwksClient) -> None:
        assert await proven(jwks, issuer.token("first"))
        issuer.add("second")
        assert await proven(jwks, issuer.token("second"))
        assert await proven(jwks, issuer.token("first"))

    assert run(issuer, steps) == 2
    assert len(issuer.asked) == 2


def test_many_unknown_keys_cause_one_fetch(issuer: Issuer) -> None:
    issuer.private |= {f"unknown {n}": issuer.private["first"] for n in range(300)}

    async def steps(jwks: JwksClient) -> None:
        assert await proven(jwks, issuer.token("first"))
        for n in range(300):
            assert not await proven(jwks, issuer.token(f"unknown {n}"))

    assert run(issuer, steps) == 1
    assert len(issuer.asked) == 2


def test_an_unknown_key_may_cause_a_fetch_after_the_cooldown(issuer: Issuer) -> None:
    issuer.private["second"] = issuer.private["first"]

    async def steps(jwks: JwksClient) -> None:
        for _ in range(3):
            assert not await proven(jwks, issuer.token("second"))
            await asyncio.sleep(0.15)

    run(issuer, steps, FetchSchedule(cooldown=0.1))
    assert len(issuer.asked) == 4


def test_a_removed_key_is_invalid_after_the_next_refresh(issuer: Issuer) -> None:
    old = issuer.token("first")

    async def steps(jwks: JwksClient) -> None:
        async with jwks.refreshing_keys():
            assert await proven(jwks, old)
            issuer.add("second")
            issuer.drop("first")
            await asyncio.sleep(0.5)
            assert await proven(jwks, issuer.token("second"))
            assert not await proven(jwks, old)

    assert run(issuer, steps) == 2


def test_unchanged_keys_are_not_reported_as_a_change(issuer: Issuer) -> None:
    async def steps(jwks: JwksClient) -> None:
        async with jwks.refreshing_keys():
            await asyncio.sleep(0.5)

    assert run(issuer, steps) == 1
    assert len(issuer.asked) > 2


def slowly(seconds: float, issuer: Issuer) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        send(handler, json.dumps({"keys": issuer.published}).encode())

    return answer


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte at a time for longer than anybody waits, so that no single read times out."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(400):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def packed(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b"{}", Content_Encoding="gzip")


def cut(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"keys": []')
    handler.close_connection = True


def giving(content: bytes, status: int = 200) -> Answer:
    return lambda handler: send(handler, content, status)


OUTAGES: dict[str, Answer] = {
    "an error": giving(b"{}", 500),
    "no page": giving(b'{"keys": []}', 404),
    "no content": giving(b"", 204),
    "garbage": giving(b"\xff\x00<html>"),
    "a page": giving(b"<html>maintenance</html>"),
    "a list": giving(b"[]"),
    "no keys member": giving(b"{}"),
    "keys that are no list": giving(b'{"keys": {}}'),
    "duplicate members": giving(b'{"keys": [], "keys": []}'),
    "a deep answer": giving(b'{"keys": ' + b"[" * 30_000 + b"]" * 30_000 + b"}"),
    "too many keys": giving(json.dumps({"keys": [{}] * 101}).encode()),
    "too much": giving(b'{"keys": [' + b" " * 70_000 + b"]}"),
    "something packed": packed,
    "half an answer": cut,
    "an answer by the byte": drip,
}


@pytest.mark.parametrize("answer", OUTAGES.values(), ids=OUTAGES)
def test_the_last_keys_are_kept_during_an_outage(issuer: Issuer, answer: Answer) -> None:
    issuer.private["unknown"] = issuer.private["first"]

    async def steps(jwks: JwksClient) -> None:
        assert await proven(jwks, issuer.token("first"))
        issuer.answer = answer
        with ends_within(QUICK.timeout):
            assert not await proven(jwks, issuer.token("unknown"))
        assert await proven(jwks, issuer.token("first"))

    assert run(issuer, steps) == 1
    assert len(issuer.asked) == 2


def test_a_redirect_is_not_followed(issuer: Issuer) -> None:
    with issuing() as other:
        issuer.answer = lambda handler: send(handler, b"", 302, Location=other.url)

        async def steps(jwks: JwksClient) -> None:
            with pytest.raises(KeysUnavailable):
                await proven(jwks, other.token("first"))

        run(issuer, steps)
        assert (len(issuer.asked), len(other.asked)) == (1, 0)


def test_no_proxy_of_the_environment_is_used(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    with issuing() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)

        async def steps(jwks: JwksClient) -> None:
            assert await proven(jwks, issuer.token("first"))

        run(issuer, steps)
        assert proxy.asked == []


def test_without_keys_a_request_is_a_503(issuer: Issuer) -> None:
    issuer.answer = giving(b"", 503)

    async def steps(jwks: JwksClient) -> None:
        for _ in range(50):
            with pytest.raises(KeysUnavailable) as told:
                await proven(jwks, issuer.token("first"))
            assert (told.value.status, told.value.headers) == (503, {"Retry-After": "1"})
        asked = len(issuer.asked)
        issuer.answer = None
        await asyncio.sleep(0.25)
        assert await proven(jwks, issuer.token("first"))
        assert asked <= 2

    run(issuer, steps)


def test_a_canceled_request_does_not_cancel_the_fetch_of_others(issuer: Issuer) -> None:
    issuer.answer = slowly(0.2, issuer)
    token = issuer.token("first")

    async def steps(jwks: JwksClient) -> None:
        hasty, patient = (asyncio.create_task(proven(jwks, token)) for _ in range(2))
        await asyncio.sleep(0.05)
        hasty.cancel()
        assert await patient

    run(issuer, steps)
    assert len(issuer.asked) == 1


def rsa_key(bits: int) -> dict[str, object]:
    return public(rsa.generate_private_key(65537, bits), "RS256", kid="first")


def ed(**members: object) -> dict[str, object]:
    return public(MAKERS["EdDSA"](), "EdDSA", kid="first") | members


SKIPPED: dict[str, object] = {
    "a short RSA key": rsa_key(1024),
    "for encryption": ed(use="enc"),
    "not for verifying": ed(key_ops=["sign"]),
    "operations that are text": ed(key_ops="sign"),
    "another algorithm than its type's": ed(alg="ES256"),
    "HS256 by its word": ed(alg="HS256"),
    "a list of algorithms": ed(alg=["EdDSA"]),
    "a curve that is not taken": public(ec.generate_private_key(ec.SECP384R1()), "ES384", kid="first"),
    "a curve of another type": ed(crv="P-256"),
    "a point that is none": ed(x="AAAA"),
    "RS512": rsa_key(2048) | {"alg": "RS512"},
    "a secret": {"kty": "oct", "k": "c2VjcmV0", "alg": "HS256", "kid": "first"},
    "a private key": ed(d="AAAA"),
    "without an id": {name: value for name, value in ed().items() if name != "kid"},
    "an id that is a list": ed(kid=["first"]),
    "a long id": ed(kid="k" * 129),
    "text": "first",
    "nothing": None,
}


@pytest.mark.parametrize("key", SKIPPED.values(), ids=SKIPPED)
def test_an_unusable_key_is_skipped(key: object) -> None:
    good = ed(kid="good")

    assert list(parse_jwk_set(json.dumps({"keys": [key, good]}).encode())) == ["good"]


def test_two_keys_with_one_id_are_both_tried(issuer: Issuer) -> None:
    first = issuer.token("first")
    issuer.add("first")

    async def steps(jwks: JwksClient) -> None:
        assert await proven(jwks, first)
        assert await proven(jwks, issuer.token("first"))

    run(issuer, steps)


def test_ed25519_has_two_names() -> None:
    found = parse_jwk_set(json.dumps({"keys": [ed(alg="Ed25519")]}).encode())

    assert found["first"][0].algorithm_names == {"EdDSA", "Ed25519"}


def test_a_token_without_a_key_id_is_rejected(issuer: Issuer) -> None:
    token = issuer.token("first").split(".")

    async def steps(jwks: JwksClient) -> None:
        with pytest.raises(InvalidToken, match="no kid"):
            await proven(jwks, ".".join(["eyJhbGciOiJFZERTQSJ9", *token[1:]]))

    run(issuer, steps)
    assert issuer.asked == []

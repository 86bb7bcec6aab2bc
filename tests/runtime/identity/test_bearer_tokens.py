"""Valid and invalid bearer tokens."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from tests.support.service import Service

NOW = int(time.time())
CLAIMS: dict[str, Any] = {"sub": "alice", "iat": NOW, "exp": NOW + 3600}

Forge = Callable[[str], str]


def signed(**claims: object) -> Forge:
    """A token with changed claims; None removes a claim."""
    kept = {name: value for name, value in (CLAIMS | claims).items() if value is not None}
    return lambda secret: jwt.encode(kept, secret, algorithm="HS256")


def raw(header: object, payload: object, signature: str = "") -> Forge:
    parts = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in (header, payload)
    )
    return lambda _secret: ".".join([*parts, signature])


def with_algorithm(algorithm: str) -> Forge:
    return lambda secret: jwt.encode(CLAIMS, secret, algorithm=algorithm)


def flipped(part: int) -> Forge:
    """A valid token with one changed character."""

    def forge(secret: str) -> str:
        parts = signed()(secret).split(".")
        middle = len(parts[part]) // 2
        other = "A" if parts[part][middle] != "A" else "B"
        parts[part] = parts[part][:middle] + other + parts[part][middle + 1 :]
        return ".".join(parts)

    return forge


def changed(change: Callable[[str], str]) -> Forge:
    return lambda secret: change(signed()(secret))


REFUSED: dict[str, Forge] = {
    "expired": signed(exp=NOW - 60),
    "issued in the future": signed(iat=NOW + 3600),
    "not yet valid": signed(nbf=NOW + 3600),
    "without exp": signed(exp=None),
    "without iat": signed(iat=None),
    "without sub": signed(sub=None),
    "empty sub": signed(sub=""),
    "sub with a space around": signed(sub=" alice"),
    "sub with a NUL": signed(sub="alice\0"),
    "sub with a line break": signed(sub="alice\n"),
    "sub of 256 characters": signed(sub="a" * 256),
    "sub that is a number": raw({"alg": "HS256", "typ": "JWT"}, CLAIMS | {"sub": 1}, "x"),
    "with an audience that nobody asked for": signed(aud="elsewhere"),
    "another secret": lambda _secret: signed()("another secret of at least 32 bytes"),
    "HS384": with_algorithm("HS384"),
    "HS512": with_algorithm("HS512"),
    "none": raw({"alg": "none", "typ": "JWT"}, CLAIMS),
    "none, signed": raw({"alg": "none", "typ": "JWT"}, CLAIMS, "c2lnbmVk"),
    "nOnE": raw({"alg": "nOnE", "typ": "JWT"}, CLAIMS, "c2lnbmVk"),
    "no algorithm": raw({"typ": "JWT"}, CLAIMS, "c2lnbmVk"),
    "a list of algorithms": raw({"alg": ["HS256"], "typ": "JWT"}, CLAIMS, "c2lnbmVk"),
    "a header that is a list": raw([["HS256"]], CLAIMS, "c2lnbmVk"),
    "a changed header": flipped(0),
    "a changed payload": flipped(1),
    "a changed signature": flipped(2),
    "without a signature": changed(lambda token: token.rpartition(".")[0] + "."),
    "two parts": changed(lambda token: token.rpartition(".")[0]),
    "four parts": changed(lambda token: token + ".x"),
    "padded": changed(lambda token: token + "="),
    "with a space inside": changed(lambda token: token[:20] + " " + token[20:]),
    "very long": changed(lambda token: token + "x" * 20_000),
}


REASONS = {
    "expired": "The token has expired.",
    "issued in the future": "The token is not valid yet.",
    "not yet valid": "The token is not valid yet.",
    "without exp": "The token has no claim exp.",
    "without iat": "The token has no claim iat.",
    "without sub": "The token has no claim sub.",
    "with an audience that nobody asked for": "The token is for another audience.",
} | dict.fromkeys(
    (
        "empty sub",
        "sub with a space around",
        "sub with a NUL",
        "sub with a line break",
        "sub of 256 characters",
    ),
    "The claim sub of the token is not valid.",
)
"""Why a token with a valid signature is rejected; the others are told nothing."""


@pytest.mark.parametrize("name", REFUSED)
def test_an_invalid_token_is_rejected(service: Service, name: str) -> None:
    with service.anybody(Authorization=f"Bearer {REFUSED[name](service.secret)}") as client:
        response = client.get("/api/tasks")

    reason = REASONS.get(name)
    description = f', error_description="{reason}"' if reason else ""
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == f'Bearer error="invalid_token"{description}'
    assert response.json()["detail"] == (reason or "The token is not valid.")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
@pytest.mark.parametrize(
    "subject", ["alice", "a" * 255, "k3Yx0PqT7uV9wZ2bD4fG6hJ8lM1nR5sC", "ålice@example.com"]
)
def test_a_valid_token_is_accepted(service: Service, scheme: str, subject: str) -> None:
    token = signed(sub=subject)(service.secret)
    with service.anybody(Authorization=f"{scheme} {token}") as client:
        assert client.get("/api/tasks").status_code == 200


def test_a_few_seconds_of_clock_skew_are_tolerated(service: Service) -> None:
    with service.anybody(
        Authorization=f"Bearer {signed(exp=int(time.time()) - 5)(service.secret)}"
    ) as client:
        assert client.get("/api/tasks").status_code == 200


def test_two_tokens_are_rejected(service: Service) -> None:
    token = signed()(service.secret)
    with service.anybody() as client:
        headers = [("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer {token}")]
        assert client.get("/api/tasks", headers=headers).status_code == 401


@pytest.mark.parametrize("query", ["access_token", "token"])
def test_a_token_in_the_url_is_ignored(service: Service, query: str) -> None:
    with service.anybody(Cookie=f"token={signed()(service.secret)}") as client:
        assert client.get("/api/tasks", params={query: signed()(service.secret)}).status_code == 401


def test_authentication_comes_before_reading_the_body(service: Service) -> None:
    with service.anybody() as client:
        response = client.post("/api/tasks", content=b"{", headers={"Content-Type": "text/plain"})

    assert response.status_code == 401

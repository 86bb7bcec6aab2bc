"""A token issuer that publishes keys over HTTP, and a decoy port that counts connections."""

import json
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from typing_extensions import override

ISSUER = "https://auth.example.com"
AUDIENCE = "https://api.example.com"

Answer = Callable[[BaseHTTPRequestHandler], None]


def ed25519_key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


MAKERS: dict[str, Callable[[], Any]] = {
    "EdDSA": ed25519_key,
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ES512": lambda: ec.generate_private_key(ec.SECP521R1()),
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "PS256": lambda: rsa.generate_private_key(65537, 2048),
}


def public(private: Any, algorithm: str, **members: object) -> dict[str, Any]:
    """The public half of a key, as a JWK."""
    jwk = jwt.get_algorithm_by_name(algorithm).to_jwk(private.public_key(), as_dict=True)
    return {"alg": algorithm} | {k: v for k, v in jwk.items() if k != "key_ops"} | members


@dataclass
class Issuer:
    """The published keys, the times of requests, and an optional faulty response."""

    url: str = ""
    private: dict[str, tuple[str, Any]] = field(default_factory=dict)
    published: list[dict[str, Any]] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)
    answer: Answer | None = None

    def add(self, kid: str, algorithm: str = "EdDSA", **members: object) -> None:
        key = MAKERS[algorithm]()
        self.private[kid] = (algorithm, key)
        self.published = [*self.published, public(key, algorithm, kid=kid, **members)]

    def drop(self, kid: str) -> None:
        self.published = [key for key in self.published if key["kid"] != kid]

    def claims(self, **changes: object) -> dict[str, Any]:
        now = int(time.time())
        usual = {"sub": "alice", "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 900}
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def token(self, kid: str, **changes: object) -> str:
        algorithm, key = self.private[kid]
        return jwt.encode(self.claims(**changes), key, algorithm=algorithm, headers={"kid": kid})

    def settings(self, refresh: float = 300) -> dict[str, str]:
        return {
            "BETTER_AUTH_SECRET": "",
            "AUTH_JWKS_URL": self.url,
            "AUTH_ISSUER": ISSUER,
            "AUTH_AUDIENCE": AUDIENCE,
            "AUTH_JWKS_REFRESH": str(refresh),
        }


def send(handler: BaseHTTPRequestHandler, content: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(content)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(content)


@contextmanager
def issuing() -> Iterator[Issuer]:
    """An issuer on loopback with one key, `first`."""
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked.append(time.monotonic())
            with suppress(ConnectionError):
                if issuer.answer:
                    issuer.answer(self)
                else:
                    send(self, json.dumps({"keys": issuer.published}).encode())

        @override
        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer.url = f"http://127.0.0.1:{server.server_port}/api/auth/jwks"
        issuer.add("first")
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield issuer
        server.shutdown()


@dataclass
class Door:
    """A port that counts connections and never responds."""

    port: int
    knocks: list[float] = field(default_factory=list)


@contextmanager
def door() -> Iterator[Door]:
    found = Door(0)

    class Handler(socketserver.BaseRequestHandler):
        @override
        def handle(self) -> None:
            found.knocks.append(time.monotonic())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        found.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield found
        server.shutdown()

"""A real Better Auth server, installed once and started for each test."""

import json
import re
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support import npm

VERSION = "1.7.5"
SERVER = Path(__file__).with_name("server.mjs")


@dataclass(frozen=True)
class BetterAuth:
    """The server and the actions of its users."""

    url: str

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a service that trusts this server."""
        return {
            "BETTER_AUTH_SECRET": "",
            "AUTH_JWKS_URL": f"{self.url}/api/auth/jwks",
            "AUTH_ISSUER": self.url,
            "AUTH_AUDIENCE": self.url,
            "AUTH_JWKS_REFRESH": "1",
        }

    def sign_up(self, name: str) -> "Session":
        body = {"name": name, "email": f"{name}@example.com", "password": secrets.token_urlsafe(16)}
        headers = {"Origin": self.url}
        response = httpx.post(
            f"{self.url}/api/auth/sign-up/email", json=body, headers=headers
        ).raise_for_status()
        return Session(self, response.json()["user"]["id"], response.headers["set-auth-token"])

    def rotate(self) -> None:
        """Rotate the signing key; the old one stays published."""
        httpx.post(f"{self.url}/rotate").raise_for_status()

    def forget(self) -> None:
        """Publish the newest key only."""
        httpx.post(f"{self.url}/forget").raise_for_status()

    def set_lifetime(self, lifetime: str) -> None:
        """Sign tokens with this lifetime, such as `2s` or `15m`, from now on."""
        httpx.post(f"{self.url}/lifetime/{lifetime}").raise_for_status()


@dataclass(frozen=True)
class Session:
    """A signed-in user."""

    server: BetterAuth
    user_id: str
    session_token: str

    def jwt(self) -> str:
        headers = {"Authorization": f"Bearer {self.session_token}"}
        response = httpx.get(f"{self.server.url}/api/auth/token", headers=headers).raise_for_status()
        return str(response.json()["token"])


@pytest.fixture(scope="session")
def installed(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cached installation of Better Auth; without npm the tests are skipped."""
    manifest = tmp_path_factory.mktemp("better-auth") / "package.json"
    manifest.write_text(json.dumps({"private": True}), "utf-8")
    folder = pytestconfig.cache.mkdir(f"better-auth-{VERSION}")
    npm.install(folder, "install", f"better-auth@{VERSION}", files=[manifest])
    return folder


@pytest.fixture(scope="module")
def better_auth(installed: Path) -> Iterator[Callable[[str], BetterAuth]]:
    """Starts a server that signs with the given algorithm."""
    running: list[subprocess.Popen[str]] = []

    def start(algorithm: str) -> BetterAuth:
        script = shutil.copy(SERVER, installed)
        command = ["node", str(script), algorithm, secrets.token_urlsafe(48)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address), "Better Auth did not start"
        server = BetterAuth(address)
        # It makes its first key at the first request for keys or tokens; two at once make two.
        httpx.get(server.settings["AUTH_JWKS_URL"]).raise_for_status()
        return server

    yield start
    for process in running:
        process.kill()
        process.communicate()

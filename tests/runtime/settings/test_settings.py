"""Contradictory or weak settings prevent the start, with a line for each error."""

import pytest

from generated.runtime.settings.service_settings import SettingsError, load_settings

GOOD, OTHER = "k3Yx0PqT7uV9wZ2bD4fG6hJ8lM1nR5sC", "Zq8Wn4Lr6Ty1Uo3Ip5As7Df9Gh2Jk0Xc"
JWKS = {"AUTH_JWKS_URL": "https://auth.example.com/jwks", "AUTH_ISSUER": "a", "AUTH_AUDIENCE": "b"}
NAMES = ("BETTER_AUTH_SECRET", "BETTER_AUTH_SECRETS", *JWKS, "AUTH_JWKS_REFRESH", "AUTH_MAX_LIFETIME")


@pytest.fixture
def environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere/app")
    return monkeypatch


WRONG: dict[str, tuple[dict[str, str], list[str]]] = {
    "nothing": ({}, ["AUTH_JWKS_URL and BETTER_AUTH_SECRET are not set"]),
    "empty": ({"BETTER_AUTH_SECRET": ""}, ["AUTH_JWKS_URL and BETTER_AUTH_SECRET are not set"]),
    "31 bytes": ({"BETTER_AUTH_SECRET": GOOD[:31]}, ["BETTER_AUTH_SECRET needs at least 32 bytes"]),
    "spaces": ({"BETTER_AUTH_SECRET": " " * 40}, ["BETTER_AUTH_SECRET can be guessed"]),
    "one letter": ({"BETTER_AUTH_SECRET": "a" * 64}, ["BETTER_AUTH_SECRET can be guessed"]),
    "a word again": ({"BETTER_AUTH_SECRET": "correcthorse" * 4}, ["BETTER_AUTH_SECRET can be guessed"]),
    "digits in turn": (
        {"BETTER_AUTH_SECRET": "0123456789" * 3 + "0123"},
        ["BETTER_AUTH_SECRET can be guessed"],
    ),
    "public": (
        {"BETTER_AUTH_SECRET": "better-auth-secret-12345678901234567890"},
        ["BETTER_AUTH_SECRET is a public example"],
    ),
    "an old secret that is weak": (
        {"BETTER_AUTH_SECRETS": f"2:{GOOD},1:short"},
        ["BETTER_AUTH_SECRETS needs at least 32 bytes"],
    ),
    "secrets without numbers": (
        {"BETTER_AUTH_SECRETS": f"{GOOD},{OTHER}"},
        ["BETTER_AUTH_SECRETS must be written"],
    ),
    "one number twice": ({"BETTER_AUTH_SECRETS": f"1:{GOOD},01:{OTHER}"}, ["BETTER_AUTH_SECRETS gives two"]),
    "a secret and secrets": (
        {"BETTER_AUTH_SECRET": GOOD, "BETTER_AUTH_SECRETS": f"1:{OTHER}"},
        ["BETTER_AUTH_SECRETS and BETTER_AUTH_SECRET are both set"],
    ),
    "a secret and keys": (JWKS | {"BETTER_AUTH_SECRET": GOOD}, ["AUTH_JWKS_URL and a secret"]),
    "keys alone": (
        {"AUTH_JWKS_URL": JWKS["AUTH_JWKS_URL"]},
        ["AUTH_ISSUER is not set", "AUTH_AUDIENCE is not set"],
    ),
    "an open line": (
        JWKS | {"AUTH_JWKS_URL": "http://auth.example.com/jwks"},
        ["AUTH_JWKS_URL must start with https"],
    ),
    "a file": (JWKS | {"AUTH_JWKS_URL": "file:///etc/passwd"}, ["AUTH_JWKS_URL is not a URL"]),
    "almost loopback": (
        JWKS | {"AUTH_JWKS_URL": "http://127.0.0.1.example.com/"},
        ["AUTH_JWKS_URL must start with"],
    ),
    "a password in it": (
        JWKS | {"AUTH_JWKS_URL": "https://u:hunter2@host/"},
        ["AUTH_JWKS_URL may hold neither"],
    ),
    "two faults": (
        {"BETTER_AUTH_SECRET": "short", "AUTH_MAX_LIFETIME": "0"},
        ["BETTER_AUTH_SECRET needs at least", "AUTH_MAX_LIFETIME Input should be"],
    ),
}


@pytest.mark.parametrize(("settings", "lines"), WRONG.values(), ids=WRONG)
def test_invalid_settings_prevent_the_start(
    environment: pytest.MonkeyPatch, settings: dict[str, str], lines: list[str]
) -> None:
    for name, value in settings.items():
        environment.setenv(name, value)

    with pytest.raises(SettingsError) as told:
        load_settings()

    said = str(told.value).splitlines()
    assert len(said) == len(lines)
    assert all(line.startswith(start) for line, start in zip(said, lines, strict=True)), said
    hidden = [value for name, value in settings.items() if "SECRET" in name and value.strip()] + ["hunter2"]
    assert not any(value in str(told.value) for value in hidden)


@pytest.mark.parametrize(
    "settings",
    [
        {"BETTER_AUTH_SECRET": GOOD, "AUTH_JWKS_URL": ""},
        {"BETTER_AUTH_SECRETS": f"2:{GOOD}, 1:{OTHER}"},
        {"BETTER_AUTH_SECRET": "3f9a1c07be52d8460e7b19c5a2d4f680"},
        JWKS,
        JWKS | {"BETTER_AUTH_SECRET": ""},
        *(
            JWKS | {"AUTH_JWKS_URL": f"http://{host}:3000/jwks"}
            for host in ("localhost", "127.0.0.1", "[::1]")
        ),
    ],
)
def test_valid_settings_allow_the_start(environment: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        environment.setenv(name, value)

    loaded = load_settings()

    assert bool(loaded.secrets()) != bool(loaded.auth_jwks_url)

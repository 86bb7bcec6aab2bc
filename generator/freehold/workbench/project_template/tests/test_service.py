"""What holds for any contract: it is served, and only to those with a token."""

import httpx
import pytest

METHODS = ("get", "put", "post", "patch", "delete")


def test_the_service_says_what_it_can_do(anybody: httpx.Client) -> None:
    assert anybody.get("/openapi.json").json()["paths"]


def test_nobody_is_served_without_a_token(anybody: httpx.Client, subtests: pytest.Subtests) -> None:
    for path, item in anybody.get("/openapi.json").json()["paths"].items():
        for method in METHODS:
            if "401" in item.get(method, {}).get("responses", ()):
                with subtests.test(f"{method.upper()} {path}"):
                    place = path.replace("{", "").replace("}", "")
                    assert anybody.request(method, place).status_code == 401

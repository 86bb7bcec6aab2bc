"""Tests that hold for any contract: it is served, and operations require a token."""

import httpx
import pytest

METHODS = ("get", "put", "post", "patch", "delete")


def test_the_contract_is_served(anonymous: httpx.Client) -> None:
    assert anonymous.get("/openapi.json").json()["paths"]


def test_operations_require_a_token(anonymous: httpx.Client, subtests: pytest.Subtests) -> None:
    for path, item in anonymous.get("/openapi.json").json()["paths"].items():
        for method in METHODS:
            if "401" in item.get(method, {}).get("responses", ()):
                with subtests.test(f"{method.upper()} {path}"):
                    url = path.replace("{", "").replace("}", "")
                    assert anonymous.request(method, url).status_code == 401

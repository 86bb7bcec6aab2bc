"""Tokens for development: whose they are, what they say besides."""

from pathlib import Path

import jwt
import pytest

from freehold.contract import loading
from freehold.contract.samples import identities
from tests.support.contracts import Run
from tests.support.service import ROOT

SECRET = "x1" * 20
WORKSPACE = loading.load(ROOT / "tests" / "dialects" / "workspace" / "contract.yaml")
PAGED = loading.load(ROOT / "tests" / "dialects" / "paged" / "contract.yaml")


def test_a_token_contains_the_requested_claims(
    project: Path, freehold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BETTER_AUTH_SECRET", SECRET)

    options = ["--claim", "org_id=acme", "--claim", "sub=bob", "--scope", "a", "--scope", "b"]
    token = freehold("token", "--sub", "alice", *options).stdout.strip()

    said = jwt.decode(token, SECRET, algorithms=["HS256"])
    assert (said["sub"], said["org_id"], said["scope"]) == ("alice", "acme", "a b")


@pytest.mark.parametrize("claim", ["org_id", "=acme", "org_id="])
def test_a_claim_needs_a_name_and_a_value(project: Path, freehold: Run, claim: str) -> None:
    result = freehold("token", "--sub", "alice", "--claim", claim)

    assert result.exit_code == 2
    assert "such as --claim org_id=acme" in result.output


def test_sample_claims_satisfy_the_contract() -> None:
    assert identities.sample_subject(WORKSPACE) == "alice"
    assert identities.sample_claims(WORKSPACE, "alice") == {
        "org_id": "alice",
        "scope": "admin labels:read labels:write",
    }
    assert len(identities.sample_subject(PAGED)) == 36
    assert identities.sample_claims(PAGED, "x") == {}

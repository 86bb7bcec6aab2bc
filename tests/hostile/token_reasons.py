"""What the holder of a token is told: why it is invalid, if its signature is valid, and otherwise nothing."""

from collections.abc import Iterable, Mapping

from tests.hostile.forgeries import Forge, said
from tests.support.issuer import AUDIENCE

Reason = tuple[str, str]
"""The code and the detail of the problem."""

UNIFORM: Reason = ("invalid_token", "The token is not valid.")
EXPIRED: Reason = ("token_expired", "The token has expired.")
NOT_YET_VALID: Reason = ("token_not_yet_valid", "The token is not valid yet.")
TOO_LONG: Reason = ("token_lifetime", "The token is valid for longer than this service accepts.")
WRONG_ISSUER: Reason = ("wrong_issuer", "The token is from another issuer.")
WRONG_AUDIENCE: Reason = ("wrong_audience", "The token is for another audience.")
MALFORMED: Reason = ("malformed_claims", "The claims of the token are not a valid JSON object.")


def missing(claim: str) -> Reason:
    return "missing_claim", f"The token has no claim {claim}."


def invalid(claim: str) -> Reason:
    return "invalid_claim", f"The claim {claim} of the token is not valid."


def _each(reason: Reason, names: Iterable[str]) -> dict[str, Reason]:
    return dict.fromkeys(names, reason)


_WRONG_TYPES = {"exp": ("null", "true", "text", "a fraction", "a list"), "sub": ("null", "true", "a list")}
_WRONG_TYPES |= dict.fromkeys(("iat", "nbf"), _WRONG_TYPES["exp"])

REASONS: Mapping[str, Reason] = {
    **_each(EXPIRED, ("expired 11 seconds ago", "expired a year ago")),
    **_each(NOT_YET_VALID, ("issued in an hour", "valid in an hour")),
    **_each(
        TOO_LONG, ("lives for ten years", "lives for longer than any number", "issued long ago, still living")
    ),
    "issued before time began": invalid("iat"),
    **{f"without {name}": missing(name) for name in ("exp", "iat", "sub")},
    **{f"{name} is {kind}": invalid(name) for name, kinds in _WRONG_TYPES.items() for kind in kinds},
    **_each(MALFORMED, ("exp is NaN", "exp is Infinity", "exp is 1e999", "exp has 5000 digits")),
    **_each(
        invalid("sub"),
        (
            "sub is empty", "sub is a space", "sub begins with a space", "sub ends with a line break",
            "sub has a NUL", "sub has a direction mark", "sub has a zero-width space",
            "sub has 256 characters", "sub is a number", "sub is an object",
        ),
    ),
    "sub has a surrogate": MALFORMED,
    "a session cookie of Better Auth": missing("iss"),
    "an e-mail verification of Better Auth": missing("sub"),
    **_each(WRONG_ISSUER, ("another issuer", "an issuer with a slash more", "a list of issuers")),
    "no issuer": missing("iss"),
    **_each(
        WRONG_AUDIENCE,
        (
            "another audience", "our audience and another", "an audience that begins like ours",
            "an empty list of audiences",
        ),
    ),
    "no audience": missing("aud"),
    **_each(
        MALFORMED,
        (
            "sub twice", "a duplicate deep inside", "a payload that is a list", "a payload that is text",
            "a payload that is not JSON", "a payload with a comment", "a payload with a byte order mark",
            "a payload in another encoding", "a deep payload",
        ),
    ),
}  # fmt: skip
"""By the name of the forgery, of those whose signature is valid."""


def _ago(now: int) -> int:
    return now - 60


ORDER: Mapping[str, tuple[Forge, Reason]] = {
    "no times, no parties, nobody": (said(iat=..., exp=..., iss=..., aud=..., sub=...), missing("iat")),
    "a lifetime that is too long, and over": (said(iat=0, exp=_ago, iss="x"), TOO_LONG),
    "expired, from another issuer": (said(iat=lambda now: now - 900, exp=_ago, iss="x", aud="y"), EXPIRED),
    "another issuer and audience": (said(iss="x", aud="y", sub=""), WRONG_ISSUER),
    "another audience, and nobody": (said(aud=[AUDIENCE], sub=""), WRONG_AUDIENCE),
}
"""Tokens with several faults: the first one in the order of docs/security.md is told."""

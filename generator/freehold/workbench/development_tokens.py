"""Tokens for development, signed as the service expects them."""

import time
from collections.abc import Mapping

import jwt

LIFETIME = 24 * 60 * 60  # seconds


def sign(
    secret: str, subject: str, lifetime: int = LIFETIME, claims: Mapping[str, object] | None = None
) -> str:
    """A JSON Web Token (RFC 7519) for `subject`, signed with HS256; `lifetime` in seconds.

    `claims` are what it says besides: the organisation of the subject, or what it may do.
    """
    now = int(time.time())
    said = {**(claims or {}), "sub": subject, "iat": now, "exp": now + lifetime}
    return jwt.encode(said, secret, algorithm="HS256")

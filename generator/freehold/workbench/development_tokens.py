"""Signs tokens for development, in the form that the service expects."""

import time
from collections.abc import Mapping

import jwt

LIFETIME = 24 * 60 * 60  # seconds


def sign(
    secret: str, subject: str, lifetime: int = LIFETIME, claims: Mapping[str, object] | None = None
) -> str:
    """Return a JSON Web Token (RFC 7519) for `subject`, signed with HS256; `lifetime` is in seconds.

    `claims` are further claims, such as an organization or scopes.
    """
    now = int(time.time())
    payload = {**(claims or {}), "sub": subject, "iat": now, "exp": now + lifetime}
    return jwt.encode(payload, secret, algorithm="HS256")

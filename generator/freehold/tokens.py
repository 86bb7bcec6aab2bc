"""Tokens for development, signed as the service expects them."""

import time

import jwt

LIFETIME = 24 * 60 * 60  # seconds


def sign(secret: str, subject: str, lifetime: int = LIFETIME) -> str:
    """A JSON Web Token (RFC 7519) for `subject`, signed with HS256; `lifetime` in seconds."""
    now = int(time.time())
    return jwt.encode({"sub": subject, "iat": now, "exp": now + lifetime}, secret, algorithm="HS256")

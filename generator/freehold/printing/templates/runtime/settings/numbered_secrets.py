"""Numbered secrets in one setting, so that tokens stay valid during a rotation."""

from .secret_strength import check_secret


def parse_numbered_secrets(text: str) -> list[str]:
    """Parse `2:new,1:old` as Better Auth does; the first secret is the current one.

    Raises ValueError, whose message does not contain the secrets.
    """
    pairs = [part.strip().partition(":") for part in text.split(",")]
    numbers = [number.strip() for number, _, _ in pairs]
    if not all(number.isdecimal() and number.isascii() for number in numbers):
        raise ValueError("must be written as 2:new,1:old, a number before each secret")
    if len(set(map(int, numbers))) < len(numbers):
        raise ValueError("gives two secrets one number")
    secrets = [secret.strip() for _, _, secret in pairs]
    for secret in secrets:
        check_secret(secret)
    return secrets

"""Several secrets in one setting, so that tokens signed with the last one stay good in a rotation."""

from .secret_strength import check_secret


def parse_numbered_secrets(text: str) -> list[str]:
    """The secrets in `2:new,1:old`, as Better Auth reads them: the first is the current one.

    Raises ValueError, with a text that does not hold them.
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
